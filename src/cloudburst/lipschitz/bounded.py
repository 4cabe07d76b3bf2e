r"""A critic whose layers are scaled so that each one's norm is bounded.

The product of the layers' norms bounds the slope of a network of layers in a row with activations
of slope at most one. Where features are repeated on every pixel, joined in later, or where values
are dropped in training, the critic as a whole may be steeper; biases are not scaled.
"""

from __future__ import annotations

__all__ = ["BoundedCritic"]

import torch
from torch import Tensor
from torch.func import functional_call

from ..critics import Critic
from ..errors import SpecError
from .base import Norm, Rule


class BoundedCritic(Critic):
    """Another critic, with the weights of its dense layers and convolutions scaled.

    Args:
        critic: The critic; its own weights stay as they are learned.
        norm: What is known of each layer's norm.
        rule: The factor on each layer that follows.

    Raises:
        SpecError: There is nothing to bound, or the critic has weights of other layers.
    """

    def __init__(self, critic: Critic, norm: Norm, rule: Rule) -> None:
        super().__init__()
        self.critic = critic
        self.norm = norm
        self.rule = rule
        self.per_event = critic.per_event
        self.bounded = _bounded(critic)
        for i, weight in enumerate(self._weights()):
            self.register_buffer(f"direction_{i}", norm.begin(weight))

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        scores: Tensor = functional_call(self.critic, self.acting_weights(), (x, c))
        return scores

    def acting_weights(self) -> dict[str, Tensor]:
        """By name, the weights of all layers, scaled as they act."""
        factors = self.rule(self.sigmas())
        weights = zip(self.bounded, self._weights(), factors, strict=True)
        return {name: weight * factor for name, weight, factor in weights}

    def sigmas(self) -> Tensor:
        """The norm of each layer before it is bounded, in the order of `bounded`, (L,)."""
        return torch.stack(
            [
                (weight.flatten(1) @ self.get_buffer(f"direction_{i}")).norm()
                for i, weight in enumerate(self._weights())
            ]
        )

    @torch.no_grad()
    def refresh(self) -> None:
        """Follows the weights after they have changed: to be called after a critic's step."""
        for i, weight in enumerate(self._weights()):
            direction = self.get_buffer(f"direction_{i}")
            direction.copy_(self.norm.improve(weight, direction))

    def _weights(self) -> list[Tensor]:
        return [self.critic.get_parameter(name) for name in self.bounded]


def _bounded(critic: Critic) -> list[str]:
    """Names of the weights of all dense layers and convolutions."""
    names = list(critic.acting_weights())
    others = [n for n, w in critic.named_parameters() if w.ndim > 1 and n not in names]
    if others or not names:
        raise SpecError(
            f"a {type(critic).__name__} cannot be bounded: only dense layers and convolutions "
            f"can, and it has {', '.join(others) or 'none of them'}"
        )
    return names
