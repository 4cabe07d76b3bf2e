"""Where an event lies, as a few numbers from about -1 to 1 that its expected cells follow."""

from __future__ import annotations

__all__ = ["Places", "TrackPlaces"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..detector import Detector
from ..spec import Component
from .centred import Track

# Conditions of training events lie within one.
_MOST = 1.5
_NARROWEST = 1e-6
# What is called the range of a column; of at most so many events.
_INNER = 0.005, 0.995
_LOOKED_AT = 4000


class Places(Component, nn.Module):
    """Conditions over their ranges, in logarithms where positive, and fractional parts.

    Args:
        logarithmic: Columns that enter by their logarithm.
        fractional: Columns whose part after the point is added (where cells repeat with pitch
            one).
        low: Smallest value of each column, after logarithms.
        high: Largest value.
    """

    def __init__(
        self,
        logarithmic: Sequence[int],
        fractional: Sequence[int],
        low: Sequence[float],
        high: Sequence[float],
    ) -> None:
        super().__init__()
        self.logarithmic, self.fractional = list(logarithmic), list(fractional)
        self.low, self.high = list(low), list(high)
        self.size = len(self.low) + len(self.fractional)

    @classmethod
    def fit(cls, c: Tensor, fractional: Sequence[int] = ()) -> Places:
        """Takes the ranges from conditions, with shape (N, C)."""
        logarithmic = (c > 0).all(0).nonzero()[:, 0].tolist()
        values = _logs(c, logarithmic)
        low, high = _range(values)
        return cls(logarithmic, fractional, low, high)

    def forward(self, c: Tensor) -> Tensor:
        """The numbers, with shape (N, size), at conditions (N, C)."""
        scaled = _scaled(_logs(c, self.logarithmic), self.low, self.high)
        return torch.cat([scaled, 2 * (c[:, self.fractional] % 1) - 1], dim=1).clamp(-_MOST, _MOST)


class TrackPlaces(Component, nn.Module):
    """Momentum, slopes, where within its cell a track crosses, and what else is known.

    Args:
        track: Says where the track crosses.
        momenta: The smallest and the largest momentum, in GeV.
        slopes: The largest slopes along x and y.
        widths: Width of a cell along x and y, in mm.
        others: Other columns that are told as they are.
        low: Smallest value of each of them.
        high: Largest value.
    """

    def __init__(
        self,
        track: Track,
        momenta: Sequence[float],
        slopes: Sequence[float],
        widths: Sequence[float],
        others: Sequence[int] = (),
        low: Sequence[float] = (),
        high: Sequence[float] = (),
    ) -> None:
        super().__init__()
        self.track = track
        self.momenta, self.slopes, self.widths = list(momenta), list(slopes), list(widths)
        self.others, self.low, self.high = list(others), list(low), list(high)
        self.size = 5 + len(self.others)

    @classmethod
    def fit(cls, c: Tensor, detector: Detector) -> TrackPlaces:
        """Takes the ranges from conditions (N, C), the cells from the detector."""
        track = Track.for_detector(detector)
        momenta, slopes = track.momentum(c), track.slopes(c).abs().amax(0)
        axes = detector.readouts[0].axes
        widths = [(axis.edges[-1] - axis.edges[0]) / axis.size for axis in axes]
        momenta_range = [float(momenta.min()), float(momenta.max())]
        others = list(range(len(detector.conditions), c.shape[1] - len(detector.readouts)))
        low, high = _range(c[:, others])
        return cls(track, momenta_range, slopes.tolist(), widths, others, low, high)

    def forward(self, c: Tensor) -> Tensor:
        """The numbers, with shape (N, 5), at conditions (N, C)."""
        low, high = c.new_tensor(self.momenta).log()
        width = (high - low).clamp(min=_NARROWEST)
        momentum = 2 * (self.track.momentum(c).log() - low) / width - 1
        slopes = self.track.slopes(c) / c.new_tensor(self.slopes).clamp(min=_NARROWEST)
        place = 2 * ((self.track(c) / c.new_tensor(self.widths)) % 1) - 1
        others = _scaled(c[:, self.others], self.low, self.high)
        return torch.cat([momentum, slopes, place, others], dim=1).clamp(-_MOST, _MOST)


def _range(values: Tensor) -> tuple[list[float], list[float]]:
    """What nearly all values of each column lie between."""
    if not values.shape[1]:
        return [], []
    few = values[:: len(values) // _LOOKED_AT + 1]
    low, high = (torch.quantile(few, share, dim=0).tolist() for share in _INNER)
    return low, high


def _scaled(values: Tensor, low: Sequence[float], high: Sequence[float]) -> Tensor:
    first, last = values.new_tensor(low), values.new_tensor(high)
    return 2 * (values - first) / (last - first).clamp(min=_NARROWEST) - 1


def _logs(c: Tensor, columns: Sequence[int]) -> Tensor:
    chosen = torch.zeros(c.shape[1], dtype=torch.bool, device=c.device)
    chosen[list(columns)] = True
    return torch.where(chosen, c.clamp(min=1e-30).log(), c)
