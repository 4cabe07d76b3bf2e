"""Merges the pixels of many images at once until two of each are left."""

from __future__ import annotations

__all__ = ["two_axes"]

import importlib.util

import numpy as np
from numpy.typing import NDArray

from .compiled_merging import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Images for which machine code, where numba can make it, is made; that takes a second.
_MANY = 2000
# Images whose distance matrices are in memory together.
_BATCH = 64


def two_axes(intensity: Floats, eta: Floats, phi: Floats) -> Floats:
    """The two axes of k_T clustering without a beam.

    Of all pairs, that with the smallest min(I_i, I_j)^2 dR_ij^2 is merged into one at the mean
    of both, weighted by I, until two are left. A single pixel is both axes.

    Args:
        intensity: Weights, not negative, with shape (N, pixels).
        eta: First coordinate of each pixel, with shape (pixels,).
        phi: Second coordinate of each pixel, with shape (pixels,).

    Returns:
        For each image two points (eta, phi), with shape (N, 2, 2); NaN without signal.
    """
    axes = np.full((len(intensity), 2, 2), np.nan)
    if _compiles(len(intensity)):
        kernel()(np.asarray(intensity, np.float64), eta, phi, axes)
        return axes
    # images with about as many pixels share a batch, so that none waits for a fuller one
    order = np.argsort((intensity > 0).sum(axis=1), kind="stable")
    for start in range(0, len(order), _BATCH):
        some = order[start : start + _BATCH]
        axes[some] = _merged(intensity[some], eta, phi)
    return axes


def _compiles(images: int) -> bool:
    """Whether machine code is there already, or worth making and to be had."""
    if kernel.cache_info().currsize > 0:
        return True
    return images >= _MANY and importlib.util.find_spec("numba") is not None


def _merged(intensity: Floats, eta: Floats, phi: Floats) -> Floats:
    points = _Points(intensity, eta, phi)
    while points.merge():
        pass
    return points.axes()


class _Points:
    """The points that are left of each image, with the distances of all pairs."""

    def __init__(self, intensity: Floats, eta: Floats, phi: Floats) -> None:
        count = (intensity > 0).sum(axis=1)
        most = max(int(count.max(initial=0)), 1)
        order = np.argsort(intensity <= 0, axis=1, kind="stable")[:, :most]
        self._weight = np.take_along_axis(intensity, order, axis=1)
        self._place = np.stack([eta[order], phi[order]], axis=2)
        self._left = count
        first, second = (c[:, :, None] - c[:, None] for c in np.moveaxis(self._place, 2, 0))
        square, weight = first**2 + second**2, self._weight
        self._distance = self._measure(weight[:, :, None], weight[:, None], square)
        self._distance[:, np.arange(most), np.arange(most)] = np.inf
        self._nearest = self._distance.argmin(axis=2)
        self._lowest = self._distance.min(axis=2)

    @staticmethod
    def _measure(one: Floats, other: Floats, square: Floats) -> Floats:
        smaller = np.minimum(one, other)
        return np.where(smaller > 0, smaller**2 * square, np.inf)

    def merge(self) -> bool:
        """Merges one pair of each image with more than two points; false if there was none."""
        image = np.flatnonzero(self._left > 2)
        if not len(image):
            return False
        one = self._lowest[image].argmin(axis=1)
        other = self._nearest[image, one]
        self._join(image, one, other)
        self._refresh(image, one, other)
        self._left[image] -= 1
        return True

    def _join(self, image: Ints, one: Ints, other: Ints) -> None:
        """Moves the first of each pair to the mean of both, and takes away the other."""
        weights = self._weight[image, one], self._weight[image, other]
        total = weights[0] + weights[1]
        for k in (0, 1):
            coordinate = self._place[image, one, k], self._place[image, other, k]
            mean = (weights[0] * coordinate[0] + weights[1] * coordinate[1]) / total
            self._place[image, one, k] = mean
        self._weight[image, one], self._weight[image, other] = total, 0

    def _refresh(self, image: Ints, one: Ints, other: Ints) -> None:
        """Distances to the moved points, and the nearest of all whose nearest has moved."""
        step = self._place[image] - self._place[image, one][:, None]
        fresh = self._measure(
            self._weight[image], self._weight[image, one][:, None], (step**2).sum(axis=2)
        )
        fresh[np.arange(len(image)), one] = np.inf
        self._distance[image, one], self._distance[image, :, one] = fresh, fresh
        self._distance[image, other], self._distance[image, :, other] = np.inf, np.inf
        lowest, near = self._lowest[image], self._nearest[image]
        moved = (near == one[:, None]) | (near == other[:, None])
        closer = fresh < lowest
        self._nearest[image] = np.where(closer, one[:, None], near)
        self._lowest[image] = np.where(closer, fresh, lowest)
        self._lowest[image, other] = np.inf
        moved[np.arange(len(image)), one] = True
        row, point = np.nonzero(moved & (self._weight[image] > 0))
        rows = self._distance[image[row], point]
        nearest = rows.argmin(axis=1)
        self._nearest[image[row], point] = nearest
        self._lowest[image[row], point] = rows[np.arange(len(rows)), nearest]

    def axes(self) -> Floats:
        """The two points that are left of each image, with shape (N, 2, 2)."""
        order = np.argsort(-self._weight, axis=1, kind="stable")
        order = np.pad(order, ((0, 0), (0, 1)), mode="edge")[:, :2]
        weight = np.take_along_axis(self._weight, order, axis=1)
        places = np.take_along_axis(self._place, order[:, :, None], axis=1)
        # a point that stands alone is both axes
        places[:, 1] = np.where(weight[:, 1:] > 0, places[:, 1], places[:, 0])
        places[weight[:, 0] <= 0] = np.nan
        return places
