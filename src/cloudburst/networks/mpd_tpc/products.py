"""What the published networks are told of a track segment, with all products of two."""

from __future__ import annotations

__all__ = ["MPDTPCProducts"]

import torch
from torch import Tensor

from ...codec import Features
from ...detector import Detector
from .features import MPDTPCFeatures


class MPDTPCProducts(Features):
    """The published features and their products: a linear map then follows what widens or bends.

    Fractional parts are centred: the products are of how far from the middle of its pad and time
    bin the segment lies.

    Args:
        features: The published features.
    """

    def __init__(self, features: MPDTPCFeatures) -> None:
        super().__init__()
        self.features = features
        count = features.size
        self.size = count + count * (count + 1) // 2
        self.register_buffer("pairs", torch.triu_indices(count, count), persistent=False)

    @classmethod
    def for_detector(cls, detector: Detector, track: bool = True) -> MPDTPCProducts:
        """As those that it multiplies."""
        return cls(MPDTPCFeatures.for_detector(detector, track))

    def forward(self, c: Tensor) -> Tensor:
        *told, drift, pad = self.features(c).unbind(1)
        first = torch.stack([*told, 2 * drift - 1, 2 * pad - 1], dim=1)
        rows, columns = self.pairs
        return torch.cat([first, first[:, rows] * first[:, columns]], dim=1)
