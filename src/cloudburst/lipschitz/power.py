r"""The power iteration: v becomes W^T W v, scaled to unit length.

Its share outside the leading direction falls by $(\sigma_2/\sigma_1)^2$ a step, and σ is reached
from below.
"""

from __future__ import annotations

__all__ = ["PowerIteration"]

from torch import Tensor

from ..errors import SpecError
from .base import Norm
from .directions import advanced


class PowerIteration(Norm):
    """The spectral norm of the weight as a matrix, by a few steps from where it stood last.

    Miyato et al., https://arxiv.org/abs/1802.05957.

    Args:
        steps: Steps after each step of the critic.
    """

    def __init__(self, steps: int = 1) -> None:
        if steps < 1:
            raise SpecError(f"a power iteration needs steps >= 1, got {steps}")
        self.steps = steps

    def improve(self, weight: Tensor, direction: Tensor) -> Tensor:
        matrix = weight.flatten(1)
        for _ in range(self.steps):
            direction = advanced(matrix, direction)
        return direction
