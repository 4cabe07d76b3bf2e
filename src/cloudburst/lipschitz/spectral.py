r"""Spectral normalisation: each layer's norm becomes one, or the L-th root of a constant K."""

from __future__ import annotations

__all__ = ["Multiplied", "Spectral"]

import math

import torch
from torch import Tensor, nn

from ..errors import SpecError
from .base import Rule
from .smallest import inverse


class Spectral(Rule):
    """W / σ.

    Miyato et al., https://arxiv.org/abs/1802.05957.
    """

    def forward(self, sigmas: Tensor) -> Tensor:
        return inverse(sigmas)


class Multiplied(Rule):
    """W K^(1/L) / σ for L layers, so that the bound of all of them together is K.

    Args:
        constant: K, above zero.
        trained: Whether K is learned, from there on.
    """

    def __init__(self, constant: float = 1.0, trained: bool = False) -> None:
        super().__init__()
        if not constant > 0:
            raise SpecError(f"spectral normalisation is multiplied by > 0, got {constant}")
        self.logarithm = nn.Parameter(torch.tensor(math.log(constant)), requires_grad=trained)

    def forward(self, sigmas: Tensor) -> Tensor:
        return torch.exp(self.logarithm / len(sigmas)) * inverse(sigmas)
