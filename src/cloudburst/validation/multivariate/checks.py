"""FPD and KPD of a candidate beside their floors, over several halvings of the reference."""

from __future__ import annotations

__all__ = ["frechet_check", "kernel_check"]

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from ..splits import Split
from .frechet import BatchSizes, frechet_distance, frechet_physics_distance, normalise
from .kernel import batch_note, batch_size, kernel_physics_distance
from .results import JointCheck
from .samples import Samples

Floats = NDArray[np.float64]


def frechet_check(samples: Samples) -> JointCheck:
    """The Frechet physics distance; its error is that of the line and that of the events.

    The latter is the spread of the distance, without extrapolation: for the floor that over
    random halvings, and for the candidate that over resampled events, less what resampling
    is known to add to the floor.
    """
    measured, floor = _over_splits(samples, frechet_physics_distance)
    errors = _errors(samples)
    found = [
        Measurement(m.value, float(np.hypot(m.error, error)))
        for m, error in zip((measured, floor), errors, strict=True)
    ]
    note = BatchSizes.scaled(len(samples)).note
    return JointCheck("FPD", found[0], found[1], 0.0, len(samples), note)


def kernel_check(samples: Samples) -> JointCheck:
    """The kernel physics distance; its error is that of all events.

    This is the published one, the spread over batches, times the root of their share of the
    events, as batches vary that much more than the sample that they are drawn from.
    """
    share = np.sqrt(batch_size(len(samples)) / len(samples))
    measured, floor = (
        Measurement(found.value, float(share * found.error))
        for found in _over_splits(samples, kernel_physics_distance)
    )
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


def _errors(samples: Samples) -> tuple[float, float]:
    """Spreads of the plain distances of the candidate and of the other half."""
    x, y = normalise(*samples.complete)
    rng = np.random.default_rng(samples.seed)
    split, repeats = samples.splits[0], max(samples.settings.repeats, 2)
    resampled = np.array([_pair(x, y, split, rng) for _ in range(repeats)]).var(axis=0, ddof=1)
    halved = np.array([_halves(x, len(samples), rng) for _ in range(repeats)]).var(ddof=1)
    added = max(float(resampled[1] - halved), 0.0)
    return float(np.sqrt(max(resampled[0] - added, halved))), float(np.sqrt(halved))


def _halves(x: Floats, n: int, rng: np.random.Generator) -> float:
    first, second = rng.permutation(len(x))[: 2 * n].reshape(2, n)
    return frechet_distance(x[first], x[second])


def _pair(x: Floats, y: Floats, split: Split, rng: np.random.Generator) -> tuple[float, float]:
    """The distances when every event is there k times, k ~ Poisson(1)."""
    rows = x[split.reference], x[split.other], y[split.candidate]
    half, other, candidate = ((r, rng.poisson(1.0, len(r)).astype(np.float64)) for r in rows)
    return (
        frechet_distance(half[0], candidate[0], (half[1], candidate[1])),
        frechet_distance(half[0], other[0], (half[1], other[1])),
    )
