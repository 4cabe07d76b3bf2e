"""Codecs tried on events: what the way there and back loses, how Gaussian their values are."""

from __future__ import annotations

__all__ = ["Trial", "try_codec"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import stats

from ..classifier import TEXTURE, ClassifierTest, Trees
from ..codec import Codec
from ..errors import DataError
from ..events import Events
from ..validation.explore import CodecRow
from .build import build_steps

Floats = NDArray[np.float64]
Table = dict[str, Any]

_SHOWN = 20_000
_CLASSIFIED = 3000
_FIT = 4000
_SEED = 0


@dataclasses.dataclass(frozen=True)
class Trial:
    """A codec to try.

    Attributes:
        name: What it is called.
        text: Its steps in words.
        steps: Its steps, as in a recipe.
    """

    name: str
    text: str
    steps: Sequence[Table]


def try_codec(trial: Trial, events: Events, threshold: float, features: Table) -> CodecRow:
    """Fits a codec and takes events there and back, in single precision.

    Signals below the threshold are set to zero first, which costs the same with every codec.

    Args:
        trial: The codec.
        events: What to try it on.
        threshold: In the unit of the cells.
        features: What networks are told of the conditions, as in a recipe.
    """
    events = _cut(events[:_FIT], threshold)
    codec = build_steps(trial.steps, features, events)
    back, x = _round_trip(codec, events)
    before, after = events.flat().astype(np.float64), back.flat().astype(np.float64)
    both = (before > 0) & (after > 0)
    errors = np.abs(after[both] / before[both] - 1)
    sums = before.sum(axis=1)
    filled = sums > 0
    totals = np.abs(after.sum(axis=1)[filled] / sums[filled] - 1)
    standard, weights = _standardised(x, before)
    judged = _judge(events, back)
    return CodecRow(
        trial.name,
        trial.text,
        columns=x.shape[1],
        worst=float(errors.max(initial=0)),
        typical=float(np.quantile(errors, 0.999)) if len(errors) else 0.0,
        total=float(totals.max(initial=0)),
        changed=float(((before > 0) != (after > 0)).sum() / max((before > 0).sum(), 1)),
        departure=_departure(standard, weights),
        values=_some(standard),
        **judged,
    )


def _cut(events: Events, threshold: float) -> Events:
    cut = {name: np.where(a < threshold, 0, a).astype(np.float32) for name, a in _arrays(events)}
    return Events(events.detector, events.conditions, cut)


def _arrays(events: Events) -> list[tuple[str, NDArray[np.float32]]]:
    return list(events.readouts.items())


@torch.no_grad()
def _round_trip(codec: Codec, events: Events) -> tuple[Events, Floats]:
    """The events after encoding and decoding, and their network values (N, D)."""
    batch = codec.encode(events)
    decoded = codec.decode(batch.x, batch.conditions)
    arrays = {name: tensor.numpy() for name, tensor in decoded.items()}
    return Events(events.detector, events.conditions, arrays), batch.x.double().numpy()


def _standardised(x: Floats, cells: Floats) -> tuple[Floats, Floats]:
    """Columns at zero mean and unit width that are not constant, and their weights.

    A cell weighs as much as its mean signal; columns that are no cells, as layer fractions,
    weigh as much as the mean of all cells.
    """
    weights = np.full(x.shape[1], cells.mean())
    weights[x.shape[1] - cells.shape[1] :] = cells.mean(axis=0)
    width = x.std(axis=0)
    varies = width > 1e-9 * (np.abs(x).max(axis=0) + 1e-30)
    standard = (x[:, varies] - x[:, varies].mean(axis=0)) / width[varies]
    return standard, weights[varies]


def _departure(standard: Floats, weights: Floats) -> float:
    """The mean 1-Wasserstein distance of standardised columns from a Gaussian."""
    if not standard.size or not weights.sum() > 0:
        return float("nan")
    n = len(standard)
    gaussian = stats.norm.ppf((np.arange(n) + 0.5) / n)
    distance = np.abs(np.sort(standard, axis=0) - gaussian[:, None]).mean(axis=0)
    return float(np.average(distance, weights=weights))


def _some(standard: Floats) -> Floats:
    """Values drawn at random, for a figure."""
    flat = standard.ravel()
    rng = np.random.default_rng(_SEED)
    return flat if len(flat) <= _SHOWN else rng.choice(flat, _SHOWN, replace=False)


def _judge(events: Events, back: Events) -> Mapping[str, Any]:
    """What trees can tell of the round trip; nothing where there are too few events."""
    test = ClassifierTest(TEXTURE, Trees(iterations=40), trainings=2)
    try:
        result = test(events[:_CLASSIFIED], back[:_CLASSIFIED], _SEED)
    except DataError:
        return {"auc": None, "floor": None, "training_size": 0}
    size = result.training_events
    return {"auc": result.auc, "floor": result.floor_auc, "training_size": size}
