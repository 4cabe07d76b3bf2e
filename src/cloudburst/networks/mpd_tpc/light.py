"""A critic for studies of many trainings: a sixth of the published one's time, and of its layers
those that matter, convolutions over the image and dense layers behind them.
"""

from __future__ import annotations

__all__ = ["MPDTPCLightCritic"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...critics import Critic
from .window import SHAPE, check_values, initialise

_KERNEL, _STRIDE, _PADDING = 3, 2, 1


class MPDTPCLightCritic(Critic):
    """Convolutions with stride two, then a hidden layer that is told the features once more.

    Args:
        features: The number of features.
        filters: Filters of each convolution.
        hidden: Width of the hidden layer.
    """

    def __init__(self, features: int, filters: Sequence[int] = (16, 32), hidden: int = 64) -> None:
        super().__init__()
        self.features = features
        layers: list[nn.Module] = []
        channels, shape = 1 + features, SHAPE
        for count in filters:
            layers += [nn.Conv2d(channels, count, _KERNEL, _STRIDE, _PADDING), nn.ELU()]
            channels, shape = count, (-(-shape[0] // _STRIDE), -(-shape[1] // _STRIDE))
        seen = channels * shape[0] * shape[1]
        self.image = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Sequential(
            nn.Linear(seen + features, hidden), nn.ELU(), nn.Linear(hidden, 1)
        )
        initialise(self)

    @classmethod
    def for_codec(
        cls, codec: Codec, filters: Sequence[int] = (16, 32), hidden: int = 64
    ) -> MPDTPCLightCritic:
        """The critic for a codec's features, if its values are those of the window."""
        check_values(codec)
        return cls(codec.features.size, filters, hidden)

    def told(self) -> dict[str, int]:
        """The first convolution sees them on every pixel, the first dense layer once more."""
        return {"image.0.weight": self.features, "head.0.weight": self.features}

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        tiled = c[:, :, None, None].expand(-1, -1, *SHAPE)
        seen = self.image(torch.cat([x.reshape(-1, 1, *SHAPE), tiled], dim=1))
        scores: Tensor = self.head(torch.cat([seen, c], dim=1))
        return scores
