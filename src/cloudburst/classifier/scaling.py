"""Inputs of one spread, without holes."""

from __future__ import annotations

__all__ = ["Scaling"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

# Scaled inputs farther out than so many standard deviations would outweigh all others.
_FARTHEST = 8.0


@dataclasses.dataclass(frozen=True)
class Scaling:
    """Centres inputs, gives them a spread and marks what is undefined.

    Attributes:
        means: What is taken off, with shape (F,).
        factors: What is multiplied by, with shape (F,).
        limits: Largest absolute value, with shape (F,).
        holes: Indices of the inputs that may be undefined, with shape (U,).
    """

    means: NDArray[np.float64]
    factors: NDArray[np.float64]
    limits: NDArray[np.float64]
    holes: NDArray[np.intp]

    @classmethod
    def fit(cls, x: NDArray[np.float32], spreads: NDArray[np.float32]) -> Scaling:
        """The scaling of inputs x, with shape (N, F), to `spreads`; NaN to leave one as it is.

        What does not vary is left out, as it tells nothing.
        """
        values = np.ma.masked_invalid(x.astype(np.float64))
        means = values.mean(axis=0).filled(0.0)
        deviations = values.std(axis=0).filled(0.0)
        varies = deviations > 1e-6 * np.abs(means)
        factors = np.where(varies, spreads / np.where(varies, deviations, 1.0), 0.0)
        scaled = ~np.isnan(spreads)
        return cls(
            means=np.where(scaled, means, 0.0),
            factors=np.where(scaled, factors, 1.0),
            limits=np.where(scaled, _FARTHEST * spreads, np.inf),
            holes=np.flatnonzero(~np.isfinite(x).all(axis=0)),
        )

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Finite inputs, with shape (N, F + U): zeros where undefined, then U marks of that."""
        values = (x - self.means) * self.factors
        undefined = ~np.isfinite(values)
        filled = np.where(undefined, 0.0, np.clip(values, -self.limits, self.limits))
        return np.concatenate([filled, undefined[:, self.holes]], axis=1).astype(np.float32)
