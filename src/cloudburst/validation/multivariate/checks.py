"""FPD and KPD of a candidate beside their floors, over several halvings of the reference."""

from __future__ import annotations

__all__ = ["frechet_check", "kernel_check"]

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from ..splits import Split
from .frechet import BatchSizes, frechet_distance, frechet_physics_distance, normalise
from .kernel import batch_note, kernel_physics_distance
from .results import JointCheck
from .samples import Samples

Floats = NDArray[np.float64]


def frechet_check(samples: Samples) -> JointCheck:
    """The Frechet physics distance; its error is that of the line and that of the events.

    The latter is the spread of the distance, without extrapolation, over resampled events.
    """
    measured, floor = _over_splits(samples, frechet_physics_distance)
    errors = _resampled(samples)
    found = [
        Measurement(m.value, float(np.hypot(m.error, error)))
        for m, error in zip((measured, floor), errors, strict=True)
    ]
    note = BatchSizes.scaled(len(samples)).note
    return JointCheck("FPD", found[0], found[1], 0.0, len(samples), note)


def kernel_check(samples: Samples) -> JointCheck:
    """The kernel physics distance, with the spread of its batches as error."""
    measured, floor = _over_splits(samples, kernel_physics_distance)
    return JointCheck("KPD", measured, floor, 0.0, len(samples), batch_note(len(samples)))


def _over_splits(
    samples: Samples, distance: Callable[[Floats, Floats], Measurement]
) -> tuple[Measurement, Measurement]:
    """Means over the splits, of the candidate and of the other half."""
    x, y = samples.complete
    pairs = [
        (distance(x[s.reference], y[s.candidate]), distance(x[s.reference], x[s.other]))
        for s in samples.splits
    ]
    values = np.array(pairs).mean(axis=0)
    measured, floor = (Measurement(float(value), float(error)) for value, error in values)
    return measured, floor


def _resampled(samples: Samples) -> tuple[float, float]:
    """Spreads of the plain distances when every event is there k times, k ~ Poisson(1)."""
    x, y = normalise(*samples.complete)
    rng = np.random.default_rng(samples.seed)
    split = samples.splits[0]
    found = np.array([_pair(x, y, split, rng) for _ in range(max(samples.settings.repeats, 2))])
    measured, floor = found.std(axis=0, ddof=1)
    return float(measured), float(floor)


def _pair(x: Floats, y: Floats, split: Split, rng: np.random.Generator) -> tuple[float, float]:
    rows = x[split.reference], x[split.other], y[split.candidate]
    half, other, candidate = ((r, rng.poisson(1.0, len(r)).astype(np.float64)) for r in rows)
    return (
        frechet_distance(half[0], candidate[0], (half[1], candidate[1])),
        frechet_distance(half[0], other[0], (half[1], other[1])),
    )
