"""Distances between many points, a few rows at a time, so that memory stays small."""

from __future__ import annotations

__all__ = ["blocks", "nearest", "radii"]

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]
Floats = NDArray[np.float64]

# entries of the matrix of distances that are in memory at once: 64 MB in double precision
_ENTRIES = 1 << 23


def blocks(x: Points, y: Points) -> Iterator[tuple[slice, Points]]:
    """Squared Euclidean distances of points x, with shape (N, F), from y, with shape (M, F).

    Yields:
        Rows of x, and their distances, with shape (rows, M), in the precision of the points.
    """
    # about the common centre little is lost where distances are differences of large numbers
    centre = y.mean(axis=0, dtype=np.float64).astype(y.dtype)
    x, y = x - centre, y - centre
    squares = np.einsum("ij,ij->i", y, y)
    step = max(1, _ENTRIES // max(len(y), 1))
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        found = x[rows] @ (-2 * y.T)
        found += squares
        found += np.einsum("ij,ij->i", x[rows], x[rows])[:, None]
        yield rows, np.maximum(found, 0, out=found)


def radii(x: Points, k: int) -> Floats:
    """Distance of each point from its k-th nearest neighbour, with shape (N,); N > k.

    >>> radii(np.array([[0.0], [1.0], [3.0]]), 1)
    array([1., 1., 2.])
    """
    found = np.empty(len(x))
    for rows, squared in blocks(x, x):
        places = np.arange(len(squared)), np.arange(rows.start, rows.start + len(squared))
        squared[places] = -1  # each is its own nearest neighbour
        found[rows] = np.sqrt(np.partition(squared, k, axis=1)[:, k])
    return found


def nearest(x: Points, y: Points, k: int = 1) -> tuple[NDArray[np.intp], Floats]:
    """The k nearest of the points y for each of x, nearest first: indices and distances, (N, k).

    >>> nearest(np.array([[0.9], [5.0]]), np.array([[0.0], [1.0], [4.0]]), 2)[0]
    array([[1, 0],
           [2, 1]])
    """
    index = np.empty((len(x), k), np.intp)
    for rows, squared in blocks(x, y):
        index[rows] = np.argpartition(squared, k - 1, axis=1)[:, :k]
    distance = np.empty(index.shape)
    for column in range(k):
        # anew, for exact zeros where points are equal
        distance[:, column] = np.linalg.norm(x.astype(np.float64) - y[index[:, column]], axis=1)
    order = np.argsort(distance, axis=1, kind="stable")
    return np.take_along_axis(index, order, 1), np.take_along_axis(distance, order, 1)
