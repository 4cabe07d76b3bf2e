"""Bounds that leave a layer alone while its norm is small, or all layers in the same ratio."""

from __future__ import annotations

__all__ = ["SoftMargin", "Weak"]

import math

import torch
from torch import Tensor, nn

from ..errors import SpecError
from .base import Rule
from .smallest import inverse


class Weak(Rule):
    """W min(1, β / σ): the norm is at most β.

    Args:
        bound: β, the same for all layers, above zero.
        trained: Whether β is learned, from there on.
    """

    def __init__(self, bound: float = 1.0, trained: bool = False) -> None:
        super().__init__()
        if not bound > 0:
            raise SpecError(f"a bound on norms must be above zero, got {bound}")
        self.logarithm = nn.Parameter(torch.tensor(math.log(bound)), requires_grad=trained)

    def forward(self, sigmas: Tensor) -> Tensor:
        return (torch.exp(self.logarithm) * inverse(sigmas)).clamp(max=1)


class SoftMargin(Rule):
    """W / max(σ, m): the norm is at most one, and layers below the margin m lose none of theirs.

    Rogachev and Ratnikov, https://doi.org/10.1007/s41781-024-00120-5.

    Args:
        margin: m, above zero.
    """

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        if not margin > 0:
            raise SpecError(f"a margin must be above zero, got {margin}")
        self.margin = margin

    def forward(self, sigmas: Tensor) -> Tensor:
        return 1 / sigmas.clamp(min=self.margin)
