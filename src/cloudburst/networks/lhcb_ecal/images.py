"""What generator, critic and regressor share: 30 x 30 cells in a frame of 32 x 32.

Network values are the cells, flat, the first index x. The convolutions halve and double sides,
so that they work on 32 x 32 cells; the frame of one cell is zero on the way in and cut off on
the way out.
"""

from __future__ import annotations

__all__ = ["GRID", "check_image", "initialise", "padded"]

import math

from torch import Tensor, nn
from torch.nn import functional

from ...codec import Codec
from ...detectors import LHCB_ECAL
from ...errors import SpecError

GRID: tuple[int, ...] = LHCB_ECAL.readout("cells").shape

_DEVIATION = 0.02


def check_image(codec: Codec) -> None:
    """Raises SpecError if a codec's values cannot be the cells of one image."""
    if codec.values != math.prod(GRID):
        raise SpecError(
            f"these networks have {math.prod(GRID)} values, an image of {GRID[0]} x {GRID[1]} "
            f"cells, but the codec has {codec.values}: learn such an image alone, cell by cell"
        )


def padded(x: Tensor) -> Tensor:
    """Images (N, 1, 32, 32), with a frame of zeros, of network values (N, 900)."""
    return functional.pad(x.unflatten(1, (1, *GRID)), (1, 1, 1, 1))


def initialise(network: nn.Module) -> None:
    """Weights of convolutions and of layers start normal, 0.02 wide, and biases at zero."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, std=_DEVIATION)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
