r"""The parts of a bound on a critic: a norm of each layer, and what follows from the norms.

A layer's weight is taken as a matrix W with a row for each output. Every norm here is reached in
a direction P, found without a gradient, and is, with its gradient,

$$ \sigma = \lVert W P \rVert_F , \qquad \frac{\partial \sigma}{\partial W} =
   \frac{W P P^T}{\sigma} . $$
"""

from __future__ import annotations

__all__ = ["Norm", "Rule", "Slopes"]

import abc
from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn

from ..spec import Component

# Lengths of a critic's gradient between real and generated events, (N,), when called for.
Slopes: TypeAlias = Callable[[], Tensor]


class Norm(Component, abc.ABC):
    """Finds the direction in which a layer's norm is reached.

    Attributes:
        columns: Columns of a direction: one, or two for the parts of a complex one.
        settling: How often a direction that was drawn at random is improved before first use.
    """

    columns: int = 1
    settling: int = 15

    @abc.abstractmethod
    def improve(self, weight: Tensor, direction: Tensor) -> Tensor:
        """A direction that is at least as good.

        Args:
            weight: A layer's weight, with shape (outputs, inputs, *kernel).
            direction: A direction of unit length, with shape (inputs * kernel, columns).
        """

    @torch.no_grad()
    def begin(self, weight: Tensor) -> Tensor:
        """A first direction for a layer, drawn from torch's own stream as first weights are."""
        direction = torch.randn(weight[0].numel(), self.columns)
        direction = direction / direction.norm()
        for _ in range(self.settling):
            direction = self.improve(weight, direction)
        return direction


class Rule(Component, nn.Module, abc.ABC):
    """Factors on the weights of all layers, given their norms."""

    @abc.abstractmethod
    def forward(self, sigmas: Tensor) -> Tensor:
        """The factor on each layer, with shape (L,), given its norm, with shape (L,)."""

    def observe(self, real: Tensor, fake: Tensor, slopes: Slopes) -> None:
        """Is told of the critic in training, before each of its steps; ignored unless overridden.

        Args:
            real: Scores of real events, with shape (N,).
            fake: Scores of generated events, with shape (N,).
            slopes: Measures lengths of its gradient between them.
        """
        return
