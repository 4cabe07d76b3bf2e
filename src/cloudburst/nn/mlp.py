"""The multi-layer perceptron and the activations by name."""

from __future__ import annotations

__all__ = ["MLP", "make_activation"]

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..errors import SpecError, nearest
from ..spec import Component

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "leaky_relu": nn.LeakyReLU,
    "relu": nn.ReLU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}


def make_activation(name: str) -> nn.Module:
    """The activation of that name; raises SpecError for an unknown one."""
    if name not in _ACTIVATIONS:
        raise SpecError(f"unknown activation '{name}'; {nearest(name, _ACTIVATIONS)}")
    return _ACTIVATIONS[name]()


class MLP(Component, nn.Module):
    """A multi-layer perceptron over the last dimension of its concatenated inputs.

    Args:
        inputs: Width of all inputs together.
        outputs: Width of the output.
        hidden: Widths of the hidden layers.
        activation: Name of the activation between layers.
        dropout: Share of hidden values dropped in training.
        norm: Whether to normalise each hidden layer (Ba et al., https://arxiv.org/abs/1607.06450).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        hidden: Sequence[int] = (256, 256),
        activation: str = "leaky_relu",
        dropout: float = 0.0,
        norm: bool = False,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for a, b in itertools.pairwise([inputs, *hidden]):
            layers.append(nn.Linear(a, b))
            if norm:
                layers.append(nn.LayerNorm(b))
            layers.append(make_activation(activation))
            if dropout:
                layers.append(nn.Dropout(dropout))
        self.layers = nn.Sequential(*layers, nn.Linear([inputs, *hidden][-1], outputs))

    @torch.no_grad()
    def starting_near_zero(self, share: float) -> MLP:
        """Itself, with a last layer of a share of its weights and without biases."""
        self.layers[-1].weight.mul_(share)
        self.layers[-1].bias.zero_()
        return self

    def forward(self, *x: Tensor) -> Tensor:
        """Maps inputs of shape (N, ...), joined along the last dimension, to (N, outputs)."""
        result: Tensor = self.layers(torch.cat(x, dim=-1))
        return result
