r"""Cells about the axis of the shower, wherever it crosses the calorimeter.

A track that enters at x with momentum p crosses the depth where its shower lies,

$$ d = d_1 + g \log(p / \mathrm{GeV}), \qquad X = x + d \, p_x / p_z, $$

in cell $k = \lfloor X / w \rfloor$ of width w, counted from the axis of the calorimeter. Moved by
k cells along x, and likewise along y, the middle of the image is where the shower is. What leaves
the image on one side comes in again on the other, so that nothing is lost; only which part of the
cell was hit is left to learn.
"""

from __future__ import annotations

__all__ = ["Centred", "Track"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..detector import Detector
from ..detectors import SHOWER_DEPTHS
from ..errors import SpecError
from ..spec import Component
from .base import Transform

_NAMES = ("x", "y", "px", "py", "pz")


class Track(Component, nn.Module):
    """Where a track crosses the depth at which its shower lies.

    Args:
        columns: Columns of x, y, px, py and pz among the conditions, in mm and GeV.
        depth: The depth at 1 GeV, in mm.
        growth: What it grows by when the momentum grows by a factor e, in mm.
    """

    def __init__(self, columns: Sequence[int], depth: float, growth: float) -> None:
        super().__init__()
        self.columns = list(columns)
        self.depth = depth
        self.growth = growth

    @classmethod
    def for_detector(cls, detector: Detector) -> Track:
        """Finds the conditions by name; raises an error that names one that is not there."""
        columns = [detector.condition_index(name) for name in _NAMES]
        return cls(columns, *SHOWER_DEPTHS)

    def momentum(self, c: Tensor) -> Tensor:
        """The momentum, in GeV, with shape (N, 1), at conditions (N, C)."""
        return c[:, self.columns[2:]].square().sum(1, keepdim=True).sqrt()

    def slopes(self, c: Tensor) -> Tensor:
        """Along x and along y, with shape (N, 2); at most 45 degrees."""
        return (c[:, self.columns[2:4]] / c[:, self.columns[4:]]).clamp(-1, 1)

    def forward(self, c: Tensor) -> Tensor:
        """Where it crosses, in mm, with shape (N, 2)."""
        depth = self.depth + self.growth * self.momentum(c).log()
        return c[:, self.columns[:2]] + depth * self.slopes(c)


class Centred(Transform):
    """Moves an image (N, A B) by whole cells until the track crosses its middle.

    Args:
        track: Says where that is.
        shape: Cells along x and along y, (A, B).
        widths: Width of a cell along x and along y, in mm.
    """

    def __init__(self, track: Track, shape: Sequence[int], widths: Sequence[float]) -> None:
        super().__init__()
        self.track = track
        self.shape = list(shape)
        self.widths = list(widths)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector) -> Centred:
        """Takes the image from the detector; raises SpecError if there is not one in x and y."""
        readout = detector.readouts[0]
        axes = readout.axes
        if len(detector.readouts) != 1 or [axis.name for axis in axes] != ["x", "y"]:
            raise SpecError(f"'{detector.name}' has not one readout in x and y to be centred")
        widths = [(axis.edges[-1] - axis.edges[0]) / axis.size for axis in axes]
        return cls(Track.for_detector(detector), readout.shape, widths)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        # one empty image may stand for all
        return x.expand(len(c), -1).gather(1, self._sources(c, 1))

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return x.gather(1, self._sources(c, -1))

    def _sources(self, c: Tensor, sign: int) -> Tensor:
        """Which cell each cell is taken from, with shape (N, A B)."""
        moved = (self.track(c) / c.new_tensor(self.widths)).floor().long() * sign
        rows, columns = (
            (torch.arange(n, device=c.device) + moved[:, i, None]) % n
            for i, n in enumerate(self.shape)
        )
        return (rows[:, :, None] * self.shape[1] + columns[:, None, :]).flatten(1)
