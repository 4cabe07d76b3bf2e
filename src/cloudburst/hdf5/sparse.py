"""Cells of events with the empty ones left out: which are not empty, and what these hold."""

from __future__ import annotations

__all__ = ["pack", "unpack"]

import numpy as np
from numpy.typing import NDArray


def pack(cells: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Leaves out cells that are zero.

    Args:
        cells: With shape (N, cells).

    Returns:
        One bit for each cell, whether it is not zero, the first in the highest bit of a byte, with
        shape (N, ceil(cells / 8)); and what these cells hold, event after event, with shape (M,).
    """
    filled = cells != 0
    return np.packbits(filled, axis=1), cells[filled]


def unpack(
    mask: NDArray[np.uint8], values: NDArray[np.float32], cells: int
) -> NDArray[np.float32]:
    """What `pack` was given, with shape (N, cells); raises ValueError if the two do not fit."""
    filled = np.unpackbits(mask, axis=1, count=cells).view(np.bool_)
    dense = np.zeros(filled.shape, np.float32)
    if np.count_nonzero(filled) != len(values):
        raise ValueError(f"{np.count_nonzero(filled)} filled cells, but {len(values)} values")
    dense[filled] = values
    return dense
