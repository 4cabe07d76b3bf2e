"""The interface of an objective."""

from __future__ import annotations

__all__ = ["Objective"]

import abc

from torch import Tensor, nn

from ..codec import Batch
from ..generators import Generator
from ..streams import Stream


class Objective(nn.Module, abc.ABC):
    """A set of players (sub-modules) and the loss that each one minimises.

    Attributes:
        generator: What is being trained.
        turns: What happens in order, over and over; each turn is the name of the player who
            steps, or "player:part" where a player has several losses.
    """

    generator: Generator
    turns: tuple[str, ...]

    @abc.abstractmethod
    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        """The scalar loss that a turn minimises.

        Args:
            turn: One of `turns`.
            batch: Real events.
            rng: The only source of randomness, on the device of the batch.
        """

    def after(self, player: str) -> None:
        """What follows a player's step, as clipping its weights; nothing unless overridden."""
        return

    def gauges(self, batch: Batch, rng: Stream) -> dict[str, float]:
        """What is worth watching beside the losses, by name; nothing unless overridden.

        Args:
            batch: Real events.
            rng: The only source of randomness, on the device of the batch.
        """
        return {}

    def normal(self, n: int, rng: Stream) -> Tensor:
        """Noise for n events, with shape (n, *noise_shape), on the device of `rng`."""
        return rng.normal(n, *self.generator.noise_shape)
