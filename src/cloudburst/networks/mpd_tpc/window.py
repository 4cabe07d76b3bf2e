"""What the generator and the critic share: the window of pads and time bins, and first weights.

Network values are log10(1 + amplitude), flat, with the time bin running fastest.
"""

from __future__ import annotations

__all__ = ["SHAPE", "SIZE", "check_values", "initialise"]

import math

from torch import nn

from ...codec import Codec
from ...detectors import MPD_TPC
from ...errors import SpecError

_PADS, _TIMES = MPD_TPC.readouts[0].axes
SHAPE: tuple[int, int] = (_PADS.size, _TIMES.size)
SIZE: int = math.prod(SHAPE)


def check_values(codec: Codec) -> None:
    """Raises SpecError if a codec's values cannot be the cells of the window."""
    if codec.values != SIZE:
        raise SpecError(
            f"these networks have {SIZE} values, a window of {SHAPE[0]} pads by {SHAPE[1]} time "
            f"bins, but the codec has {codec.values}: learn such a window alone, cell by cell"
        )


def initialise(network: nn.Module) -> None:
    """Draws all weights as Glorot and Bengio do, with biases of zero: the defaults of Keras."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
