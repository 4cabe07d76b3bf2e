r"""A Gaussian copula, bent where showers are not Gaussian.

For values that are standard normal one by one, as `ConditionalQuantiles` makes them,

$$ x = B c + m(z, c) + e^{s(z, c)} \odot (A f + R \varepsilon), $$

with c the features, z latent numbers, a few factors f, and one number ε for each value, mixed by a
matrix R among the cells of each readout. With m = s = 0 this is the Gaussian copula of the data
(`censored`), which needs no training; the network m, s then learns what a covariance cannot say.
"""

from __future__ import annotations

__all__ = ["CopulaChain", "CopulaGenerator"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..detector import Detector
from ..nn import MLP, make_activation
from ..streams import Stream
from .autoregressive import AutoregressiveFlow
from .base import Generator
from .censored import Copula, fit_copula, tapers
from .chain import ChainGenerator
from .margins import correct_margins

# How far the heads start from doing nothing.
_START = 0.3
_LARGEST = 4.0
# Coarse values beyond this are one event in 16,000; what is made of them later must stay sensible.
_RAREST = 4.0
# Below any value that means a hit.
_NOTHING = -1e6


class CopulaGenerator(Generator):
    """Values with correlations by factors and among neighbours, moved and scaled by a network.

    Args:
        latent: Number of latent numbers.
        features: The number F of features.
        blocks: How many values there are in each block that is mixed; D together.
        factors: Number of factors.
        hidden: Widths of the network's layers.
        spread: How many of the last layer's values the scales are made of.
        activation: Name of the activation after each layer.
    """

    def __init__(
        self,
        latent: int,
        features: int,
        blocks: Sequence[int],
        factors: int,
        hidden: Sequence[int],
        spread: int,
        activation: str = "leaky_relu",
    ) -> None:
        super().__init__()
        *lower, last = hidden
        values = sum(blocks)
        self.network = MLP(latent + features, last, lower, activation)
        self.activation = make_activation(activation)
        # of the last layer's values and of the features, whose part is the copula's trend
        self.mean = nn.Linear(last + features, values)
        self.spread = nn.Linear(min(spread, last), values)
        self.narrow = min(spread, last)
        self.last = last
        self.factors = nn.Linear(factors, values, bias=False)
        self.local = nn.ModuleList(nn.Linear(n, n, bias=False) for n in blocks)
        self.parts = [latent, factors, *blocks]
        self.noise_shape = (sum(self.parts),)
        for head in (self.mean, self.spread):
            nn.init.zeros_(head.bias)
            head.weight.data.mul_(_START)

    def start_at(self, copula: Copula) -> None:
        """Takes a copula's matrices."""
        with torch.no_grad():
            self.mean.weight[:, self.last :] = copula.trend
            self.factors.weight.copy_(copula.factors)
            for mix, root in zip(self.local, copula.local, strict=True):
                mix.weight.copy_(root)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return self.of_parts(z.split(self.parts, dim=1), c)

    def of_parts(self, parts: Sequence[Tensor], c: Tensor) -> Tensor:
        """Values of noise that is already cut up as `parts` says, each part with N rows."""
        mean, noise, scale = self._terms(parts, c)
        return torch.addcmul(mean, noise, scale)

    @torch.no_grad()
    def correct(self, real: Tensor, floor: Tensor, c: Tensor, rng: Stream) -> None:
        """Puts each single value right, as `margins` says.

        Args:
            real: Real values, with shape (N, D).
            floor: Below which they are empty, with shape (N, D).
            c: Features of each, with shape (N, F).
            rng: Of the noise.
        """
        z = rng.normal(len(c), *self.noise_shape)
        mean, noise, scale = self._terms(z.split(self.parts, dim=1), c)
        correction = correct_margins(real, mean, noise * scale, floor, c)
        self.mean.bias += correction.shift
        self.mean.weight[:, self.last :] += correction.trend
        self.spread.bias += correction.spread

    def _terms(self, parts: Sequence[Tensor], c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is set, what scatters, and how much; each with shape (N, D)."""
        latent, factors, *scatter = parts
        told = self.activation(self.network(latent, c))
        scale = self.spread(told[:, : self.narrow]).clamp(-_LARGEST, _LARGEST).exp()
        mixed = [mix(part) for mix, part in zip(self.local, scatter, strict=True)]
        noise = self.factors(factors) + torch.cat(mixed, dim=1)
        return self.mean(torch.cat([told, c], dim=1)), noise, scale


class CopulaChain(ChainGenerator):
    """Coarse values by their most likely law, then fine ones by a copula that a network bends.

    Where the detector and the gun are symmetric, each event is mirrored or not by the toss of a
    coin: what a network is off by in one corner is then halved with every symmetry.

    Args:
        coarse: Makes the first `split` values.
        fine: Makes the others.
        split: The number of coarse values.
        mirrors: For each symmetry, which of the D fine values is put in the place of each.
    """

    fine: CopulaGenerator
    mirrors: Tensor

    def __init__(
        self,
        coarse: Generator,
        fine: CopulaGenerator,
        split: int,
        mirrors: Sequence[Sequence[int]],
    ) -> None:
        super().__init__(coarse, fine, split)
        places = torch.tensor([list(mirror) for mirror in mirrors], dtype=torch.int64)
        self.register_buffer("mirrors", places, persistent=False)
        self.noise_shape = (self.noise_shape[0] + len(mirrors),)

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        split: int,
        coarse_hidden: Sequence[int] = (48, 48),
        latent: int = 32,
        hidden: Sequence[int] = (256, 128),
        factors: int = 32,
        spread: int = 64,
        mirror: Sequence[str] = (),
    ) -> CopulaChain:
        """Starts at the copula of training events; the law of the coarse values stays as it is.

        Args:
            codec: What encoded the events; its last values are the detector's cells.
            batch: The events.
            split: The number of coarse values.
            coarse_hidden: Widths of the hidden layers of each coarse value's network.
            latent: Latent numbers of the fine values.
            hidden: Widths of the hidden layers that make them.
            factors: Factors of the fine values' correlations.
            spread: How many values of the last hidden layer the scales are made of.
            mirror: Axes along which events are mirrored by the toss of a coin.
        """
        rng = Stream(0, batch.x.device)
        x = codec.redraw(batch.x, batch.conditions, rng)
        floor = _floor(codec, batch, split)
        told = torch.cat([batch.c, x[:, :split]], dim=1)
        window = _window(codec, split)
        copula = fit_copula(x[:, split:], floor[:, split:], told, window, factors, rng)
        coarse = AutoregressiveFlow.for_data(codec, batch, split, coarse_hidden)
        coarse.requires_grad_(False)
        fine = CopulaGenerator(
            latent, told.shape[1], [len(part) for part in window], factors, hidden, spread
        )
        fine.start_at(copula)
        return cls(coarse, fine, split, [_mirrored(codec.detector, axis) for axis in mirror])

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        # cut up once: each time costs as much as a product
        sizes = [*self.coarse.noise_shape, *self.fine.parts, *[1] * len(self.mirrors)]
        first, *parts = z.split(sizes, dim=1)
        coarse = self.coarse(first, c).clamp(-_RAREST, _RAREST)
        own = len(self.fine.parts)
        fine = self.fine.of_parts(parts[:own], torch.cat([c, coarse], dim=1))
        for coin, mirror in zip(parts[own:], self.mirrors, strict=True):
            fine = torch.where(coin > 0, fine.index_select(1, mirror), fine)
        return torch.cat([coarse, fine], dim=1)

    def split_noise(self, z: Tensor) -> list[Tensor]:
        """The noise of the coarse and of the fine generator."""
        return super().split_noise(z[:, : self.noise_shape[0] - len(self.mirrors)])

    def finish(self, codec: Codec, batch: Batch, rng: Stream) -> None:
        """Puts the single fine values right, given real coarse ones."""
        floor = _floor(codec, batch, self.split)
        coarse, real = batch.x.split([self.split, batch.x.shape[1] - self.split], dim=1)
        told = torch.cat([batch.c, coarse], dim=1)
        self.fine.correct(real, floor[:, self.split :], told, rng)


def _floor(codec: Codec, batch: Batch, split: int) -> Tensor:
    """Values (N, D) of events with the same coarse values and no cell that is hit."""
    empty = torch.full_like(batch.x, _NOTHING)
    empty[:, :split] = batch.x[:, :split]
    return codec.settle(empty, batch.conditions)


def _window(codec: Codec, split: int) -> list[Tensor]:
    """Tapers of the fine values: of all cells, but for coarse values that are cells."""
    first, *others = tapers(codec.detector.readouts)
    crop = split - (codec.values - codec.detector.cells)
    return [first[crop:, crop:], *others]


def _mirrored(detector: Detector, axis: str) -> list[int]:
    """Which cell each cell becomes in a mirror; those without that axis stay."""
    cells = torch.arange(detector.cells)
    places = []
    for readout, part in zip(
        detector.readouts, cells.split([r.size for r in detector.readouts]), strict=True
    ):
        along = [i for i, a in enumerate(readout.axes) if a.name == axis]
        places.append(part.reshape(readout.shape).flip(along).flatten())
    return torch.cat(places).tolist()
