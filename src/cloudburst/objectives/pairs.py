"""Summaries of neighbouring cells: which are hit together, and how alike they are."""

from __future__ import annotations

__all__ = ["NeighbourSummaries"]

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ..codec import Codec
from ..transforms import ConditionalStandardize
from .summaries import Summaries

_SHIFTS = 1, 2
# Keeps the slope of a root finite, as a share of a layer's energy.
_FAINT = 1e-6


class NeighbourSummaries(Summaries):
    r"""How often cells one or two apart are hit together, in each layer along each axis.

    For each of a few thresholds t, the mean of $o_i o_j$ over pairs with $o = E / (E + t)$; and
    $\sum \sqrt{E_i E_j} / \sum E$, which is largest where neighbours share their energy evenly.

    Args:
        shapes: Bins of each layer along each axis.
        thresholds: The values of t, in the cells' unit.
        least: Smallest layer energy that the standardisation is told of.
        scale: Standardises the summaries.
    """

    def __init__(
        self,
        shapes: Sequence[Sequence[int]],
        thresholds: Sequence[float],
        least: float,
        scale: ConditionalStandardize | None,
    ) -> None:
        super().__init__([math.prod(shape) for shape in shapes], least, scale)
        self.shapes = [list(shape) for shape in shapes]
        self.thresholds = list(thresholds)

    @classmethod
    def fit(
        cls,
        codec: Codec,
        cells: Tensor,
        conditions: Tensor,
        thresholds: Sequence[float],
        least: float,
    ) -> NeighbourSummaries:
        """Geometry from the codec's detector, standardisation from real cells (N, D)."""
        shape = ([r.shape for r in codec.detector.readouts], thresholds, least)
        scale = cls(*shape, None).standardise(cells, conditions, codec.detector)
        return cls(*shape, scale)

    def raw(self, cells: Tensor) -> Tensor:
        parts = []
        for layer, shape in zip(cells.split(self.sizes, dim=1), self.shapes, strict=True):
            image = layer.unflatten(1, shape)
            hit = [image / (image + t) for t in self.thresholds]
            energy = layer.sum(1) + self.thresholds[0]
            even = (image + _FAINT * energy.view(-1, *[1] * len(shape))).sqrt()
            for axis, shift in _pairs(shape):
                parts += [_products(o, axis, shift).mean(1) for o in hit]
                parts.append(_products(even, axis, shift).sum(1) / energy)
        return torch.stack(parts, dim=1)


def _pairs(shape: Sequence[int]) -> list[tuple[int, int]]:
    """Axes and distances at which there are two cells."""
    return [(a + 1, s) for a, bins in enumerate(shape) for s in _SHIFTS if s < bins]


def _products(image: Tensor, axis: int, shift: int) -> Tensor:
    """Products of cells a distance apart, with shape (N, pairs)."""
    kept = image.shape[axis] - shift
    return (image.narrow(axis, 0, kept) * image.narrow(axis, shift, kept)).flatten(1)
