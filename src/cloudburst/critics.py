"""Critics: what tells generated values from real ones."""

from __future__ import annotations

__all__ = ["Critic", "NetworkCritic"]

import abc
from collections.abc import Sequence

from torch import Tensor, nn

from .codec import Codec
from .nn import MLP
from .spec import Component


class Critic(Component, nn.Module, abc.ABC):
    """Scores values x under features c.

    Attributes:
        per_event: Whether the score of an event depends on that event alone; false for
            critics that look at a whole batch (minibatch discrimination, batch normalisation).
    """

    per_event: bool = True

    def acting_weights(self) -> dict[str, Tensor]:
        """By name, the weights of dense layers and convolutions, as they act on values."""
        layers = {n: m for n, m in self.named_modules() if isinstance(m, nn.Linear | nn.Conv2d)}
        return {f"{name}.weight".removeprefix("."): layer.weight for name, layer in layers.items()}

    def refresh(self) -> None:
        """Follows its weights after a step has changed them; nothing unless overridden."""
        return

    def told(self) -> dict[str, int]:
        """By name of a weight, how many of its last inputs are features as they are given.

        Nothing unless overridden; layers that have none are left out.
        """
        return {}

    @abc.abstractmethod
    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        """Scores, with shape (N, K), of values (N, D) under features (N, F).

        Column 0 is the score, large for real events; further columns are class logits.
        """


class NetworkCritic(Critic):
    """A critic that is one network of values and features.

    Args:
        network: Maps (N, D) and (N, F) to (N, K).
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        hidden: Sequence[int] = (256, 256),
        activation: str = "leaky_relu",
        dropout: float = 0.0,
        norm: bool = False,
    ) -> NetworkCritic:
        """A perceptron for the codec's values and features."""
        inputs = codec.values + codec.features.size
        return cls(MLP(inputs, 1, hidden, activation, dropout, norm))

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        scores: Tensor = self.network(x, c)
        return scores
