"""Bins of a condition that suit how its values are spread."""

from __future__ import annotations

__all__ = ["ConditionBins", "condition_bins"]

import dataclasses

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...detector import Condition
from ...errors import DataError

Floats = NDArray[np.float64]

# up to so many different values each gets a bin of its own
_FEW = 20


@dataclasses.dataclass(frozen=True)
class ConditionBins:
    """Bins of one condition.

    Attributes:
        condition: What is binned.
        edges: Increasing edges in its unit, with shape (B + 1,).
        log: Whether the bins are equal in the logarithm.
    """

    condition: Condition
    edges: Floats
    log: bool = False

    @property
    def centers(self) -> Floats:
        """The middle of each bin, geometric for logarithmic bins, with shape (B,)."""
        low, high = self.edges[:-1], self.edges[1:]
        return np.asarray(np.sqrt(low * high) if self.log else (low + high) / 2, np.float64)

    @property
    def size(self) -> int:
        """The number of bins."""
        return len(self.edges) - 1

    def places(self, values: ArrayLike) -> NDArray[np.intp]:
        """The bin of each value (N,), the last one with its upper edge; -1 for none."""
        x = np.asarray(values, np.float64)
        found = np.searchsorted(self.edges, x, side="right") - 1
        found[x == self.edges[-1]] = self.size - 1
        found[(found >= self.size) | ~np.isfinite(x)] = -1
        return found

    def outside(self, low: float, high: float) -> NDArray[np.bool_]:
        """Which bins have their middle beyond a range, with shape (B,)."""
        # training files are of single precision
        slack = 1e-6 * (high - low)
        return (self.centers < low - slack) | (self.centers > high + slack)


def condition_bins(condition: Condition, values: ArrayLike, bins: int = 8) -> ConditionBins:
    """Bins over the values that the reference has.

    Few different values, as the energies of a test beam, get a bin each. Others get equal
    bins, in the logarithm where that fills them more evenly.

    Args:
        condition: What is binned.
        values: Its values in the reference, in its unit, with shape (N,).
        bins: Number of bins.

    Raises:
        DataError: There is no value, or no bin.

    >>> energy = Condition("energy", "GeV", 1.0, 100.0)
    >>> condition_bins(energy, [10.0, 50.0] * 5).edges
    array([-10.,  30.,  70.])
    """
    x, counts = np.unique(np.asarray(values, np.float64), return_counts=True)
    if not len(x) or bins < 1:
        raise DataError(f"cannot make {bins} bins from {len(x)} values of {condition.name}")
    if len(x) <= _FEW and (counts.sum() > 4 * len(x) or len(x) == 1):
        return ConditionBins(condition, _around(x, condition))
    linear = ConditionBins(condition, np.linspace(x[0], x[-1], bins + 1))
    if condition.categories is not None or x[0] <= 0:
        return linear
    edges = np.geomspace(x[0], x[-1], bins + 1)
    # rounding must not lose the extremes
    edges[0], edges[-1] = x[0], x[-1]
    logarithmic = ConditionBins(condition, edges, log=True)
    return max(linear, logarithmic, key=lambda b: _emptiest(b, x, counts))


def _around(x: Floats, condition: Condition) -> Floats:
    """Edges half-way between values."""
    if len(x) == 1:
        margin = (condition.high - condition.low) / 2
        return np.array([x[0] - margin, x[0] + margin])
    middle = (x[:-1] + x[1:]) / 2
    return np.concatenate([[2 * x[0] - middle[0]], middle, [2 * x[-1] - middle[-1]]])


def _emptiest(bins: ConditionBins, x: Floats, counts: NDArray[np.intp]) -> int:
    """Entries of the bin that has fewest."""
    return int(np.bincount(bins.places(x), counts, minlength=bins.size).min())
