"""Regressors: what conditions an image was made under."""

from __future__ import annotations

__all__ = ["EcalRegressor", "EcalVGGRegressor", "halvings"]

from torch import Tensor, nn

from ...spec import Component
from .images import initialise, padded

_LEAK = 0.2
_CHANNELS = (64, 128, 256)
# convolutions between the five halvings: https://arxiv.org/abs/1409.1556, table 1, column E
_VGG = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))


def halvings(channels: int) -> tuple[nn.Sequential, int]:
    """Three convolutions, from 32 cells a side to four, and the channels that they end with."""
    layers: list[nn.Module] = []
    for after in _CHANNELS:
        layers += [nn.Conv2d(channels, after, 4, 2, 1), nn.LeakyReLU(_LEAK)]
        channels = after
    return nn.Sequential(*layers), channels


class EcalRegressor(Component, nn.Module):
    """The critic's network with one output for each feature, as the paper has it.

    Args:
        outputs: The number of features.
    """

    def __init__(self, outputs: int = 5) -> None:
        super().__init__()
        body, channels = halvings(1)
        self.network = nn.Sequential(body, nn.Conv2d(channels, outputs, 4))
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Features, with shape (N, outputs), of network values (N, 900)."""
        found: Tensor = self.network(padded(x))
        return found.flatten(1)


class EcalVGGRegressor(Component, nn.Module):
    """VGG19 for one channel, as it ran for the LHCb study: 20,025,797 weights for five outputs.

    Simonyan and Zisserman, https://arxiv.org/abs/1409.1556.

    Args:
        outputs: The number of features.
    """

    def __init__(self, outputs: int = 5) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 1
        for after, count in _VGG:
            for _ in range(count):
                layers += [nn.Conv2d(channels, after, 3, padding=1), nn.LeakyReLU(_LEAK)]
                nn.init.kaiming_normal_(layers[-2].weight, a=_LEAK)
                channels = after
            layers.append(nn.AvgPool2d(2))
        self.network = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Features, with shape (N, outputs), of network values (N, 900)."""
        found: Tensor = self.network(padded(x))
        return found
