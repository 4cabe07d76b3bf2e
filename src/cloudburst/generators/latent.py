"""One pass through a network, as in a generative adversarial network."""

from __future__ import annotations

__all__ = ["LatentGenerator"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Codec
from ..nn import MLP
from .base import Generator


class LatentGenerator(Generator):
    """x = max(network(z, c), floor).

    The floor is what an empty cell is encoded as: with it the generator makes exact zeros,
    as the detector does, and the critic cannot tell it by their absence.

    Args:
        network: Maps noise (N, latent) and features (N, F) to (N, D).
        latent: Size of the noise.
        floor: Smallest network values, with shape (D,); -inf where unbounded.
    """

    floor: Tensor

    def __init__(self, network: nn.Module, latent: int, floor: Tensor) -> None:
        super().__init__()
        self.network = network
        self.noise_shape = (latent,)
        self.register_buffer("floor", floor)

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        latent: int = 64,
        hidden: Sequence[int] = (256, 256),
        activation: str = "leaky_relu",
        norm: bool = False,
    ) -> LatentGenerator:
        """A perceptron from noise and the codec's features to the codec's values."""
        inputs = latent + codec.features.size
        network = MLP(inputs, codec.values, hidden, activation, norm=norm)
        return cls(network, latent, codec.floor)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return torch.maximum(self.network(z, c), self.floor)
