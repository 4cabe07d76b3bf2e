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


class Spots(NamedTuple):
    """Points in mm and what counts there, in GeV, each with shape (n,)."""

    x: Floats
    y: Floats
    z: Floats
    energy: Floats


class _Axis(NamedTuple):
    """Where a shower starts in mm, where it goes, and two unit vectors across."""

    origin: Floats
    direction: Floats
    across: Floats
    sideways: Floats

    @classmethod
    def of(cls, origin: Floats, direction: Floats) -> _Axis:
        transverse = math.hypot(direction[0], direction[1])
        u, v = direction[:2] / transverse if transverse > 0 else (1.0, 0.0)
        across = np.array([direction[2] * u, direction[2] * v, -transverse])
        return cls(origin, direction, across, np.array([-v, u, 0.0]))


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
        self.tuning = tuning
        self.medium = dataclasses.replace(
            medium,
            visible=min(tuning.response * medium.visible, 1.0),
            resolution=tuning.resolution * medium.resolution,
        )
        self._depths = Depths.of(calorimeter, tuning.response)
        self._fluctuates = medium.layered and not calorimeter.counts_absorber
        self._steps = max(math.ceil(self._depths.lengths[-1] / STEP), 2)

    def showers(
        self, particles: Particles, streams: Sequence[np.random.Generator]
    ) -> Iterator[tuple[int, Spots]]:
        """The spots of each shower, with the number of its event.

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
            yield int(event), self._spots(showers, i, axes[event], streams[event])

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
        left = np.maximum(self._depths.lengths[-1] / cosines - starts, 0.1)
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

    def _spots(self, showers: _Showers, i: int, axis: _Axis, rng: np.random.Generator) -> Spots:
        count = int(showers.counts[i])
        steps, energy = place(showers.grid, i, count)
        number = steps.astype(np.int64)
        ends = showers.grid.depths[i]
        depth = showers.starts[i] + ends[number] + np.diff(ends)[number] * (steps - number)
        uniforms = rng.random((2, count), np.float32)
        core, tail, weight = (
            table[i].astype(np.float32)[number]
            for table in (showers.radial.core, showers.radial.tail, showers.radial.weight)
        )
        radius = np.float32(self.medium.moliere_radius) * radii(uniforms[0], core, tail, weight)
        angle = np.float32(2 * math.pi) * uniforms[1]
        first, second = radius * np.cos(angle), radius * np.sin(angle)
        length = self._depths.along(depth * axis.direction[2]) / axis.direction[2]
        x, y, z = (
            axis.origin[k]
            + axis.direction[k] * length
            + axis.across[k] * first
            + axis.sideways[k] * second
            for k in range(3)
        )
        return Spots(x, y, self._depths.within(z), energy * self._depths.share(z))
