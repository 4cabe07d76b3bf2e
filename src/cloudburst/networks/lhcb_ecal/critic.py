"""The critic: three halvings and a score, without any normalisation."""

from __future__ import annotations

__all__ = ["EcalCritic"]

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...critics import Critic
from .images import check_image, initialise, padded
from .regressor import halvings


class EcalCritic(Critic):
    """The critic that ran for the LHCb study: 660,928 weights; it sees the image alone.

    With features, it is told of the conditions too: each is a channel of the image, the same
    in all cells.

    Args:
        features: Size of the features that it is told; 0 for the image alone.
    """

    def __init__(self, features: int = 0) -> None:
        super().__init__()
        self.features = features
        body, channels = halvings(1 + features)
        self.network = nn.Sequential(body, nn.Conv2d(channels, 1, 4, bias=False))
        initialise(self)

    @classmethod
    def for_codec(cls, codec: Codec, told: bool = False) -> EcalCritic:
        """The critic, after a check that the codec's values are an image.

        Args:
            codec: What the values mean.
            told: Whether it is told of the conditions.
        """
        check_image(codec)
        return cls(codec.features.size if told else 0)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        image = padded(x)
        if self.features:
            image = torch.cat([image, c[:, :, None, None].expand(-1, -1, 32, 32)], dim=1)
        scores: Tensor = self.network(image)
        return scores.flatten(1)
