r"""A bound on the whole critic by its slope as measured, in place of one on each layer by itself.

The best critic of the Wasserstein distance has slope one wherever it tells real from generated
events. With every layer's norm at one, the layers' leading directions do not line up and a
critic of many layers stays far below that; how far, nobody knows beforehand. So all norms are one
common root of a constant K, W K^(1/L) / σ for L layers, and K follows the slope that is seen:

$$ \log K \leftarrow \log K + \eta\, \Bigl(\log g - \log \tfrac1N \sum_i \lVert \nabla D(x_i)
   \rVert\Bigr) $$

at points x_i between real and generated events. Near the wanted slope g the measured one is
about proportional to K, so that its logarithm is off by (1 - η)^n after n such corrections. It
takes one first derivative now and then, where a penalty takes a second one at every step.
"""

from __future__ import annotations

__all__ = ["MeasuredBound"]

import math

import torch
from torch import Tensor

from ..errors import SpecError
from .base import Rule, Slopes
from .smallest import inverse

# a factor of e at most with each correction, whatever was measured
_FARTHEST = 1.0
_SMALLEST = 1e-12


class MeasuredBound(Rule):
    """W K^(1/L) / σ, with K such that the critic's mean slope between events is `slope`.

    Args:
        slope: g, the mean slope to hold, above zero.
        gain: η, the share of a deviation that is corrected at once, in 0 < η <= 1.
        every: Critic's steps between two measurements, at least one.
        constant: K at first, above zero.
    """

    logarithm: Tensor
    seen: Tensor

    def __init__(
        self, slope: float = 1.0, gain: float = 0.2, every: int = 4, constant: float = 1.0
    ) -> None:
        super().__init__()
        if not (slope > 0 and 0 < gain <= 1 and every >= 1 and constant > 0):
            raise SpecError(
                "needs slope > 0, 0 < gain <= 1, every >= 1 and constant > 0, got "
                f"{slope}, {gain}, {every} and {constant}"
            )
        self.slope = slope
        self.gain = gain
        self.every = every
        self.register_buffer("logarithm", torch.tensor(math.log(constant)))
        self.register_buffer("seen", torch.tensor(0))

    def forward(self, sigmas: Tensor) -> Tensor:
        return torch.exp(self.logarithm / len(sigmas)) * inverse(sigmas)

    def observe(self, real: Tensor, fake: Tensor, slopes: Slopes) -> None:
        if self.seen % self.every == 0:
            measured = slopes().mean().clamp(min=_SMALLEST)
            missing = math.log(self.slope) - measured.log()
            self.logarithm += (self.gain * missing).clamp(-_FARTHEST, _FARTHEST)
        self.seen += 1
