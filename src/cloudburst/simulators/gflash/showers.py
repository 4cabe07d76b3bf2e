"""Spots of energy of whole showers in a calorimeter."""

from __future__ import annotations

__all__ = ["ShowerMaker", "Spots"]

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...detectors.guns import Particles
from ...detectors.sampling import Calorimeter
from .depths import Depths
from .longitudinal import profile
from .medium import Medium
from .primaries import PRIMARIES
from .radial import Radial, radial, radii
from .spots import STEP, Grid, grid, place, spot_counts
from .tuning import Tuning

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

# Arrays of so many numbers stay in the processor's cache, and in memory that is there already.
_CHUNK = 4096


class Spots(NamedTuple):
    """Points in mm and what counts there, in GeV, each with shape (n,)."""

    x: Floats
    y: Floats
    z: Floats
    energy: Floats


class _Axis(NamedTuple):
    """Where a shower starts in mm; unit vectors along it and two across, as columns."""

    origin: Floats
    vectors: Floats

    @property
    def direction(self) -> Floats:
        return self.vectors[:, 0]

    @classmethod
    def of(cls, origin: Floats, direction: Floats) -> _Axis:
        transverse = math.hypot(direction[0], direction[1])
        u, v = direction[:2] / transverse if transverse > 0 else (1.0, 0.0)
        across = (direction[2] * u, direction[2] * v, -transverse)
        return cls(origin, np.array([direction, across, (-v, u, 0.0)]).T.copy())


class _Showers(NamedTuple):
    """n showers up to their spots; `events` and `counts` of shape (n,)."""

    events: NDArray[np.int64]
    starts: Floats
    grid: Grid
    radial: Radial
    counts: NDArray[np.int64]


class ShowerMaker:
    """Makes showers in one calorimeter.

    Args:
        calorimeter: What they develop in.
        tuning: Corrections to the published coefficients.

    Attributes:
        medium: The mean of the calorimeter's slabs.
        tuning: As given.
    """

    def __init__(self, calorimeter: Calorimeter, tuning: Tuning) -> None:
        medium = Medium.of(calorimeter.slabs)
        if calorimeter.counts_absorber:
            medium = medium.unsampled()
        self.tuning = tuning
        self.medium = dataclasses.replace(
            medium,
            visible=min(tuning.response * medium.visible, 1.0),
            resolution=tuning.resolution * medium.resolution,
        )
        self._depths = Depths.of(calorimeter, tuning.response)
        self._fluctuates = medium.layered
        self._steps = max(math.ceil(self._depths.radiation_lengths / STEP), 2)

    def showers(
        self, particles: Particles, streams: Sequence[np.random.Generator]
    ) -> Iterator[tuple[int, Spots]]:
        """The spots of all showers, some thousand at a time, with the number of their event.

        Args:
            particles: n incident particles.
            streams: Random numbers of each of them.
        """
        axes = [
            _Axis.of(position, direction)
            for position, direction in zip(particles.position, particles.direction, strict=True)
        ]
        showers = self._begin(particles, streams)
        for i, event in enumerate(showers.events):
            for spots in self._spots(showers, i, axes[event], streams[event]):
                yield int(event), spots

    def _begin(self, particles: Particles, streams: Sequence[np.random.Generator]) -> _Showers:
        begun = [
            (event, start)
            for event, (name, rng) in enumerate(zip(particles.names, streams, strict=True))
            for start in PRIMARIES[name](rng)
        ]
        events = np.array([event for event, _ in begun])
        starts = np.array([[start.depth] for _, start in begun])
        shares = np.array([[start.share] for _, start in begun])
        kept = self._kept(particles.energy / 1000, streams)
        energy = np.maximum(kept[events, None] * shares, 1e-6)
        cosines = particles.direction[events, 2:]
        medium = self.medium.tilted(cosines)
        normals = np.array([streams[event].standard_normal(2) for event in events])
        shape = profile(energy, normals, medium, self.tuning)
        left = np.maximum(self._depths.radiation_lengths / cosines - starts, 0.1)
        energies = grid(shape, energy, left, self._steps)
        if self._fluctuates:
            energies = energies.fluctuate(medium.resolution, [streams[e] for e in events])
        middles = (energies.depths[:, 1:] + energies.depths[:, :-1]) / 2
        middles[:, -1] = energies.depths[:, -2]
        across = radial(shape.relative(middles), energy, medium, self.tuning)
        counts = spot_counts(energy, medium, self.tuning.spots).ravel()
        return _Showers(events, starts, energies, across, counts)

    def _kept(self, energy: Floats, streams: Sequence[np.random.Generator]) -> Floats:
        """What does not leave through the front, in GeV: `energy` less a number of quanta."""
        quantum = max(self.tuning.albedo_quantum, 1e-9)
        means = self.tuning.albedo * energy / quantum
        lost = [rng.standard_gamma(mean) for rng, mean in zip(streams, means, strict=True)]
        return energy - np.minimum(quantum * np.array(lost), 0.5 * energy)

    def _spots(
        self, showers: _Showers, i: int, axis: _Axis, rng: np.random.Generator
    ) -> Iterator[Spots]:
        placed = place(showers.grid, i, int(showers.counts[i]))
        cosine = axis.direction[2]
        lengths = self._depths.along((placed.depth + showers.starts[i]) * cosine) / cosine
        core, tail, weight = (
            np.repeat(table[i, placed.steps].astype(np.float32), placed.numbers)
            for table in (showers.radial.core, showers.radial.tail, showers.radial.weight)
        )
        for start in range(0, len(lengths), _CHUNK):
            part = slice(start, start + _CHUNK)
            across = self._across(core[part], tail[part], weight[part], rng)
            x, y, z = axis.origin[:, None] + axis.vectors @ np.stack([lengths[part], *across])
            energy = placed.energy[part] * self._depths.share(z)
            yield Spots(x, y, self._depths.within(z), energy)

    def _across(
        self, core: Floats32, tail: Floats32, weight: Floats32, rng: np.random.Generator
    ) -> tuple[Floats32, Floats32]:
        """Two coordinates of spots across the axis, in mm."""
        uniforms = rng.random((2, len(core)), np.float32)
        radius = radii(uniforms[0], core, tail, weight, self.tuning.reach)
        radius *= np.float32(self.medium.moliere_radius)
        angle = np.float32(2 * math.pi) * uniforms[1]
        return radius * np.cos(angle), radius * np.sin(angle)
