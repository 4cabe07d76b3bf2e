"""What a recipe's codec loses: true events, encoded and decoded, against true events.

The codec is fitted to two thirds of the events. The other third goes there and back, with what is
arbitrary about network values drawn anew, and classifiers try to tell it from the two thirds,
which are told from each other for the floor. No event is on both sides: a classifier that knows
one again would be misled. What a classifier finds here, no generator can mend.

A codec of ranks can go there and back exactly and yet mislead every generator: its values must be
standard normal. How far those of events that it was not fitted to are from that is told, too.
"""

from __future__ import annotations

__all__ = ["TESTS", "Ranks", "RoundTrip", "go_and_return", "judge_round_trip"]

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from scipy import stats

from ..classifier import LOG_CELLS, TEXTURE, ClassifierResult, ClassifierTest, Network, Trees
from ..codec import Codec
from ..engines import Parity, parity
from ..errors import DataError
from ..events import Events
from ..streams import Stream
from ..transforms import ConditionalQuantiles
from .build import build_steps
from .recipe import CodecTable

TESTS = (ClassifierTest(TEXTURE, Trees()), ClassifierTest(LOG_CELLS, Network((256, 256))))
_BLOCK = 1024


class Ranks(NamedTuple):
    """How far network values are from standard normal: Kolmogorov-Smirnov distances.

    Attributes:
        worst: That of the farthest column.
        column: Which one that is.
        expected: What the farthest of so many exact ranks is at, half of the times.
    """

    worst: float
    column: int
    expected: float


@dataclasses.dataclass(frozen=True)
class RoundTrip:
    """What came back.

    Attributes:
        events: How many went there and back.
        moved: Distances of what came back from what went, event by event.
        hits: Hits of what came back over those of what went.
        found: What classifiers find.
        ranks: How normal the values are; None for a codec without ranks.
    """

    events: int
    moved: Parity
    hits: float
    found: tuple[ClassifierResult, ...]
    ranks: Ranks | None

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
    found = tuple(test(kept, back, seed) for test in tests)
    return RoundTrip(len(sent), moved, hits, found, _ranks(codec, sent, seed))


@torch.no_grad()
def _ranks(codec: Codec, events: Events, seed: int) -> Ranks | None:
    if not any(isinstance(part, ConditionalQuantiles) for part in codec.modules()):
        return None
    x, _, conditions = codec.encode(events)
    columns = codec.redraw(x, conditions, Stream(seed)).double().numpy().T
    distances = [float(stats.kstest(values, "norm").statistic) for values in columns]
    expected = stats.kstwobign.isf(0.5 / len(distances)) / np.sqrt(len(events))
    return Ranks(max(distances), int(np.argmax(distances)), float(expected))
