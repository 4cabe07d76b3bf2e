"""The same merging of pixels by machine code that numba makes in a second, many times faster."""

from __future__ import annotations

__all__ = ["kernel"]

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..extras import require

Kernel: TypeAlias = Callable[[Any, Any, Any, Any], None]


@functools.cache
def kernel() -> Kernel:
    """What merges the pixels of images; raises MissingExtraError where numba is missing.

    It takes weights (N, pixels), both coordinates of the pixels and the axes (N, 2, 2) to fill.
    """
    compiled: Callable[[Any], Any] = require("numba", "fast").njit(nogil=True)
    measure, ends = compiled(_measure), compiled(_two_left)
    seek = compiled(_seeking(measure))
    merge = compiled(_merging(measure, seek))

    @compiled
    def fill(weights: Any, eta: Any, phi: Any, axes: Any) -> None:
        most = weights.shape[1]
        w, x, y = np.empty(most), np.empty(most), np.empty(most)
        near, low = np.empty(most, np.int64), np.empty(most)
        for i in range(len(weights)):
            count = 0
            for k in range(most):
                if weights[i, k] > 0:
                    w[count], x[count], y[count] = weights[i, k], eta[k], phi[k]
                    count += 1
            for a in range(count):
                seek(w, x, y, count, a, near, low)
            for _ in range(count - 2):
                merge(w, x, y, count, near, low)
            ends(w, x, y, count, axes[i])

    fill(np.ones((1, 3)), np.arange(3.0), np.zeros(3), np.empty((1, 2, 2)))
    result: Kernel = fill
    return result


def _merging(measure: Any, seek: Any) -> Any:
    def merge(w: Any, x: Any, y: Any, count: Any, near: Any, low: Any) -> None:
        """Moves the first of the nearest pair to the mean of both, and takes away the other."""
        one = np.argmin(low[:count])
        other = near[one]
        total = w[one] + w[other]
        x[one] = (w[one] * x[one] + w[other] * x[other]) / total
        y[one] = (w[one] * y[one] + w[other] * y[other]) / total
        w[one], w[other], low[other] = total, 0.0, np.inf
        for b in range(count):
            if w[b] <= 0:
                continue
            if b == one or near[b] == one or near[b] == other:
                seek(w, x, y, count, b, near, low)
                continue
            fresh = measure(w, x, y, one, b)
            if fresh < low[b]:
                low[b], near[b] = fresh, one

    return merge


def _measure(w: Any, x: Any, y: Any, a: Any, b: Any) -> Any:
    smaller = min(w[a], w[b])
    return smaller**2 * ((x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2)


def _seeking(measure: Any) -> Any:
    def seek(w: Any, x: Any, y: Any, count: Any, a: Any, near: Any, low: Any) -> None:
        """The nearest of all points to one."""
        low[a], near[a] = np.inf, a
        for b in range(count):
            if b != a and w[b] > 0:
                distance = measure(w, x, y, a, b)
                if distance < low[a]:
                    low[a], near[a] = distance, b

    return seek


def _two_left(w: Any, x: Any, y: Any, count: Any, axes: Any) -> None:
    """The two points that are left, the heavier first; one that stands alone is both."""
    axes[:] = np.nan
    first, second = -1, -1
    for k in range(count):
        if w[k] <= 0:
            continue
        if first < 0 or w[k] > w[first]:
            first, second = k, first
        else:
            second = k
    if first >= 0:
        second = first if second < 0 else second
        axes[0, 0], axes[0, 1], axes[1, 0], axes[1, 1] = x[first], y[first], x[second], y[second]
