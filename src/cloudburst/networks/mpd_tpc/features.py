"""What the published networks are told of a track segment."""

from __future__ import annotations

__all__ = ["MPDTPCFeatures"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ...codec import Features
from ...detector import Detector
from ...detectors import MPD_CHAMBER

_SEGMENT = ("crossing_angle", "dip_angle", "drift_length", "pad_coordinate")
_TRACK = ("pad_row", "pt")

# as published: (value - middle) / half of the range
_MIDDLES = (0.0, 0.0, 162.5)
_HALVES = (20.0, 60.0, 127.5)
_LARGEST_PT = 2.5

_FIRST_OUTER_ROW = MPD_CHAMBER.pad_heights.index(max(MPD_CHAMBER.pad_heights))


class MPDTPCFeatures(Features):
    """Angles, drift length and, of drift length and pad coordinate, the parts after the point.

    With `track`, seven features: crossing angle / 20 deg, dip angle / 60 deg, (drift length -
    162.5) / 127.5, one for an outer pad row, pt / 2.5 GeV, and the two fractional parts; without,
    the five that do not tell of row and momentum.

    Args:
        columns: Where the conditions stand: crossing angle, dip angle, drift length, pad
            coordinate and, if `track`, pad row and pt.
        track: Whether row and momentum are told.
    """

    middles: Tensor
    halves: Tensor

    def __init__(self, columns: Sequence[int], track: bool = True) -> None:
        super().__init__()
        self.columns = list(columns)
        self.track = track
        self.size = 7 if track else 5
        self.register_buffer("middles", torch.tensor(_MIDDLES), persistent=False)
        self.register_buffer("halves", torch.tensor(_HALVES), persistent=False)

    @classmethod
    def for_detector(cls, detector: Detector, track: bool = True) -> MPDTPCFeatures:
        """Finds the conditions by name; raises an error that names one that is not there."""
        names = _SEGMENT + _TRACK if track else _SEGMENT
        return cls([detector.condition_index(name) for name in names], track)

    def forward(self, c: Tensor) -> Tensor:
        c = c[:, self.columns]
        parts = [(c[:, :3] - self.middles) / self.halves]
        if self.track:
            parts += [(c[:, 4:5] >= _FIRST_OUTER_ROW).to(c.dtype), c[:, 5:6] / _LARGEST_PT]
        return torch.cat([*parts, c[:, 2:4] % 1], dim=1)
