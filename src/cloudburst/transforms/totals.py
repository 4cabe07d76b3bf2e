"""The sum of all signals first, then the signals, which follow it.

Cells become their sum and themselves. A generator that makes the sum first knows how large the
event is when it makes the cells, and their transform is told of it: ranks given the sum follow how
the spectrum and the occupancy of each cell grow with it. On the way back the sum is not forced
upon the cells, which would spoil what a threshold does to small ones.
"""

from __future__ import annotations

__all__ = ["TotalFirst"]

import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor

from ..detector import Condition, Detector
from ..streams import Stream
from .base import Compose, Step, Transform


class TotalFirst(Transform):
    """Cells (N, D) to their sum and D values, with shape (N, 1 + D).

    Args:
        total: Transform of the sum, with shape (N, 1); sees the conditions, with shape (N, C).
        cells: Transform of the cells; sees conditions and sum, with shape (N, C + 1).
        least: Smallest sum that `cells` is told of, in the cells' unit.
    """

    def __init__(self, total: Transform, cells: Transform, least: float = 1.0) -> None:
        super().__init__()
        self.total = total
        self.cells = cells
        self.least = least

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        total: Sequence[Step],
        cells: Sequence[Step],
        least: float = 1.0,
    ) -> TotalFirst:
        """Fits both; for the steps of the cells the sum is one more condition, named "total"."""
        sums = x.sum(1, keepdim=True)
        told = torch.cat([c, sums.clamp(min=least)], dim=1)
        unit, high = detector.readouts[0].unit, float(told[:, -1].max())
        condition = Condition("total", unit, least, max(high, 2 * least))
        richer = dataclasses.replace(detector, conditions=(*detector.conditions, condition))
        inner = Compose.fit(sums, c, detector, total), Compose.fit(x, told, richer, cells)
        return cls(*inner, least)

    def columns(self, n: int) -> int:
        return self.total.columns(1) + self.cells.columns(n)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        first = self.total(x.sum(1, keepdim=True), c)
        return torch.cat([first, self.cells(x, self._told(first, c))], dim=1)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        first, cells = self._parts(x)
        return self.cells.inverse(cells, self._told(first, c))

    @property
    def redraws(self) -> bool:
        return bool(self.cells.redraws)

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        first, cells = self._parts(x)
        return torch.cat([first, self.cells.settle(cells, self._told(first, c))], dim=1)

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        first, cells = self._parts(x)
        told = self._told(first, c)
        return torch.cat(
            [self.total.redraw(first, c, rng), self.cells.redraw(cells, told, rng)], dim=1
        )

    def _parts(self, x: Tensor) -> list[Tensor]:
        first = self.total.columns(1)
        return list(x.split([first, x.shape[1] - first], dim=1))

    def _told(self, first: Tensor, c: Tensor) -> Tensor:
        """Conditions and the sum, as `inverse` will know it."""
        return torch.cat([c, self.total.inverse(first, c).clamp(min=self.least)], dim=1)
