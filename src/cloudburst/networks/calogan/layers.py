"""What the generator and the critic share: the images that they exchange, and settings.

Network values are the cells of layer_0, layer_1 and layer_2, flat and in this order, in GeV.
"""

from __future__ import annotations

__all__ = ["EPS", "LEAK", "MOMENTUM", "SHAPES", "SIZES", "check_values"]

import math

from ...codec import Codec
from ...detectors import CALOGAN
from ...errors import SpecError

SHAPES: list[tuple[int, int]] = [
    (readout.axes[0].size, readout.axes[1].size)
    for readout in CALOGAN.readouts
    if len(readout.axes) == 2
]
SIZES: list[int] = [math.prod(shape) for shape in SHAPES]

# the defaults of Keras, with which the published networks were trained
LEAK: float = 0.3
EPS: float = 1e-3
MOMENTUM: float = 0.01


def check_values(codec: Codec) -> None:
    """Raises SpecError if a codec's values cannot be the cells of the three layers."""
    if codec.values != sum(SIZES):
        raise SpecError(
            f"CaloGAN's networks have {sum(SIZES)} values, the cells of its three layers, but "
            f"the codec has {codec.values}: learn layer_0, layer_1 and layer_2 alone, cell by cell"
        )
