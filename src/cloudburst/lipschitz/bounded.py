r"""A critic whose layers are scaled so that each one's norm is bounded.

The product of the layers' norms bounds the slope of a network of layers in a row with activations
of slope at most one. Where values are dropped in training, the critic may be steeper; biases are
not scaled.

A layer that sees values h and features c has a weight of two parts, W h + V c. The slope in values
at given features, which alone the Wasserstein distance at given conditions bounds, does not depend
on V: with norms of W at most one, scores are of slope one in values however V is. If V is bounded
along with W, as is done mostly, the critic may also depend on conditions no faster than on values.
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
        free_features: Whether the parts of weights that see the features as they are given are
            neither bounded nor scaled, as the slope in values at given features asks for no more.

    Raises:
        SpecError: There is nothing to bound, the critic has weights of other layers, or does not
            say which of its inputs are features.
    """

    def __init__(
        self, critic: Critic, norm: Norm, rule: Rule, free_features: bool = False
    ) -> None:
        super().__init__()
        self.critic = critic
        self.norm = norm
        self.rule = rule
        self.per_event = critic.per_event
        self.bounded = _bounded(critic)
        self.free = _free(critic) if free_features else {}
        for i, weight in enumerate(self._weights()):
            self.register_buffer(f"direction_{i}", norm.begin(weight))

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        scores: Tensor = functional_call(self.critic, self.acting_weights(), (x, c))
        return scores

    def acting_weights(self) -> dict[str, Tensor]:
        """By name, the weights of all layers, scaled as they act."""
        factors = self.rule(self.sigmas())
        scaled = [w * f for w, f in zip(self._weights(), factors, strict=True)]
        return dict(zip(self.bounded, map(self._joined, self.bounded, scaled), strict=True))

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
        """Of each layer the part that is bounded."""
        weights = [self.critic.get_parameter(name) for name in self.bounded]
        free = [self.free.get(name, 0) for name in self.bounded]
        return [w[:, : w.shape[1] - n] for w, n in zip(weights, free, strict=True)]

    def _joined(self, name: str, bounded: Tensor) -> Tensor:
        """A whole weight, given its part that is bounded."""
        if name not in self.free:
            return bounded
        return torch.cat([bounded, self.critic.get_parameter(name)[:, -self.free[name] :]], dim=1)


def _free(critic: Critic) -> dict[str, int]:
    """By name of a weight, how many of its last inputs are features."""
    told = critic.told()
    if not told:
        raise SpecError(
            f"a {type(critic).__name__} does not say which of its inputs are features; leave out "
            "free_features or let its method `told` say it"
        )
    return told


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
