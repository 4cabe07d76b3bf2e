"""Whether what a response was made under can be read off it.

Trees learn to tell a condition, as energy, impact point or angle, from the signal, occupancy,
centroids and widths of each readout of reference events. They are then tried on reference events
that they did not see, and on candidate events; and the other way round. A candidate that has
understood a condition is read as well as the reference, by either trees.

An angle that comes full circle is read by its cosine and its sine.
"""

from __future__ import annotations

__all__ = ["attribute_regression"]

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from ..detector import Detector
from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..observables import readout_observables
from ..validation.inquiries import AttributeReading

Floats = NDArray[np.float64]

_LEAST = 100
_SAMPLES = ("reference", "candidate")
# a full turn
_TURNS = {"rad": 2 * math.pi, "deg": 360.0}


def attribute_regression(
    reference: Events, candidate: Events, attributes: Sequence[str], seed: int = 0
) -> list[AttributeReading]:
    """Reads conditions off halves of both samples with trees that learned from other halves.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, of the same detector.
        attributes: Names of conditions.
        seed: Of the halves and of the trees.

    Returns:
        For each attribute four readings: by trees of the reference tried on both, and by trees of
        the candidate tried on both. An angle over a full turn counts as two, its cosine and sine.

    Raises:
        DataError: The detectors differ, or a sample has fewer than 100 events.
        ConditionError: There is no such condition.
    """
    if reference.detector != candidate.detector:
        raise DataError(
            f"'{reference.detector.name}' and '{candidate.detector.name}' are different detectors"
        )
    if min(len(reference), len(candidate)) < _LEAST:
        raise DataError(
            f"attributes need {_LEAST} events of each sample, "
            f"got {len(reference)} and {len(candidate)}"
        )
    rng = np.random.default_rng(seed)
    halves = {}
    for name, events in zip(_SAMPLES, (reference, candidate), strict=True):
        order = rng.permutation(len(events))
        halves[name] = (events[order[::2]], events[order[1::2]])
    found = []
    for target in [t for name in attributes for t in _targets(reference.detector, name)]:
        for trained in _SAMPLES:
            learned, _ = halves[trained]
            trees = HistGradientBoostingRegressor(
                early_stopping=False, random_state=seed % 2**32
            ).fit(_inputs(learned), target.of(learned))
            found += [_read(trees, target, trained, name, halves[name][1]) for name in _SAMPLES]
    return found


class _Target(NamedTuple):
    """What trees learn to read: its name, its unit and how events have it."""

    name: str
    unit: str
    of: Callable[[Events], Floats]


def _targets(detector: Detector, name: str) -> list[_Target]:
    """A condition itself, or the cosine and the sine of one that comes full circle."""
    condition = detector.conditions[detector.condition_index(name)]
    turn = _TURNS.get(condition.unit, math.inf)
    if not math.isclose(condition.high - condition.low, turn, rel_tol=1e-3):
        return [_Target(name, condition.unit, lambda e: e.condition(name).astype(np.float64))]
    return [
        _Target(f"cos {name}", "", lambda e: np.cos(2 * np.pi / turn * e.condition(name))),
        _Target(f"sin {name}", "", lambda e: np.sin(2 * np.pi / turn * e.condition(name))),
    ]


def _inputs(events: Events) -> Floats:
    """What is measured of each event without being told of its conditions, (N, F)."""
    readouts = events.detector.readouts
    return np.stack([o(events) for r in readouts for o in readout_observables(r)], axis=1)


def _read(
    trees: HistGradientBoostingRegressor, target: _Target, trained: str, tried: str, events: Events
) -> AttributeReading:
    true = target.of(events)
    gap = trees.predict(_inputs(events)) - true
    root = np.sqrt(len(gap))
    error = float(np.sqrt(np.mean(gap**2)))
    # the error of a root mean square is that of the mean square over twice the root
    spread = float(np.std(gap**2)) / (2 * max(error, np.finfo(np.float64).tiny) * root)
    bias = Measurement(float(gap.mean()), float(gap.std() / root))
    return AttributeReading(
        *(target.name, target.unit, trained, tried, bias),
        Measurement(error, float(spread)),
        float(true.std()),
        gap,
    )
