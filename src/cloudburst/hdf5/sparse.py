"""Cells of events with the empty ones left out: which are not empty, and what these hold."""

from __future__ import annotations

__all__ = ["Packed", "pack", "unpack"]

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Packed(NamedTuple):
    """Cells of N events with the empty ones left out.

    Attributes:
        mask: One bit for each cell, whether it is not zero, the first in the highest bit of a
            byte, with shape (N, ceil(cells / 8)).
        values: What these cells hold, event after event, with shape (M,).
        counts: How many these are in each event, with shape (N,).
    """

    mask: NDArray[np.uint8]
    values: NDArray[np.float32]
    counts: NDArray[np.uint64]


def pack(cells: NDArray[np.float32]) -> Packed:
    """Leaves out cells that are zero.

    Args:
        cells: With shape (N, cells).
    """
    filled = cells != 0
    counts = filled.sum(axis=1, dtype=np.uint64)
    return Packed(np.packbits(filled, axis=1), cells[filled], counts)


def unpack(
    mask: NDArray[np.uint8], values: NDArray[np.float32], cells: int
) -> NDArray[np.float32]:
    """Cells with shape (N, cells), of mask and values that `pack` has made.

    Raises:
        ValueError: The two do not fit.
    """
    filled = np.unpackbits(mask, axis=1, count=cells).view(np.bool_)
    dense = np.zeros(filled.shape, np.float32)
    if np.count_nonzero(filled) != len(values):
        raise ValueError(f"{np.count_nonzero(filled)} filled cells, but {len(values)} values")
    dense[filled] = values
    return dense
