"""The images of the three layers, whose cells, in GeV, are the network values in this order."""

from __future__ import annotations

__all__ = ["SHAPES", "SIZES", "centers"]

import math

import torch
from torch import Tensor

from ...detectors import CALOGAN

_IMAGES = [readout for readout in CALOGAN.readouts if len(readout.axes) == 2]

SHAPES: list[tuple[int, int]] = [(r.axes[0].size, r.axes[1].size) for r in _IMAGES]
SIZES: list[int] = [math.prod(shape) for shape in SHAPES]


def centers(layer: int, axis: int) -> Tensor:
    """Centres of a layer's cells along x (axis 0) or y (axis 1), in mm."""
    return torch.as_tensor(_IMAGES[layer].axes[axis].centers)
