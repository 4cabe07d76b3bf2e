"""Which cell of a calorimeter a point is in, for many points at once."""

from __future__ import annotations

__all__ = ["Finder", "Place"]

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..detector import Axis, Readout
from .cells import Plane

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Place(NamedTuple):
    """A section: its readout, its depths in mm, its first cell, and what is beside its cells."""

    readout: Readout
    low: float
    high: float
    first: int
    beside: int


class Finder:
    """Finds cells; sections that are divided alike are looked up together.

    Args:
        places: The sections of a calorimeter, in any order.
        half_width: Half of its width, in mm.
    """

    def __init__(self, places: Sequence[Place], half_width: float) -> None:
        self._half_width = half_width
        ordered = sorted(places, key=lambda place: place.low)
        self._lows = np.array([place.low for place in ordered])
        self._highs = np.array([place.high for place in ordered])
        self._firsts = np.array([place.first for place in ordered])
        self._besides = np.array([place.beside for place in ordered])
        alike: dict[tuple[Axis, ...], list[int]] = {}
        for number, place in enumerate(ordered):
            alike.setdefault(place.readout.axes, []).append(number)
        self._kinds = np.zeros(len(ordered), np.int64)
        self._planes = []
        for kind, numbers in enumerate(alike.values()):
            self._kinds[numbers] = kind
            self._planes.append(Plane.of(ordered[numbers[0]].readout, half_width))

    def find(self, x: Floats, y: Floats, z: Floats) -> Integers:
        """See `Calorimeter.cells`; for points of shape (n,)."""
        section = np.searchsorted(self._lows, z, side="right") - 1
        within = (section >= 0) & (z < self._highs[section])
        found = np.full(z.shape, -1, np.int64)
        kinds = np.where(within, self._kinds[section], -1)
        for kind, plane in enumerate(self._planes):
            points = np.flatnonzero(kinds == kind)
            at = section[points]
            cell = plane.find(x[points], y[points])
            found[points] = self._firsts[at] + cell
            missed = np.flatnonzero(cell < 0)
            lost = points[missed]
            inside = (np.abs(x[lost]) <= self._half_width) & (np.abs(y[lost]) <= self._half_width)
            found[lost] = np.where(inside, self._besides[at[missed]], -1)
        return found
