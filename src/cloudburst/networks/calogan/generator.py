r"""CaloGAN's generator: three streams, one for each layer, joined by attention.

$$ h = z\, E / 100\ \mathrm{GeV}, \qquad a_0 = s_0(h), \qquad
   a_l = w \odot s_l(h) + (1 - w) \odot r(a_{l-1}), \qquad x_l = \max(a_l, 0) $$

Here s_l is the stream of layer l, r takes the map of the layer in front to the shape of this
one, and the mask w, between zero and one in each cell, is learned from both.
"""

from __future__ import annotations

__all__ = ["Attention", "CaloGANGenerator", "Stream", "resized"]

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...generators.base import Generator
from ...nn import LocallyConnected2d, same_padding
from .grids import SHAPES
from .layers import EPS, LEAK, MOMENTUM, check_values, further_features

_ENERGY_SCALE = 100.0
_CARRIED_BIAS = -10.0
# features beside 1,024 numbers of noise would count for nothing until learned to
_EMPHASIS = 8.0


def resized(x: Tensor, shape: tuple[int, int]) -> Tensor:
    """A map of shape (rows, columns, 1, N) with rows repeated and columns averaged."""
    rows, columns = shape
    repeated = x.repeat_interleave(rows // x.shape[0], dim=0)
    return repeated.unflatten(1, (columns, -1)).mean(2)


class Stream(nn.Module):
    """The map of one layer from noise, before attention.

    Args:
        latent: Size of the noise.
        shape: Rows and columns of the layer.
    """

    def __init__(self, latent: int, shape: tuple[int, int]) -> None:
        super().__init__()
        rows, columns = shape
        self.grid = (rows + 2, columns + 2, 36)
        self.dense = nn.Linear(latent, (rows + 2) * (columns + 2) * 36)
        convolution = nn.Conv2d(36, 16, 2)
        self.convolution = nn.Sequential(
            nn.ZeroPad2d(same_padding((2, 2))),
            convolution,
            nn.LeakyReLU(LEAK),
            nn.BatchNorm2d(16, EPS, MOMENTUM),
        )
        inner = LocallyConnected2d((rows + 2, columns + 2), 16, 6, (2, 2))
        outer = LocallyConnected2d(inner.shape, 6, 1, (2, 2), bias=False)
        self.local = nn.Sequential(inner, nn.LeakyReLU(LEAK), outer)
        self._initialise(convolution, inner, outer)

    def forward(self, h: Tensor) -> Tensor:
        """Maps noise of shape (N, latent) to a map, in GeV, of shape (rows, columns, 1, N)."""
        # channels last in memory, as the dense layer writes them and convolutions like them
        image = self.dense(h).view(-1, *self.grid).permute(0, 3, 1, 2)
        result: Tensor = self.local(self.convolution(image).permute(2, 3, 1, 0))
        return result

    def _initialise(
        self, convolution: nn.Conv2d, inner: LocallyConnected2d, outer: LocallyConnected2d
    ) -> None:
        nn.init.xavier_uniform_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)
        nn.init.kaiming_uniform_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(convolution.bias)
        nn.init.kaiming_uniform_(inner.kernel, nonlinearity="relu")
        nn.init.xavier_normal_(outer.kernel)


class Attention(nn.Module):
    """Takes each cell from a layer's own map or from what the layer in front carries over.

    At first nearly all is taken from the layer's own map.

    Args:
        shape: Rows and columns of the layer.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        self.local = LocallyConnected2d(shape, 2, 2, (3, 3), padding=(1, 1, 1, 1))
        nn.init.constant_(self.local.bias[:, 1], _CARRIED_BIAS)

    def mask(self, own: Tensor, carried: Tensor) -> Tensor:
        """The shares of the own and the carried map, with shape (rows, columns, 2, N)."""
        scores: Tensor = self.local(torch.cat([own, carried], dim=2))
        return scores.softmax(dim=2)

    def forward(self, own: Tensor, carried: Tensor) -> Tensor:
        """Joins two maps of shape (rows, columns, 1, N), in GeV, into one."""
        maps = torch.cat([own, carried], dim=2)
        return (self.mask(own, carried) * maps).sum(2, keepdim=True)


class CaloGANGenerator(Generator):
    """The generator of CaloGAN, for one particle or several.

    Features are the incident energy, in GeV, and with several particles the index of the
    particle, from zero; those that follow, times eight, stand beside the noise and are scaled as
    it is. Network
    values are energies of cells, in GeV, never negative.

    Args:
        latent: Size of the noise.
        classes: The number of particles.
        further: The number of features besides.
        told: Whether the particle, a one where it is this one, stands beside the noise too, times
            eight. As published, energy and particle only multiply the noise: means can follow
            them through what is not linear alone.
    """

    def __init__(
        self, latent: int = 1024, classes: int = 1, further: int = 0, told: bool = False
    ) -> None:
        super().__init__()
        self.noise_shape = (latent,)
        self.further = further
        self.told = classes if told else 0
        inputs = latent + self.told + further
        self.streams = nn.ModuleList(Stream(inputs, shape) for shape in SHAPES)
        self.attentions = nn.ModuleList(Attention(shape) for shape in SHAPES[1:])
        self.particles = nn.Embedding(classes, latent) if classes > 1 else None
        if self.particles is not None:
            nn.init.xavier_normal_(self.particles.weight)

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        latent: int = 1024,
        classes: int = 1,
        spread: float | None = None,
        told: bool = False,
    ) -> CaloGANGenerator:
        """The generator, after a check that the codec's values are the cells of its layers.

        Args:
            codec: What the values mean.
            latent: Size of the noise.
            classes: The number of particles.
            spread: Standard deviation of the particles' embeddings at the start. It is 0.04 as
                published, so that noise and energy count for less than biases until training
                has gone on for thousands of steps.
            told: Whether the particle stands beside the noise too.
        """
        check_values(codec)
        made = cls(latent, classes, further_features(codec, classes), told)
        if made.particles is not None and spread is not None:
            nn.init.normal_(made.particles.weight, std=spread)
        return made

    def scaled_noise(self, z: Tensor, c: Tensor) -> Tensor:
        """Noise (N, latent), times the particle's embedding, and further features, times E."""
        several = self.particles is not None
        particle = c[:, 1].round().long() if several else torch.zeros_like(c[:, 0]).long()
        beside = [_EMPHASIS * c[:, -self.further :]] if self.further else []
        if self.told:
            each = torch.arange(self.told, device=z.device)
            beside.append(_EMPHASIS * (particle[:, None] == each).to(z))
        if self.particles is not None:
            z = z * self.particles(particle)
        return torch.cat([z, *beside], dim=1) * (c[:, :1] / _ENERGY_SCALE)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        h = self.scaled_noise(z, c)
        first, second, third = (stream(h) for stream in self.streams)
        second = self.attentions[0](second, resized(first, SHAPES[1]))
        third = self.attentions[1](third, resized(second, SHAPES[2]))
        maps = [layer.flatten(0, 2) for layer in (first, second, third)]
        return torch.cat(maps).relu().T.contiguous()
