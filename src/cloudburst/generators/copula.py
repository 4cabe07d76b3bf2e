r"""A Gaussian copula, bent where showers are not Gaussian.

For values that are standard normal one by one, as `ConditionalQuantiles` makes them,

$$ x = B c + m(z, c) + e^{s(z, c)} \odot L \varepsilon, $$

with c the features, z a few latent numbers and ε one number for each value. With m = s = 0 and
$L L^T$ the covariance that the values keep once Bc is taken off, this is the Gaussian copula of
the data, which costs one matrix product and no training; the network m, s then learns what a
covariance cannot say.
"""

from __future__ import annotations

__all__ = ["CopulaChain", "CopulaGenerator"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..nn import MLP
from ..streams import Stream
from .base import Generator
from .chain import ChainGenerator

_RIDGE = 1e-3
# How far the network's output layer starts from doing nothing.
_START = 0.3
_LARGEST = 4.0


class CopulaGenerator(Generator):
    """Values with the correlations of a matrix, moved and scaled by a network.

    Args:
        network: Maps latent numbers (N, latent) and features (N, F) to (N, 2 D): m and s.
        latent: Number of latent numbers.
        features: The number F of features.
        values: The number D of values.
    """

    def __init__(self, network: nn.Module, latent: int, features: int, values: int) -> None:
        super().__init__()
        self.network = network
        self.trend = nn.Linear(features, values, bias=False)
        self.mix = nn.Linear(values, values, bias=False)
        self.latent = latent
        self.values = values
        self.noise_shape = (latent + values,)

    @classmethod
    def of(
        cls,
        x: Tensor,
        c: Tensor,
        latent: int,
        hidden: Sequence[int],
        activation: str = "leaky_relu",
    ) -> CopulaGenerator:
        """Starts at the copula of values (N, D) at features (N, F)."""
        b = c.double()
        ridge = _RIDGE * len(b) * torch.eye(b.shape[1], dtype=b.dtype)
        trend = torch.linalg.solve(b.T @ b + ridge, b.T @ x.double())
        left = x.double() - b @ trend
        covariance = torch.cov(left.T).reshape(x.shape[1], -1)
        root = torch.linalg.cholesky(covariance + _RIDGE * torch.eye(x.shape[1]).double())
        network = MLP(latent + c.shape[1], 2 * x.shape[1], hidden, activation)
        made = cls(network, latent, c.shape[1], x.shape[1])
        with torch.no_grad():
            made.trend.weight.copy_(trend.T)
            made.mix.weight.copy_(root)
            network.layers[-1].weight.mul_(_START)
            network.layers[-1].bias.zero_()
        return made

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        latent, scatter = z.split([self.latent, self.values], dim=1)
        shift, scale = self.network(latent, c).chunk(2, dim=1)
        scale = scale.clamp(-_LARGEST, _LARGEST).exp()
        return torch.addcmul(self.trend(c) + shift, self.mix(scatter), scale)


class CopulaChain(ChainGenerator):
    """Coarse values, then fine ones, each by a copula that a network bends."""

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        split: int,
        coarse_latent: int = 8,
        coarse_hidden: Sequence[int] = (64, 64),
        latent: int = 32,
        hidden: Sequence[int] = (256, 256),
    ) -> CopulaChain:
        """Starts at the copulas of training events.

        Args:
            codec: What encoded the events.
            batch: The events.
            split: The number of coarse values.
            coarse_latent: Latent numbers of the coarse values.
            coarse_hidden: Widths of the hidden layers that make them.
            latent: Latent numbers of the fine values.
            hidden: Widths of the hidden layers that make them.
        """
        x = codec.redraw(batch.x, batch.conditions, Stream(0, batch.x.device))
        coarse, told = x[:, :split], torch.cat([batch.c, x[:, :split]], dim=1)
        return cls(
            CopulaGenerator.of(coarse, batch.c, coarse_latent, coarse_hidden),
            CopulaGenerator.of(x[:, split:], told, latent, hidden),
            split,
        )
