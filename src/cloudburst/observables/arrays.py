r"""Statistics of the cells of one event, as plain functions of arrays.

An event that does not define a quantity gets NaN: a ratio whose denominator is not positive,
hence the centroid and width of an array without signal.
"""

__all__ = ["leading_asymmetry", "moments", "occupancy", "ratio", "total"]

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> Floats:
    """numerator / denominator, NaN where the denominator is not above zero.

    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    result = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def total(cells: NDArray[Any]) -> Floats:
    """The summed signal of each event, in the unit of the cells, with shape (N,).

    >>> total(np.array([[[1, 2], [3, 4]]]))
    array([10.])
    """
    sums: Floats = _flat(cells).sum(axis=1, dtype=np.float64)
    return sums


def occupancy(cells: NDArray[Any], threshold: float = 0.0) -> Floats:
    """The fraction of cells above zero and not below `threshold`, with shape (N,).

    >>> cells = np.array([[[0.0, 1.0], [2.0, 5.0]]])
    >>> occupancy(cells), occupancy(cells, threshold=2.0)
    (array([0.75]), array([0.5]))
    """
    flat = _flat(cells)
    hit = flat > 0 if threshold <= 0 else flat >= threshold
    fractions: Floats = hit.mean(axis=1)
    return fractions


def moments(cells: NDArray[Any], axis: int, centers: Floats) -> tuple[Floats, Floats]:
    r"""Signal-weighted mean and standard deviation of a coordinate.

    With w_j the signal summed over all other axes and x_j the `centers`, the mean is
    m = sum w x / sum w and the width sqrt(sum w x^2 / sum w - m^2), computed about m so that
    a single cell has a width of exactly zero.

    Args:
        cells: Signals, with shape (N, *shape).
        axis: The coordinate's place in `shape`.
        centers: Bin centres, in any unit, with shape (shape[axis],).

    Returns:
        Mean and width in the unit of the centres, each with shape (N,); NaN without signal.

    >>> moments(np.array([[[1.0, 0.0, 3.0]]]), 1, np.array([-2.0, 0.0, 2.0]))
    (array([1.]), array([1.73205081]))
    """
    others = tuple(i + 1 for i in range(cells.ndim - 1) if i != axis)
    weights = cells.sum(axis=others, dtype=np.float64)
    norm = weights.sum(axis=1)
    mean = ratio(weights @ centers, norm)
    # an undefined mean makes the variance undefined too
    squares = (centers - mean[:, None]) ** 2
    variance = ratio((weights * squares).sum(axis=1), norm)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def leading_asymmetry(cells: NDArray[Any]) -> Floats:
    """(E1 - E2) / (E1 + E2) of the two largest signals of each event, with shape (N,).

    An array of a single cell has E2 = 0.

    >>> leading_asymmetry(np.array([[[1, 6], [2, 0]], [[0, 0], [0, 0]]]))
    array([0.5, nan])
    """
    flat = _flat(cells)
    if flat.shape[1] == 1:
        flat = np.pad(flat, ((0, 0), (1, 0)))
    second, first = np.partition(flat, -2, axis=1)[:, -2:].T.astype(np.float64)
    return ratio(first - second, first + second)


def _flat(cells: NDArray[Any]) -> NDArray[Any]:
    # not -1, which has no value for no events
    return cells.reshape(len(cells), math.prod(cells.shape[1:]))
