"""Samples of one observable, as distances take them."""

from __future__ import annotations

__all__ = ["as_samples"]

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError

Floats = NDArray[np.float64]


def as_samples(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Both samples as float64, NaN if not finite; raises DataError if one is empty."""
    x, y = (np.asarray(sample, np.float64).ravel() for sample in (x, y))
    if not len(x) or not len(y):
        raise DataError(f"no distance between {len(x)} and {len(y)} values")
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)
