"""Signals above a read-out threshold."""

from __future__ import annotations

__all__ = ["AboveThreshold"]

import torch
from torch import Tensor

from ..detector import Detector
from .base import Transform


class AboveThreshold(Transform):
    """Takes the threshold off signals, so that the smallest ones lie near zero.

    Where a read-out drops what lies below its threshold, no signal is seen between zero and it. A
    smooth map of noise makes some there; one that makes what is above does not.

    Args:
        thresholds: Threshold of each column, in the unit of x, with shape (D,).
    """

    thresholds: Tensor

    def __init__(self, thresholds: Tensor) -> None:
        super().__init__()
        self.register_buffer("thresholds", thresholds)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector) -> AboveThreshold:
        """Takes the thresholds of the detector's readouts."""
        parts = [x.new_full((r.size,), r.threshold) for r in detector.readouts]
        return cls(torch.cat(parts))

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return (x - self.thresholds).clamp(min=0)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return torch.where(x > 0, x + self.thresholds, torch.zeros_like(x))
