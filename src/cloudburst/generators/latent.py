"""One pass through a network, as in a generative adversarial network."""

from __future__ import annotations

__all__ = ["LatentGenerator", "ScatterGenerator"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..codec import Codec
from ..nn import MLP
from .base import Generator


class LatentGenerator(Generator):
    """x = network(z, c).

    Args:
        network: Maps noise (N, latent) and features (N, F) to (N, D).
        latent: Size of the noise.
    """

    def __init__(self, network: nn.Module, latent: int) -> None:
        super().__init__()
        self.network = network
        self.noise_shape = (latent,)

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
        return cls(MLP(inputs, codec.values, hidden, activation, norm=norm), latent)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        x: Tensor = self.network(z, c)
        return x


class ScatterGenerator(Generator):
    r"""A shape drawn from a few numbers, and each value scattered about it on its own:

    $$ x = m(z, c) + \mathrm{softplus}(s(z, c))\,\varepsilon $$

    A shower fluctuates in few ways as a whole (where it starts, how wide it is), which the
    latent z carries, and in each cell by the few particles that happen to reach it. No network
    of few latent numbers makes the second kind; here it costs one multiplication a cell.

    Args:
        network: Maps noise (N, latent) and features (N, F) to (N, 2 D): m and s.
        latent: Size of z.
        values: The number D of values, and of independent numbers ε.
    """

    def __init__(self, network: nn.Module, latent: int, values: int) -> None:
        super().__init__()
        self.network = network
        self.latent = latent
        self.values = values
        self.noise_shape = (latent + values,)

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        latent: int = 32,
        hidden: Sequence[int] = (256, 256),
        activation: str = "leaky_relu",
    ) -> ScatterGenerator:
        """A perceptron from noise and the codec's features to the codec's values."""
        network = MLP(latent + codec.features.size, 2 * codec.values, hidden, activation)
        return cls(network, latent, codec.values)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        shape, scatter = z.split([self.latent, self.values], dim=1)
        mean, width = self.network(shape, c).chunk(2, dim=1)
        return torch.addcmul(mean, functional.softplus(width), scatter)
