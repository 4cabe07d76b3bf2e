"""Cells as shares of their layer, and the rest of a share."""

from __future__ import annotations

__all__ = ["Complement", "LayerShares"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ..detector import Detector
from ..errors import SpecError
from .base import Transform


class LayerShares(Transform):
    """Divides each cell by the energy of its layer, which the last conditions tell.

    A step for the cells of `LayerFractions`.

    Args:
        sizes: Cells of each layer.
    """

    layers: Tensor

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.sizes = list(sizes)
        layers = torch.arange(len(self.sizes)).repeat_interleave(torch.tensor(self.sizes))
        self.register_buffer("layers", layers, persistent=False)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector) -> LayerShares:
        """One layer for each readout; raises SpecError where c does not end in their sums."""
        sizes = [readout.size for readout in detector.readouts]
        if c.shape[1] < len(detector.conditions) + len(sizes):
            raise SpecError("LayerShares is a step for the cells of LayerFractions")
        return cls(sizes)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return x / self._sums(c)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return x.clamp(min=0) * self._sums(c)

    def _sums(self, c: Tensor) -> Tensor:
        return c[:, -len(self.sizes) :][:, self.layers]


class Complement(Transform):
    """whole - x in some columns, so that a share that is often whole becomes one near zero.

    Args:
        columns: Which columns.
        whole: More than which x never is.
    """

    def __init__(self, columns: Sequence[int], whole: float = 1.0) -> None:
        super().__init__()
        self.chosen = list(columns)
        self.whole = whole

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        chosen = torch.zeros(x.shape[1], device=x.device, dtype=x.dtype)
        chosen[self.chosen] = 1
        return self.whole * chosen + (1 - 2 * chosen) * x

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return self(x, c)

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        return self(self.inverse(x, c).clamp(min=0), c)
