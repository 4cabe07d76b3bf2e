"""LAGAN's critic: a convolution, three local layers, and what the rest of the batch tells."""

from __future__ import annotations

__all__ = ["LAGANCritic"]

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...codec import Codec
from ...critics import Critic
from ...nn import (
    BatchNormCells,
    Convolution2d,
    LocallyConnected2d,
    MinibatchDiscrimination,
    same_padding,
)
from .images import EPS, LEAK, MOMENTUM, check_pixels

_SIDE = 25
_DROPPED = 0.2
_FEATURES, _NEAR = 72, 20


class LAGANCritic(Critic):
    """The discriminator of LAGAN, an auxiliary classifier: 1,398,986 weights.

    The score is followed by two logits, of which the first is zero: the network has one number
    for the two processes. It is told of no feature. A batch must be all real or all generated.
    """

    per_event = False

    def __init__(self) -> None:
        super().__init__()
        convolution = Convolution2d((_SIDE, _SIDE), 1, 32, (5, 5), same_padding((5, 5)))
        first = LocallyConnected2d((_SIDE, _SIDE), 32, 8, (5, 5), (2, 2), (2, 2, 2, 2))
        second = LocallyConnected2d(first.shape, 8, 8, (5, 5), (1, 1), (2, 2, 2, 2))
        third = LocallyConnected2d(second.shape, 8, 8, (3, 3), (2, 2), (1, 1, 1, 1))
        layers: list[nn.Module] = [convolution, nn.LeakyReLU(LEAK), nn.Dropout(_DROPPED)]
        for local in (first, second, third):
            nn.init.kaiming_uniform_(local.kernel, nonlinearity="relu")
            norm = BatchNormCells(local.filters, EPS, MOMENTUM)
            layers += [local, nn.LeakyReLU(LEAK), norm, nn.Dropout(_DROPPED)]
        self.image = nn.Sequential(*layers)
        self.batch = MinibatchDiscrimination(_FEATURES, _NEAR)
        self.head = nn.Linear(_FEATURES + _NEAR, 2)
        nn.init.xavier_uniform_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    @classmethod
    def for_codec(cls, codec: Codec) -> LAGANCritic:
        """The critic, after a check that the codec's values are the pixels of an image."""
        check_pixels(codec)
        return cls()

    def features(self, x: Tensor) -> Tensor:
        """What is seen in each image by itself, with shape (N, 72), of values (N, 625)."""
        cells = self.image(x.T.reshape(_SIDE, _SIDE, 1, len(x)))
        return functional.avg_pool2d(cells.permute(3, 2, 0, 1), 2).flatten(1)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        features = self.features(x)
        scores = self.head(torch.cat([features, self.batch(features)], dim=1))
        return torch.stack([scores[:, 0], torch.zeros_like(scores[:, 0]), scores[:, 1]], dim=1)
