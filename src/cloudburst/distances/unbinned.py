"""Distances that need no bins."""

from __future__ import annotations

__all__ = ["kolmogorov_smirnov", "normalized_wasserstein", "wasserstein"]

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from .samples import as_samples

Floats = NDArray[np.float64]


def kolmogorov_smirnov(x: ArrayLike, y: ArrayLike) -> float:
    """The largest difference of the two cumulative distributions, 0 to 1.

    What is undefined counts as larger than any number.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).

    Source: Smirnov, https://doi.org/10.1214/aoms/1177730256

    >>> kolmogorov_smirnov([1, 2, 3, 4], [3, 4, 5, 6])
    0.5
    """
    x, y = (np.sort(np.nan_to_num(sample, nan=np.inf)) for sample in as_samples(x, y))
    both = np.concatenate([x, y])
    # ks_2samp would add a p-value, at many times the cost
    p, q = (np.searchsorted(s, both, side="right") / len(s) for s in (x, y))
    return float(np.abs(p - q).max())


def wasserstein(x: ArrayLike, y: ArrayLike) -> float:
    """The 1-Wasserstein distance, in the unit of the samples.

    It is the mean way that the values of one sample must be moved to give the other, exact
    and without bins. Turning a value into an undefined one costs as much as moving it by the
    standard deviation of the reference.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).

    Source: Ramdas, Garcia, Cuturi, https://arxiv.org/abs/1509.02237

    >>> wasserstein([0, 1, 3], [5, 6, 8])
    5.0
    """
    x, y = as_samples(x, y)
    return _moved(x, y) + _scale(x, y) * _more_undefined(x, y)


def normalized_wasserstein(x: ArrayLike, y: ArrayLike) -> float:
    """`wasserstein` over the standard deviation of the reference, a pure number.

    If the reference is constant, the standard deviation is that of both samples together.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).

    >>> normalized_wasserstein([-2, 2], [-1, 3])
    0.5
    """
    x, y = as_samples(x, y)
    moved, scale = _moved(x, y), _scale(x, y)
    return (moved / scale if scale > 0 else 0.0) + _more_undefined(x, y)


def _moved(x: Floats, y: Floats) -> float:
    """The Wasserstein distance of the defined values; zero if a sample has none."""
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    return float(stats.wasserstein_distance(x, y)) if len(x) and len(y) else 0.0


def _scale(x: Floats, y: Floats) -> float:
    """Standard deviation of the defined reference, of both samples if that is zero."""
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    # rounding gives a constant a standard deviation that is not zero
    deviation = float(np.std(x)) if len(x) and np.ptp(x) > 0 else 0.0
    both = np.concatenate([x, y])
    return deviation or (float(np.std(both)) if len(both) else 0.0)


def _more_undefined(x: Floats, y: Floats) -> float:
    return float(abs(np.isnan(x).mean() - np.isnan(y).mean()))
