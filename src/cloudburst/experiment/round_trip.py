"""What a recipe's codec loses: true events, encoded and decoded, against true events.

The codec is fitted to two thirds of the events. The other third goes there and back, with what is
arbitrary about network values drawn anew, and classifiers try to tell it from the two thirds,
which are told from each other for the floor. No event is on both sides: a classifier that knows
one again would be misled. What a classifier finds here, no generator can mend.
"""

from __future__ import annotations

__all__ = ["TESTS", "RoundTrip", "go_and_return", "judge_round_trip"]

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch

from ..classifier import LOG_CELLS, TEXTURE, ClassifierResult, ClassifierTest, Network, Trees
from ..codec import Codec
from ..engines import Parity, parity
from ..errors import DataError
from ..events import Events
from ..streams import Stream
from .build import build_steps
from .recipe import CodecTable

TESTS = (ClassifierTest(TEXTURE, Trees()), ClassifierTest(LOG_CELLS, Network((256, 256))))
_BLOCK = 1024


@dataclasses.dataclass(frozen=True)
class RoundTrip:
    """What came back.

    Attributes:
        events: How many went there and back.
        moved: Distances of what came back from what went, event by event.
        hits: Hits of what came back over those of what went.
        found: What classifiers find.
    """

    events: int
    moved: Parity
    hits: float
    found: tuple[ClassifierResult, ...]

    @property
    def excess(self) -> float:
        """Largest AUC above its floor, in units of their combined error."""
        errors = [np.hypot(one.auc.error, one.floor_auc.error) for one in self.found]
        above = [one.auc.value - one.floor_auc.value for one in self.found]
        return max(a / e if e > 0 else 0.0 for a, e in zip(above, errors, strict=True))


@torch.no_grad()
def go_and_return(codec: Codec, events: Events, seed: int = 0) -> Events:
    """Events after encoding, drawing anew what is arbitrary, and decoding."""
    rng = Stream(seed)
    parts: list[Events] = []
    for start in range(0, len(events), _BLOCK):
        block = events[start : start + _BLOCK]
        x, _, conditions = codec.encode(block)
        decoded = codec.decode(codec.redraw(x, conditions, rng), conditions)
        arrays = {name: tensor.numpy() for name, tensor in decoded.items()}
        parts.append(Events(events.detector, block.conditions, arrays))
    return Events.concatenate(parts)


def judge_round_trip(
    table: CodecTable,
    events: Events,
    tests: Sequence[ClassifierTest] = TESTS,
    seed: int = 0,
    packages: Sequence[str] = (),
) -> RoundTrip:
    """Fits a recipe's codec, takes events there and back, and lets classifiers judge.

    Features play no part in it, so that those of any detector will do.

    Args:
        table: The recipe's codec.
        events: Full simulation with the readouts of the recipe.
        tests: The classifiers.
        seed: Seed of the cut, of what is drawn anew, and of the classifiers.
        packages: Packages besides cloudburst whose classes the codec uses.

    Raises:
        DataError: There are too few events for the classifiers.
    """
    order = np.random.default_rng(seed).permutation(len(events))
    kept, sent = (events[rows] for rows in np.split(order, [2 * len(events) // 3]))
    if not len(kept) or not len(sent):
        raise DataError(f"a round trip needs three events or more, got {len(events)}")
    features = {"class": "cloudburst.codec:PhysicalFeatures"}
    codec = build_steps(table.steps, features, kept, packages)
    back = go_and_return(codec, sent, seed)
    hits = np.count_nonzero(back.flat()) / max(np.count_nonzero(sent.flat()), 1)
    moved = parity(sent.readouts, back.readouts)
    return RoundTrip(len(sent), moved, hits, tuple(t(kept, back, seed) for t in tests))
