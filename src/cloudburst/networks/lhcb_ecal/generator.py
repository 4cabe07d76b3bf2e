r"""The generator: noise and features, each through a layer of its own, then four doublings.

$$ x = \max\bigl(l,\ L \tanh(C_7\, U_2 U_2 U_2 U_4\, (A z \oplus B c))\bigr) $$

with U transposed convolutions that multiply the sides by their index, each with batch
normalisation, and C a convolution of 7 x 7 cells.
"""

from __future__ import annotations

__all__ = ["EcalGenerator"]

import itertools

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...generators.base import Generator
from .images import check_image, initialise

_WIDTH = 64
_CHANNELS = (128, 128, 64, 32)


class EcalGenerator(Generator):
    """The generator that ran for the LHCb study: 697,632 weights for 100 numbers of noise.

    Args:
        latent: Size of the noise.
        features: Size of the features.
        limit: The largest absolute value L of what is generated; network values of data should
            lie within it.
        low: The smallest value l; none if left out. Where codecs decode negative values as empty
            cells, zero keeps the critic from having to judge how negative they are.
    """

    def __init__(
        self, latent: int = 100, features: int = 5, limit: float = 1.0, low: float | None = None
    ) -> None:
        super().__init__()
        self.noise_shape = (latent,)
        self.limit = limit
        self.low = -limit if low is None else low
        self.noise = _branch(latent)
        self.told = _branch(features)
        # 1 -> 4 -> 8 -> 16 -> 32 cells a side
        layers: list[nn.Module] = [
            nn.BatchNorm2d(2 * _WIDTH),
            *_doubling(2 * _WIDTH, _CHANNELS[0], stride=4, padding=0),
        ]
        for before, after in itertools.pairwise(_CHANNELS):
            layers += _doubling(before, after, stride=2, padding=1)
        layers.append(nn.Conv2d(_CHANNELS[-1], 1, 7, padding=3, bias=False))
        self.image = nn.Sequential(*layers)
        initialise(self)

    @classmethod
    def for_codec(
        cls, codec: Codec, latent: int = 100, limit: float = 1.0, low: float | None = None
    ) -> EcalGenerator:
        """The generator for a codec's features, after a check that its values are an image."""
        check_image(codec)
        return cls(latent, codec.features.size, limit, low)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        h = torch.cat([self.noise(z), self.told(c)], dim=1)
        image = self.image(h[:, :, None, None])
        cells: Tensor = self.limit * image[:, 0, 1:-1, 1:-1].flatten(1).tanh()
        return cells.clamp(min=self.low)


def _branch(inputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, _WIDTH, bias=False), nn.BatchNorm1d(_WIDTH), nn.ReLU())


def _doubling(before: int, after: int, stride: int, padding: int) -> list[nn.Module]:
    return [
        nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    ]
