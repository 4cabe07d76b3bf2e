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
        self._planes = [
            (
                np.isin(np.arange(len(ordered)), numbers),
                Plane.of(ordered[numbers[0]].readout, half_width),
            )
            for numbers in alike.values()
        ]

    def find(self, x: Floats, y: Floats, z: Floats) -> Integers:
        """See `Calorimeter.cells`; for points of shape (n,)."""
        section = np.searchsorted(self._lows, z, side="right") - 1
        within = (section >= 0) & (z < self._highs[section])
        found = np.full(z.shape, -1, np.int64)
        for here, plane in self._planes:
            points = np.flatnonzero(within & here[section])
            at = section[points]
            cell = plane.find(x[points], y[points])
            found[points] = self._firsts[at] + cell
            missed = np.flatnonzero(cell < 0)
            lost = points[missed]
            inside = (np.abs(x[lost]) <= self._half_width) & (np.abs(y[lost]) <= self._half_width)
            found[lost] = np.where(inside, self._besides[at[missed]], -1)
        return found
