r"""A bound on the product of all norms that leaves open how layers share it.

$$ W_l\, \Bigl(K \Big/ \prod_j \sigma_j\Bigr)^{1/L} $$

for L layers: the product of their norms is K, and so is the bound on the slope of all of them in
a row, as with W K^(1/L) / σ for each layer; but a layer that learns to be steep may be so at the
expense of others. Where activations bend, it matters how steep a layer before them is, even if
the layers behind make up for it.
"""

from __future__ import annotations

__all__ = ["SharedBound"]

import math

import torch
from torch import Tensor

from ..errors import SpecError
from .base import Rule
from .smallest import logarithms


class SharedBound(Rule):
    """One factor on all layers, such that the product of their norms is a constant.

    Args:
        constant: K, above zero.
    """

    logarithm: Tensor

    def __init__(self, constant: float = 1.0) -> None:
        super().__init__()
        if not constant > 0:
            raise SpecError(f"a product of norms must be above zero, got {constant}")
        self.register_buffer("logarithm", torch.tensor(math.log(constant)))

    def forward(self, sigmas: Tensor) -> Tensor:
        missing = self.logarithm - logarithms(sigmas).sum()
        return torch.exp(missing / len(sigmas)).expand(len(sigmas))
