r"""LAGAN's generator: noise times the process's embedding, a convolution, three local layers.

$$ x = \max\bigl(0,\ L_1 L_2 U L_3 U C\, A (z \odot e_k)\bigr) $$

with U a doubling of the image by repetition, C a convolution and L locally connected layers.
"""

from __future__ import annotations

__all__ = ["LAGANGenerator"]

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...generators.base import Generator
from ...nn import BatchNormCells, LocallyConnected2d
from .images import CLASSES, EPS, LEAK, MOMENTUM, check_pixels

_SIDE, _CHANNELS = 7, 128
# one number beside 200 of noise would count for nothing until learned to
_EMPHASIS = 4.0


class LAGANGenerator(Generator):
    """The generator of LAGAN: 3,586,932 weights for 200 numbers of noise.

    Features are the index of the process. Network values are never negative.

    Args:
        latent: Size of the noise.
        told: Whether the process, a one where it is this one, stands beside the noise too, times
            four. As published it only multiplies the noise.
    """

    def __init__(self, latent: int = 200, told: bool = False) -> None:
        super().__init__()
        self.told = told
        self.noise_shape = (latent,)
        self.processes = nn.Embedding(CLASSES, latent)
        self.dense = nn.Linear(latent + (CLASSES if told else 0), _SIDE * _SIDE * _CHANNELS)
        self.convolution = nn.Sequential(
            nn.Conv2d(_CHANNELS, 64, 5, padding=2),
            nn.LeakyReLU(LEAK),
            nn.BatchNorm2d(64, EPS, MOMENTUM),
        )
        self.first = LocallyConnected2d((14, 14), 64, 6, (5, 5), padding=(2, 2, 2, 2))
        self.norm = BatchNormCells(6, EPS, MOMENTUM)
        self.second = LocallyConnected2d((28, 28), 6, 6, (3, 3))
        self.third = LocallyConnected2d((26, 26), 6, 1, (2, 2), bias=False)
        self.leak = nn.LeakyReLU(LEAK)
        self._initialise()

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        latent: int = 200,
        spread: float | None = None,
        told: bool = False,
    ) -> LAGANGenerator:
        """The generator, after a check that the codec's values are the pixels of an image.

        Args:
            codec: What the values mean.
            latent: Size of the noise.
            spread: Standard deviation of the processes' embeddings at the start. It is 0.1 as
                published, so that noise counts for less than biases until training has gone on
                for thousands of steps.
            told: Whether the process stands beside the noise too.
        """
        check_pixels(codec)
        made = cls(latent, told)
        if spread is not None:
            nn.init.normal_(made.processes.weight, std=spread)
        return made

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        process = c[:, 0].round().long()
        h = z * self.processes(process)
        if self.told:
            each = torch.arange(CLASSES, device=z.device)
            h = torch.cat([h, _EMPHASIS * (process[:, None] == each).to(z)], dim=1)
        image = self.dense(h).view(-1, _SIDE, _SIDE, _CHANNELS).permute(0, 3, 1, 2)
        # cells first from here on
        cells = self.convolution(image).permute(2, 3, 1, 0)
        cells = self.norm(self.leak(self.first(_doubled(cells))))
        cells = self.third(self.leak(self.second(_doubled(cells))))
        return cells.flatten(0, 2).relu().T.contiguous()

    def _initialise(self) -> None:
        nn.init.xavier_normal_(self.processes.weight)
        nn.init.xavier_uniform_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)
        for weight in (self.convolution[0].weight, self.first.kernel, self.second.kernel):
            nn.init.kaiming_uniform_(weight, nonlinearity="relu")
        nn.init.zeros_(self.convolution[0].bias)
        nn.init.xavier_normal_(self.third.kernel)


def _doubled(cells: Tensor) -> Tensor:
    """Images of shape (H, W, C, N) with every cell repeated along both sides."""
    return cells.repeat_interleave(2, dim=0).repeat_interleave(2, dim=1)
