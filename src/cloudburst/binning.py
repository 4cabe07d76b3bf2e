"""Bins for the values of one observable, and the entries that fall into them."""

from __future__ import annotations

__all__ = ["bin_edges", "count", "quantile_edges"]

import boost_histogram as bh
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import DataError

Floats = NDArray[np.float64]


def bin_edges(reference: ArrayLike, bins: int = 50) -> Floats:
    """Edges of equal bins over the range of the reference, with shape (bins + 1,).

    The largest value falls into the last bin. A constant c gives bins over c +- 1/2. Where the
    numbers lie too close for that many bins, the range is widened as far as needed. Values
    that are not finite are left out.

    Raises:
        DataError: There is no finite value, or fewer than one bin.

    >>> bin_edges([0.0, 3.0, 4.0], 2).round(12)
    array([0., 2., 4.])
    >>> bin_edges([5.0, 5.0], 2)
    array([4.5, 5. , 5.5])
    """
    values = _finite(reference, bins)
    low, high = values.min(), values.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    if not np.all(np.diff(edges) > 0):
        margin = bins * np.spacing(np.abs(edges).max())
        edges = np.linspace(low - margin, high + margin, bins + 1)
    edges[-1] = max(edges[-1], np.nextafter(values.max(), np.inf))
    return edges


def quantile_edges(reference: ArrayLike, bins: int = 50) -> Floats:
    """Edges of bins that hold equal shares of the reference, with shape (<= 2 bins + 1,).

    A value so frequent that it would fill a bin alone, as the zero of an empty layer, gets a
    bin of its own. Values that are not finite are left out.

    Raises:
        DataError: There is no finite value, or fewer than one bin.

    >>> quantile_edges([1.0, 2.0, 3.0, 4.0, 5.0], 2).round(12)
    array([1., 3., 5.])
    >>> quantile_edges([0.0, 0.0, 0.0, 0.0, 8.0], 4).size  # 0 | above 0, up to 8
    3
    """
    values = np.sort(_finite(reference, bins))
    # no interpolation: the edges are values, hence exact for discrete observables
    ranks = np.round(np.linspace(0, len(values) - 1, bins + 1)).astype(int)
    edges, counts = np.unique(values[ranks], return_counts=True)
    last = np.nextafter(edges[-1:], np.inf)
    frequent = edges[counts > 1]
    return np.unique(np.concatenate([edges[:-1], frequent, np.nextafter(frequent, np.inf), last]))


def count(values: ArrayLike, edges: ArrayLike) -> Floats:
    """Entries below the edges, in each bin, above, and undefined, with shape (bins + 3,).

    A bin holds its lower edge and not its upper one. Nothing is lost: the entries are as many
    as the values.

    >>> count([-9.0, 0.0, 0.5, 1.0, 9.0, np.nan], [0.0, 1.0])
    array([1., 2., 2., 1.])
    """
    values = np.asarray(values, np.float64).ravel()
    undefined = np.isnan(values)
    histogram = bh.Histogram(
        bh.axis.Variable(np.asarray(edges, np.float64)), storage=bh.storage.Double()
    )
    histogram.fill(values[~undefined])
    return np.append(histogram.values(flow=True), undefined.sum())


def _finite(reference: ArrayLike, bins: int) -> Floats:
    values = np.asarray(reference, np.float64).ravel()
    values = values[np.isfinite(values)]
    if not len(values) or bins < 1:
        raise DataError(f"cannot make {bins} bins from {len(values)} finite values")
    return values
