"""The critic: convolutions over the image and, on every pixel of it, the features."""

from __future__ import annotations

__all__ = ["MPDTPCCritic"]

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...critics import Critic
from .window import SHAPE, check_values, initialise


class MPDTPCCritic(Critic):
    """Six convolutions to 64 numbers, which are weighed together with the features.

    Args:
        features: The number of features; 5 and 7 were published.
        dropout: Share of values dropped in training after each convolution.
    """

    def __init__(self, features: int, dropout: float = 0.02) -> None:
        super().__init__()
        self.features = features
        self.image = nn.Sequential(
            *_convolution(1 + features, 16, 3, 1, dropout),
            *_convolution(16, 16, 3, 1, dropout),
            nn.MaxPool2d((1, 2)),
            *_convolution(16, 32, 3, 1, dropout),
            *_convolution(32, 32, 3, 1, dropout),
            nn.MaxPool2d(2),
            *_convolution(32, 64, 3, 0, dropout),
            *_convolution(64, 64, 2, 0, dropout),
            nn.Flatten(),
        )
        self.head = nn.Sequential(nn.Linear(64 + features, 128), nn.ELU(), nn.Linear(128, 1))
        initialise(self)

    @classmethod
    def for_codec(cls, codec: Codec, dropout: float = 0.02) -> MPDTPCCritic:
        """The critic for a codec's features, if its values are those of the window."""
        check_values(codec)
        return cls(codec.features.size, dropout)

    def told(self) -> dict[str, int]:
        """The first convolution sees them on every pixel, the first dense layer once more."""
        return {"image.0.weight": self.features, "head.0.weight": self.features}

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        tiled = c[:, :, None, None].expand(-1, -1, *SHAPE)
        seen = self.image(torch.cat([x.reshape(-1, 1, *SHAPE), tiled], dim=1))
        scores: Tensor = self.head(torch.cat([seen, c], dim=1))
        return scores


def _convolution(
    channels: int, filters: int, size: int, padding: int, dropout: float
) -> list[nn.Module]:
    convolution = nn.Conv2d(channels, filters, size, padding=padding)
    return [convolution, nn.ELU(), nn.Dropout(dropout)]
