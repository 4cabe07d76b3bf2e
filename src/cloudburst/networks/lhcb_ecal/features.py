"""What a network is told of a track when the image is centred on it."""

from __future__ import annotations

__all__ = ["EcalTrackFeatures"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ...codec import Features
from ...detector import Detector
from ...transforms import Track

# Features of tracks that there are lie within one.
_MOST = 1.5


class EcalTrackFeatures(Features):
    """Momentum, slopes and where within its cell the track crosses, with all products of two.

    Five numbers from about -1 to 1 (the logarithm of the momentum; the slopes; the place in the
    cell along x and y) and their fifteen products: with the products, a linear map follows what
    widens or bends.

    Args:
        track: Says where the track crosses.
        scales: Of the slopes along x and y: the largest ones.
        momenta: The smallest and the largest momentum, in GeV.
        widths: Width of a cell along x and along y, in mm.
    """

    def __init__(
        self,
        track: Track,
        scales: Sequence[float],
        momenta: Sequence[float],
        widths: Sequence[float],
    ) -> None:
        super().__init__()
        self.track = track
        self.scales = list(scales)
        self.momenta = list(momenta)
        self.widths = list(widths)
        self.size = 20
        self.register_buffer("pairs", torch.triu_indices(5, 5), persistent=False)

    @classmethod
    def for_detector(
        cls, detector: Detector, scales: Sequence[float] = (0.37, 0.18)
    ) -> EcalTrackFeatures:
        """Takes ranges and cells from the detector.

        Args:
            detector: One with a track and an image in x and y.
            scales: The largest slopes.
        """
        momentum = detector.conditions[detector.condition_index("pz")]
        axes = detector.readouts[0].axes
        widths = [(axis.edges[-1] - axis.edges[0]) / axis.size for axis in axes]
        low, high = max(momentum.low, 1e-3), momentum.high
        return cls(Track.for_detector(detector), scales, (low, high), widths)

    def forward(self, c: Tensor) -> Tensor:
        low, high = torch.tensor(self.momenta).to(c).log()
        momentum = 2 * (self.track.momentum(c).log() - low) / (high - low) - 1
        slopes = self.track.slopes(c) / c.new_tensor(self.scales)
        place = 2 * ((self.track(c) / c.new_tensor(self.widths)) % 1) - 1
        # the ranges of px and pz allow slopes that no track has
        first = torch.cat([momentum, slopes, place], dim=1).clamp(-_MOST, _MOST)
        rows, columns = self.pairs
        return torch.cat([first, first[:, rows] * first[:, columns]], dim=1)
