"""Whether what a response was made under can be read off it.

Trees learn to tell a condition, as energy, impact point or angle, from the signal, occupancy,
centroids and widths of each readout of reference events. They are then tried on reference events
that they did not see, and on candidate events; and the other way round. A candidate that has
understood a condition is read as well as the reference, by either trees.
"""

from __future__ import annotations

__all__ = ["AttributeReading", "attribute_regression"]

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..observables import readout_observables

Floats = NDArray[np.float64]

_LEAST = 100
_SAMPLES = ("reference", "candidate")


@dataclasses.dataclass(frozen=True)
class AttributeReading:
    """How well trees read one condition off events.

    Attributes:
        attribute: The condition.
        unit: Its unit.
        trained: "reference" or "candidate": what the trees learned from.
        tried: The same: what they were tried on.
        bias: Mean of what is read less what is true, in `unit`.
        error: Root mean square of it, in `unit`.
        spread: Standard deviation of what is true, the error of who reads nothing, in `unit`.
    """

    attribute: str
    unit: str
    trained: str
    tried: str
    bias: Measurement
    error: Measurement
    spread: float


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
        the candidate tried on both.

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
    for attribute in attributes:
        for trained in _SAMPLES:
            learned, _ = halves[trained]
            trees = HistGradientBoostingRegressor(
                early_stopping=False, random_state=seed % 2**32
            ).fit(_inputs(learned), learned.condition(attribute))
            found += [_read(trees, attribute, trained, name, halves[name][1]) for name in _SAMPLES]
    return found


def _inputs(events: Events) -> Floats:
    """What is measured of each event without being told of its conditions, (N, F)."""
    readouts = events.detector.readouts
    return np.stack([o(events) for r in readouts for o in readout_observables(r)], axis=1)


def _read(
    trees: HistGradientBoostingRegressor, attribute: str, trained: str, tried: str, events: Events
) -> AttributeReading:
    true = events.condition(attribute).astype(np.float64)
    gap = trees.predict(_inputs(events)) - true
    root = np.sqrt(len(gap))
    error = float(np.sqrt(np.mean(gap**2)))
    # the error of a root mean square is that of the mean square over twice the root
    spread = float(np.std(gap**2)) / (2 * max(error, np.finfo(np.float64).tiny) * root)
    condition = events.detector.conditions[events.detector.condition_index(attribute)]
    bias = Measurement(float(gap.mean()), float(gap.std() / root))
    return AttributeReading(
        *(attribute, condition.unit, trained, tried, bias),
        Measurement(error, float(spread)),
        float(true.std()),
    )
