"""How a section in depth is divided into cells: along x and y, or around an axis."""

from __future__ import annotations

__all__ = ["cell_in", "check_layer", "divisions"]

import math

import numpy as np
from numpy.typing import NDArray

from ..detector import Axis, Readout
from ..errors import DataError
from ..units import ratio

Floats = NDArray[np.float64]

_PLANES = (("x", "y"), ("alpha", "r"))


def divisions(readout: Readout, half_width: float) -> tuple[Axis, Axis]:
    """The two axes of a section in mm and rad: x and y, or alpha and r.

    An axis that the readout does not have is one bin as wide as the block.

    Raises:
        DataError: The axes are others, or not in units of length and angle.
    """
    axes = {axis.name: axis for axis in readout.axes}
    for plane in _PLANES:
        if axes.keys() <= set(plane):
            first, second = (axes.get(name, _whole(name, half_width)) for name in plane)
            return _in_units(first), _in_units(second)
    raise DataError(
        f"readout '{readout.name}' has the axes {', '.join(axes)}; they must be among x and y, "
        "or among alpha and r"
    )


def _whole(name: str, half_width: float) -> Axis:
    if name == "alpha":
        return Axis(name, (-math.pi, math.pi), "rad")
    return Axis(name, (0.0 if name == "r" else -half_width, half_width), "mm")


def _in_units(axis: Axis) -> Axis:
    unit = "rad" if axis.name == "alpha" else "mm"
    return Axis(axis.name, tuple(e * ratio(axis.unit, unit) for e in axis.edges), unit)


def cell_in(layer: Readout, x: Floats, y: Floats, half_width: float) -> NDArray[np.int64]:
    """Numbers of cells within a section, -1 beside them, for points in mm."""
    first, second = divisions(layer, half_width)
    if first.name == "alpha":
        start = first.edges[0]
        u, v = start + np.mod(np.arctan2(y, x) - start, 2 * math.pi), np.hypot(x, y)
    else:
        u, v = x, y
    i, j = _bin(first, u), _bin(second, v)
    number = i * second.size + j
    if [axis.name for axis in layer.axes] == [second.name, first.name]:
        number = j * first.size + i
    return np.where((i >= 0) & (j >= 0), number, -1)


def _bin(axis: Axis, values: Floats) -> NDArray[np.int64]:
    """Numbers of bins, -1 outside; the last edge is outside."""
    found = np.searchsorted(axis.edges, values, side="right") - 1
    return np.where(found < axis.size, found, -1)


def check_layer(layer: Readout, half_width: float) -> None:
    """Raises DataError if a section's cells reach beyond the block or around more than once."""
    width = half_width * (1 + 1e-9)
    for axis in divisions(layer, half_width):
        low, high = axis.edges[0], axis.edges[-1]
        if axis.name == "alpha" and not math.isclose(high - low, 2 * math.pi, rel_tol=1e-6):
            raise DataError(
                f"'{layer.name}': alpha must go once around, got {low:g}..{high:g} rad"
            )
        if axis.name != "alpha" and not -width <= low < high <= width:
            raise DataError(
                f"'{layer.name}': {axis.name} {low:g}..{high:g} mm is wider than the block, "
                f"-{half_width:g}..{half_width:g} mm"
            )
        if axis.name == "r" and low < 0:
            raise DataError(f"'{layer.name}': r begins at {low:g} mm, below 0")
