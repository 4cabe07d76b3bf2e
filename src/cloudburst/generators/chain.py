"""Coarse values first, then fine ones given the coarse."""

from __future__ import annotations

__all__ = ["ChainGenerator"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ..codec import Codec
from ..nn import MLP
from .base import Generator
from .latent import LatentGenerator, ScatterGenerator


class ChainGenerator(Generator):
    """x = (coarse, fine): coarse = g(z, c), fine = h(z', c and coarse).

    Args:
        coarse: Makes the first `split` values.
        fine: Makes the others; its features are c followed by the coarse values.
        split: The number of coarse values.
    """

    def __init__(self, coarse: Generator, fine: Generator, split: int) -> None:
        super().__init__()
        self.coarse = coarse
        self.fine = fine
        self.split = split
        self.noise_shape = (coarse.noise_shape[0] + fine.noise_shape[0],)

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        split: int,
        coarse_latent: int = 8,
        coarse_hidden: Sequence[int] = (64, 64),
        latent: int = 32,
        hidden: Sequence[int] = (256, 256),
        activation: str = "leaky_relu",
    ) -> ChainGenerator:
        """A latent generator of the coarse values, a scattering one of the others."""
        features, values = codec.features.size, codec.values - split
        coarse = MLP(coarse_latent + features, split, coarse_hidden, activation)
        fine = MLP(latent + features + split, 2 * values, hidden, activation)
        return cls(
            LatentGenerator(coarse, coarse_latent), ScatterGenerator(fine, latent, values), split
        )

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        first, rest = self.split_noise(z)
        coarse = self.coarse(first, c)
        return torch.cat([coarse, self.fine(rest, torch.cat([c, coarse], dim=1))], dim=1)

    def guided(self, z: Tensor, c: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor]:
        """Coarse values of its own, with shape (N, split), and fine ones to given coarse ones.

        Args:
            z: Noise, with shape (N, *noise_shape).
            c: Features, with shape (N, F).
            coarse: What the fine values follow, with shape (N, split).
        """
        first, rest = self.split_noise(z)
        return self.coarse(first, c), self.fine(rest, torch.cat([c, coarse], dim=1))

    def split_noise(self, z: Tensor) -> list[Tensor]:
        """The noise of the coarse and of the fine generator."""
        return list(z.split([self.coarse.noise_shape[0], self.fine.noise_shape[0]], dim=1))
