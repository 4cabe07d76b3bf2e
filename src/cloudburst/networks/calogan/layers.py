"""What the generator and the critic share: the images that they exchange, and settings.

Network values are the cells of layer_0, layer_1 and layer_2, flat and in this order, in GeV.
"""

from __future__ import annotations

__all__ = ["EPS", "LEAK", "MOMENTUM", "SHAPES", "SIZES", "check_values", "further_features"]

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


def further_features(codec: Codec, classes: int) -> int:
    """How many features a codec has besides the energy and, of several, the particle.

    Raises:
        SpecError: Its detector has another number of particles, or there is no feature for them.
    """
    particles = [len(c.categories or ()) for c in codec.detector.conditions if c.categories]
    told = codec.features.size - (2 if classes > 1 else 1)
    if max(particles, default=1) != classes or told < 0:
        raise SpecError(
            f"the networks are for {classes} particles, but the conditions are of "
            f"{max(particles, default=1)}, in {codec.features.size} features: "
            f"give classes = {max(particles, default=1)}"
        )
    return told
