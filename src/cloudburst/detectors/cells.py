"""How a section in depth is divided into cells: along x and y, or around an axis."""

from __future__ import annotations

__all__ = ["Bins", "Plane", "cell_in", "check_layer", "divisions"]

import dataclasses
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


@dataclasses.dataclass(frozen=True, eq=False)
class Bins:
    """The bins of an axis, looked up without a search if they are equal.

    Attributes:
        edges: Their edges, with shape (size + 1,).
        density: Bins on a unit of length if they are equal, else zero.
    """

    edges: Floats
    density: float

    @classmethod
    def of(cls, axis: Axis) -> Bins:
        """Those of an axis."""
        edges, widths = np.array(axis.edges), np.diff(axis.edges)
        equal = np.ptp(widths) < 1e-9 * widths[0]
        return cls(edges, axis.size / (edges[-1] - edges[0]) if equal else 0.0)

    @property
    def size(self) -> int:
        """The number of bins."""
        return len(self.edges) - 1

    def find(self, values: Floats) -> NDArray[np.int64]:
        """Numbers of bins, -1 outside; the last edge is outside."""
        if not self.density:
            found = np.searchsorted(self.edges, values, side="right") - 1
            return np.where(found < self.size, found, -1)
        place = (values - self.edges[0]) * self.density
        return np.where((place >= 0) & (place < self.size), place, -1).astype(np.int64)


@dataclasses.dataclass(frozen=True, eq=False)
class Plane:
    """How a section is divided.

    Attributes:
        first: Bins along x in mm, or of the angle alpha in rad.
        second: Bins along y, or of the radius, in mm.
        polar: Whether they are those of angle and radius.
        swapped: Whether the second comes first in the readout's array.
    """

    first: Bins
    second: Bins
    polar: bool
    swapped: bool

    @classmethod
    def of(cls, readout: Readout, half_width: float) -> Plane:
        """That of a readout of a block so wide; raises DataError for axes that make no plane."""
        first, second = divisions(readout, half_width)
        swapped = [axis.name for axis in readout.axes] == [second.name, first.name]
        return cls(Bins.of(first), Bins.of(second), first.name == "alpha", swapped)

    def find(self, x: Floats, y: Floats) -> NDArray[np.int64]:
        """Numbers of cells within the section, -1 beside them, for points in mm."""
        u, v = x, y
        if self.polar:
            start = self.first.edges[0]
            u, v = start + np.mod(np.arctan2(y, x) - start, 2 * math.pi), np.hypot(x, y)
        i, j = self.first.find(u), self.second.find(v)
        number = j * self.first.size + i if self.swapped else i * self.second.size + j
        return np.where((i >= 0) & (j >= 0), number, -1)


def cell_in(layer: Readout, x: Floats, y: Floats, half_width: float) -> NDArray[np.int64]:
    """Numbers of cells within a section, -1 beside them, for points in mm."""
    return Plane.of(layer, half_width).find(x, y)


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
