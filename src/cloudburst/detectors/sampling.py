"""Sampling calorimeters: what a detector is made of, and which of its cells a point is in.

A calorimeter is a block of slabs across z, from its front face z = 0 to its back, square and
centred on x = y = 0. Each readout that is not the overflow is one section in depth, divided
in x and y, or in the angle alpha = atan2(y, x) and the radius r.
"""

from __future__ import annotations

__all__ = ["Calorimeter", "Slab", "Stack"]

import dataclasses
import functools
import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..errors import ConditionError, DataError, nearest
from ..units import ratio
from .cells import check_layer
from .finder import Finder, Place
from .guns import Gun, Particles
from .materials import Material

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Slab:
    """A plate of one material, `thickness` mm thick; what an active one receives counts."""

    material: Material
    thickness: float
    active: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.thickness < math.inf:
            raise DataError(f"a slab of {self.material.name} is {self.thickness} mm thick")


@dataclasses.dataclass(frozen=True)
class Stack:
    """A sequence of slabs, repeated."""

    repeats: int
    slabs: tuple[Slab, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "slabs", tuple(self.slabs))
        if self.repeats < 1 or not self.slabs:
            raise DataError("a stack needs a slab and at least one repetition")


@dataclasses.dataclass(frozen=True)
class Calorimeter:
    """A detector with all that a simulation of it needs to know.

    Attributes:
        detector: Conditions and readouts.
        stacks: What the block is made of, from the front.
        half_width: Half of the block's width, along x and y, in mm.
        sections: Depths (low, high) in mm of each readout but the overflow.
        counts_absorber: Whether cells hold the energy of all slabs, or of active ones only.
        gun: What the conditions mean.
        overflow: A readout with one number per section, for what is beside its cells; or None.

    Raises:
        DataError: These do not fit together; says what is wrong and what would be right.
    """

    detector: Detector
    stacks: tuple[Stack, ...]
    half_width: float
    sections: Mapping[str, tuple[float, float]]
    counts_absorber: bool
    gun: Gun
    overflow: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "stacks", tuple(self.stacks))
        sections = {name: (float(low), float(high)) for name, (low, high) in self.sections.items()}
        object.__setattr__(self, "sections", MappingProxyType(sections))
        _check(self)

    @property
    def name(self) -> str:
        """The name of the detector."""
        return self.detector.name

    @functools.cached_property
    def slabs(self) -> tuple[Slab, ...]:
        """All slabs, from the front."""
        return tuple(s for stack in self.stacks for _ in range(stack.repeats) for s in stack.slabs)

    @functools.cached_property
    def edges(self) -> Floats:
        """Where slabs begin and end, in mm, with shape (slabs + 1,); the first is zero."""
        # thicknesses such as 1.4 and 0.3 would otherwise add up beside the ends of sections
        return np.round(np.cumsum([0.0, *(slab.thickness for slab in self.slabs)]), 9)

    @property
    def depth(self) -> float:
        """Thickness of the block, in mm."""
        return float(self.edges[-1])

    @property
    def radiation_lengths(self) -> Floats:
        """Thickness of each slab in radiation lengths, with shape (slabs,)."""
        return np.array([slab.thickness / slab.material.radiation_length for slab in self.slabs])

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Whether what a slab receives is part of the signal, with shape (slabs,)."""
        return np.array([slab.active or self.counts_absorber for slab in self.slabs])

    @functools.cached_property
    def layers(self) -> tuple[Readout, ...]:
        """The readouts that are divided into cells, in the detector's order."""
        return tuple(r for r in self.detector.readouts if r.name != self.overflow)

    def aim(self, conditions: NDArray[np.floating]) -> Particles:
        """The incident particles of conditions of shape (n, C).

        Raises:
            ConditionError: A particle has no energy, or it misses the block.
        """
        particles = self.gun.aim(conditions)
        beside = np.abs(particles.position).max(axis=1) >= self.half_width
        for bad, what in (
            (~(particles.energy > 0), "no kinetic energy; it must be above 0 MeV"),
            (
                ~(particles.direction[:, 2] > 0),
                "a direction away from the block; its angle to +z must be below 90 degrees",
            ),
            (
                beside,
                "an impact point beside the block; x and y must be between "
                f"-{self.half_width:g} and {self.half_width:g} mm",
            ),
        ):
            if bad.any():
                row = int(np.argmax(bad))
                raise ConditionError(
                    f"'{self.name}': the particle of row {row} has {what} "
                    f"({int(bad.sum())} of {len(bad)} rows)"
                )
        return particles

    def cells(self, x: Floats, y: Floats, z: Floats) -> NDArray[np.int64]:
        """The cell that each point is in, whatever the slab.

        Args:
            x: Coordinates in mm, of any shape.
            y: Coordinates in mm, of the same shape.
            z: Depths in mm, of the same shape.

        Returns:
            Numbers of cells, counted through all readouts as in `Events.flat`; -1 where no
            cell is.
        """
        shape = np.shape(z)
        points = (np.asarray(c, np.float64).ravel() for c in (x, y, z))
        return self._finder.find(*points).reshape(shape)

    @functools.cached_property
    def _finder(self) -> Finder:
        places = []
        for section, layer in enumerate(self.layers):
            beside = -1 if self.overflow is None else self.starts[self.overflow] + section
            low, high = self.sections[layer.name]
            places.append(Place(layer, low, high, self.starts[layer.name], beside))
        return Finder(places, self.half_width)

    @functools.cached_property
    def starts(self) -> Mapping[str, int]:
        """The number of the first cell of each readout, as `cells` counts them."""
        sizes = [readout.size for readout in self.detector.readouts]
        firsts = np.cumsum([0, *sizes])[:-1]
        return {r.name: int(n) for r, n in zip(self.detector.readouts, firsts, strict=True)}

    def read_out(self, energies: Floats) -> dict[str, NDArray[np.float32]]:
        """What is read out of the energies in all cells.

        Args:
            energies: Counted energies in MeV, in the order of `cells`, with shape (n, cells).

        Returns:
            By readout, signals in its unit with shape (n, *readout.shape), those below its
            threshold zero.
        """
        signals: dict[str, NDArray[np.float32]] = {}
        for readout in self.detector.readouts:
            first = self.starts[readout.name]
            part = energies[:, first : first + readout.size] * ratio("MeV", readout.unit)
            kept = np.where(part < readout.threshold, 0.0, part).astype(np.float32)
            signals[readout.name] = kept.reshape(len(part), *readout.shape)
        return signals


def _check(calorimeter: Calorimeter) -> None:
    name, width = calorimeter.name, calorimeter.half_width
    if calorimeter.gun.detector != calorimeter.detector:
        raise DataError(f"'{name}': the gun is that of '{calorimeter.gun.detector.name}'")
    if not calorimeter.stacks or not 0 < width < math.inf:
        raise DataError(f"'{name}' needs a stack and a positive half width, got {width} mm")
    if not calorimeter.counted.any():
        raise DataError(f"'{name}' has no active slab, so that nothing would be read out")
    _check_overflow(calorimeter)
    wanted = [layer.name for layer in calorimeter.layers]
    if sorted(wanted) != sorted(calorimeter.sections):
        raise DataError(
            f"'{name}' needs the sections {', '.join(wanted)}, "
            f"got {', '.join(calorimeter.sections)}"
        )
    for readout in calorimeter.detector.readouts:
        ratio(readout.unit, "MeV")
    for layer in calorimeter.layers:
        check_layer(layer, width)
    _check_depths(calorimeter)


def _check_overflow(calorimeter: Calorimeter) -> None:
    overflow, readouts = calorimeter.overflow, calorimeter.detector.readouts
    if overflow is None:
        return
    known = {readout.name: readout for readout in readouts}
    if overflow not in known:
        raise DataError(f"overflow '{overflow}' is no readout; {nearest(overflow, known)}")
    if known[overflow].shape != (len(readouts) - 1,):
        raise DataError(
            f"overflow '{overflow}' needs one number for each of the {len(readouts) - 1} "
            f"sections, it has the shape {known[overflow].shape}"
        )


def _check_depths(calorimeter: Calorimeter) -> None:
    end, previous = 0.0, "the front face"
    for name, (low, high) in sorted(calorimeter.sections.items(), key=lambda item: item[1]):
        if not end - 1e-6 <= low < high <= calorimeter.depth + 1e-6:
            raise DataError(
                f"section '{name}' from {low:g} to {high:g} mm must begin behind {previous} "
                f"at {end:g} mm and end within the block, at {calorimeter.depth:g} mm"
            )
        end, previous = high, f"'{name}'"
