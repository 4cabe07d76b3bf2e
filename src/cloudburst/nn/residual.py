r"""A perceptron of residual blocks, each told what steers it.

$$ h_0 = W x, \qquad h_{i+1} = h_i + W_i'\, \sigma\bigl(W_i\, \sigma(h_i) + V_i s\bigr) $$

with s whatever steers the network (time, conditions), which enters every block anew. After He et
al., https://arxiv.org/abs/1603.05027.
"""

from __future__ import annotations

__all__ = ["ResidualMLP"]

import torch
from torch import Tensor, nn

from ..spec import Component
from .mlp import make_activation

# How far the output starts from zero, in shares of torch's own initialisation.
_START = 0.1


class _Block(nn.Module):
    def __init__(self, steering: int, width: int, activation: str, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(width, width)
        self.steer = nn.Linear(steering, width, bias=False)
        self.second = nn.Linear(width, width)
        self.activation = make_activation(activation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, h: Tensor, s: Tensor) -> Tensor:
        inner = self.activation(self.first(self.activation(h)) + self.steer(s))
        found: Tensor = h + self.second(self.dropout(inner))
        return found


class ResidualMLP(Component, nn.Module):
    """Values and what steers them to values; starts near zero.

    Args:
        inputs: Width of the values.
        steering: Width of what steers.
        outputs: Width of the output.
        width: Width of the hidden values.
        blocks: The number of blocks, of two layers each.
        activation: Name of the activation.
        dropout: Share of hidden values dropped in training.
    """

    def __init__(
        self,
        inputs: int,
        steering: int,
        outputs: int,
        width: int = 384,
        blocks: int = 3,
        activation: str = "silu",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.first = nn.Linear(inputs + steering, width)
        made = (_Block(steering, width, activation, dropout) for _ in range(blocks))
        self.blocks = nn.ModuleList(made)
        self.activation = make_activation(activation)
        self.last = nn.Linear(width, outputs)
        with torch.no_grad():
            self.last.weight.mul_(_START)
            self.last.bias.zero_()

    def forward(self, x: Tensor, s: Tensor) -> Tensor:
        """Maps values (N, inputs) and what steers, (N, steering), to (N, outputs)."""
        h = self.first(torch.cat([x, s], dim=1))
        for block in self.blocks:
            h = block(h, s)
        result: Tensor = self.last(self.activation(h))
        return result
