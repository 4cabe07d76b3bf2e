"""Errors and floors of distances, by drawing events anew."""

from __future__ import annotations

__all__ = ["Distance", "Measurement", "bootstrap", "floor"]

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError

Distance = Callable[[NDArray[Any], NDArray[Any]], float]


class Measurement(NamedTuple):
    """A value and its one-sigma statistical error."""

    value: float
    error: float


def bootstrap(
    distance: Distance,
    x: NDArray[Any],
    y: NDArray[Any],
    rng: np.random.Generator,
    repeats: int = 50,
) -> Measurement:
    """A distance with the error found by resampling both samples with replacement.

    Args:
        distance: Distance of two samples.
        x: Reference sample, one event a row, with shape (N, ...).
        y: Candidate sample, with shape (M, ...).
        rng: Where the resampling draws from.
        repeats: Number of resamplings, at least two.

    Raises:
        DataError: Fewer than two repeats, or an empty sample.

    Source: Efron, https://doi.org/10.1214/aos/1176344552

    >>> from cloudburst.distances import wasserstein
    >>> rng = np.random.default_rng(0)
    >>> bootstrap(wasserstein, np.zeros(5), np.ones(5), rng)
    Measurement(value=1.0, error=0.0)
    """
    if repeats < 2 or not len(x) or not len(y):
        raise DataError(
            f"a bootstrap needs two repeats and events in both samples, got {repeats} repeats, "
            f"{len(x)} and {len(y)} events"
        )
    values = [
        distance(x[rng.integers(len(x), size=len(x))], y[rng.integers(len(y), size=len(y))])
        for _ in range(repeats)
    ]
    return Measurement(float(distance(x, y)), float(np.std(values, ddof=1)))


def floor(
    distance: Distance,
    x: NDArray[Any],
    rng: np.random.Generator,
    size: int | None = None,
    repeats: int = 50,
) -> Measurement:
    """The distance that a reference has from itself, between disjoint random parts of it.

    What a candidate reaches says something only beside it: as far as this, the full simulation
    is from itself, for want of events. The error is the spread of a single such distance, so
    that a candidate of the same law is within it two times in three.

    Args:
        distance: Distance of two samples.
        x: Reference sample, one event a row, with shape (N, ...).
        rng: Where the parts are drawn from.
        size: Events of either part; half of the reference if not given.
        repeats: Number of divisions, at least two.

    Raises:
        DataError: Fewer than two repeats, or a part that is empty or more than a half.

    >>> floor(lambda a, b: float(len(a) - len(b)), np.arange(9), np.random.default_rng(0))
    Measurement(value=0.0, error=0.0)
    """
    half = len(x) // 2 if size is None else size
    if repeats < 2 or not 1 <= half <= len(x) // 2:
        raise DataError(
            f"a floor needs two repeats and two parts with events, got {repeats} repeats and "
            f"parts of {half} of {len(x)} events"
        )
    values = []
    for _ in range(repeats):
        first, second = rng.permutation(len(x))[: 2 * half].reshape(2, half)
        values.append(distance(x[first], x[second]))
    return Measurement(float(np.mean(values)), float(np.std(values, ddof=1)))
