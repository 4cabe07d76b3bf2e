"""Bins that suit two samples, and their contents with errors.

What lies beyond the range is kept in one extra bin at either end.
"""

from __future__ import annotations

__all__ = ["Bars", "Binning", "binning", "spectrum_binning"]

import dataclasses

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...binning import count

Values = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Binning:
    """Bin edges of a figure.

    Attributes:
        edges: Increasing, with shape (B + 1,).
        log: Whether the bins are equal in the logarithm.
        integer: Whether the values are whole numbers.
    """

    edges: Values
    log: bool = False
    integer: bool = False

    def fill(self, values: ArrayLike, scale: float = 1.0) -> Bars:
        """Counts of finite `values` (N,), times `scale`, with Poisson errors."""
        counts = count(values, self.edges)[:-1]
        return Bars(self, counts * scale, np.sqrt(counts) * scale)

    @property
    def extended(self) -> Values:
        """The edges with one more bin at either end, as wide as its neighbour."""
        if self.log:
            return np.exp(_extend(np.log(self.edges)))
        return _extend(self.edges)


@dataclasses.dataclass(frozen=True)
class Bars:
    """Bin contents with errors, with shape (B + 2,): underflow, bins, overflow."""

    binning: Binning
    values: Values
    errors: Values

    @property
    def inner(self) -> Values:
        """The contents without under- and overflow, with shape (B,)."""
        return self.values[1:-1]


def binning(
    reference: ArrayLike, candidate: ArrayLike, log: bool = False, bins: int = 40
) -> Binning:
    """Bins for the values of one observable.

    The range holds the central 99.8 % of the reference and 98 % of the candidate. Values on a
    lattice (counts, fractions of cells) get bins that hold equally many lattice points.

    Args:
        reference: Finite values of the reference, with shape (N,).
        candidate: Finite values of the candidate, with shape (M,).
        log: Whether the positive values span decades and need bins equal in the logarithm;
            zeros are then underflow.
        bins: About how many bins.
    """
    ref, cand = np.asarray(reference, np.float64), np.asarray(candidate, np.float64)
    if log and (ref > 0).any():
        low, high = np.exp(_range(np.log(ref[ref > 0]), np.log(cand[cand > 0])))
        return Binning(np.geomspace(low, high, bins + 1), log=True)
    low, high = _range(ref, cand)
    step = _lattice(ref)
    if step > 0:
        integer = bool(np.all(ref == np.round(ref)))
        return Binning(_lattice_edges(low, high, step, bins), integer=integer)
    return Binning(np.linspace(low, high, bins + 1))


def spectrum_binning(reference: ArrayLike, candidate: ArrayLike, per_decade: int = 8) -> Binning:
    """Logarithmic bins over all decades of positive values, at most twelve decades.

    Args:
        reference: Positive values of the reference, with shape (N,).
        candidate: Positive values of the candidate, with shape (M,).
        per_decade: Bins in a decade.
    """
    ref, cand = np.asarray(reference, np.float64), np.asarray(candidate, np.float64)
    if len(ref) + len(cand) == 0:
        return Binning(np.geomspace(0.1, 1.0, per_decade + 1), log=True)
    largest = max(x.max() for x in (ref, cand) if len(x))
    smallest = np.quantile(ref if len(ref) else cand, 0.002)
    stop = int(np.floor(per_decade * np.log10(largest))) + 1
    start = int(np.floor(per_decade * np.log10(smallest)))
    start = min(max(start, stop - 12 * per_decade), stop - per_decade)
    return Binning(10 ** (np.arange(start, stop + 1) / per_decade), log=True)


def _range(ref: Values, cand: Values) -> tuple[float, float]:
    """Where both samples lie, never empty; far outliers of the candidate are left out."""
    spans = [np.quantile(x, q) for x, q in ((ref, (0.001, 0.999)), (cand, (0.01, 0.99))) if len(x)]
    if not spans:
        return 0.0, 1.0
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    if len(ref) and spans[0][1] > spans[0][0]:
        width = spans[0][1] - spans[0][0]
        low, high = max(low, spans[0][0] - width), min(high, spans[0][1] + width)
    if not high > low:
        margin = max(abs(low) * 0.01, 0.5)
        low, high = low - margin, high + margin
    return float(low), float(high)


def _lattice(values: Values) -> float:
    """The spacing of values that take few, equally spaced values; 0 if they do not."""
    unique = np.unique(values.astype(np.float32)).astype(np.float64)
    if not 2 <= len(unique) <= min(600, max(2, len(values) // 2)):
        return 0.0
    step = float(np.min(np.diff(unique)))
    points = (unique - unique[0]) / step
    regular = np.abs(points - np.round(points)).max() < 0.02
    return step if regular else 0.0


def _lattice_edges(low: float, high: float, step: float, bins: int) -> Values:
    """Edges half-way between lattice points, with equally many points in each bin."""
    width = step * max(1, round((high - low) / step / bins))
    start = low - step / 2
    points = max(2, int(np.ceil((high - start) / width - 1e-6)))
    return np.asarray(start + width * np.arange(points + 1), np.float64)


def _extend(edges: Values) -> Values:
    first, last = edges[1] - edges[0], edges[-1] - edges[-2]
    return np.concatenate([[edges[0] - first], edges, [edges[-1] + last]])
