"""Guns: what enters a calorimeter, given the conditions of an event.

The front face of the calorimeter is the plane z = 0, its axis is x = y = 0, and particles fly
towards positive z. Which gun a detector needs follows from the names of its conditions.
"""

from __future__ import annotations

__all__ = ["GUNS", "MASSES", "EnergyGun", "Gun", "MomentumGun", "Particles"]

import abc
import dataclasses
from typing import ClassVar, Self, final

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..errors import DataError, nearest
from ..units import ratio

Floats = NDArray[np.float64]

# Rest energies in MeV, by Geant4's names; Review of Particle Physics, https://pdg.lbl.gov.
MASSES = {
    "e-": 0.51099895,
    "e+": 0.51099895,
    "gamma": 0.0,
    "mu-": 105.6583755,
    "mu+": 105.6583755,
    "pi-": 139.57039,
    "pi+": 139.57039,
    "pi0": 134.9768,
    "kaon-": 493.677,
    "kaon+": 493.677,
    "kaon0L": 497.611,
    "proton": 938.27208816,
    "neutron": 939.56542052,
}


@dataclasses.dataclass(frozen=True, eq=False)
class Particles:
    """Incident particles, one an event, at the front face.

    Attributes:
        names: Their names, as in `MASSES`, with length n.
        energy: Kinetic energies in MeV, with shape (n,).
        position: Impact points in mm, with shape (n, 3) and z = 0.
        direction: Unit vectors of flight, with shape (n, 3).
    """

    names: tuple[str, ...]
    energy: Floats
    position: Floats
    direction: Floats


@dataclasses.dataclass(frozen=True)
class Gun(abc.ABC):
    """Aims particles as the conditions of a detector say.

    Attributes:
        detector: Whose conditions are understood.
        particle: What is shot, unless a condition "particle" names it by its categories.
        needs: Conditions without which this gun cannot aim.
        takes: Conditions that may be there too; zero where they are not.

    Raises:
        DataError: The particle is unknown, or the conditions are not those of this gun.
    """

    detector: Detector
    particle: str
    needs: ClassVar[frozenset[str]]
    takes: ClassVar[frozenset[str]]

    def __post_init__(self) -> None:
        if not self.suits(self.detector):
            raise DataError(
                f"'{self.detector.name}': a {type(self).__name__} needs the conditions "
                f"{', '.join(sorted(self.needs))} and takes {', '.join(sorted(self.takes))}"
            )
        for name in self.particles:
            if name not in MASSES:
                raise DataError(f"unknown particle '{name}'; {nearest(name, MASSES)}")

    @classmethod
    def suits(cls, detector: Detector) -> bool:
        """Whether this gun understands all conditions of a detector."""
        names = {condition.name for condition in detector.conditions}
        return cls.needs <= names <= cls.needs | cls.takes

    def shooting(self, particle: str) -> Self:
        """The same gun with another particle; raises DataError for an unknown one."""
        return dataclasses.replace(self, particle=particle)

    @property
    def particles(self) -> tuple[str, ...]:
        """All that it may shoot."""
        for condition in self.detector.conditions:
            if condition.name == "particle" and condition.categories is not None:
                return condition.categories
        return (self.particle,)

    @abc.abstractmethod
    def aim(self, conditions: NDArray[np.floating]) -> Particles:
        """The particles of conditions in the detector's order and units, of shape (n, C)."""

    def _column(self, conditions: NDArray[np.floating], name: str, unit: str) -> Floats:
        """One condition in a given unit, with shape (n,); zero if there is none."""
        for values, condition in zip(conditions.T, self.detector.conditions, strict=True):
            if condition.name == name:
                found: Floats = values.astype(np.float64) * ratio(condition.unit, unit)
                return found
        return np.zeros(len(conditions))

    def _names(self, conditions: NDArray[np.floating]) -> tuple[str, ...]:
        kinds = self._column(conditions, "particle", "").astype(int)
        return tuple(self.particles[kind] for kind in kinds)


@final
class EnergyGun(Gun):
    """Shoots a kinetic energy from an impact point along polar and azimuthal angles.

    The direction is (sin theta cos phi, sin theta sin phi, cos theta).
    """

    needs = frozenset({"energy"})
    takes = frozenset({"x0", "y0", "theta", "phi", "particle"})

    def aim(self, conditions: NDArray[np.floating]) -> Particles:
        """See `Gun.aim`."""
        theta = self._column(conditions, "theta", "rad")
        phi = self._column(conditions, "phi", "rad")
        sine = np.sin(theta)
        return Particles(
            self._names(conditions),
            self._column(conditions, "energy", "MeV"),
            _points(self._column(conditions, "x0", "mm"), self._column(conditions, "y0", "mm")),
            np.stack([sine * np.cos(phi), sine * np.sin(phi), np.cos(theta)], axis=1),
        )


@final
class MomentumGun(Gun):
    """Shoots a momentum from an impact point."""

    needs = frozenset({"px", "py", "pz"})
    takes = frozenset({"x", "y", "particle"})

    def aim(self, conditions: NDArray[np.floating]) -> Particles:
        """See `Gun.aim`."""
        momentum = np.stack([self._column(conditions, p, "MeV") for p in ("px", "py", "pz")], 1)
        size = np.linalg.norm(momentum, axis=1)
        names = self._names(conditions)
        mass = np.array([MASSES[name] for name in names])
        # p^2 / (E + m) is T = E - m without the loss of digits for slow particles
        energy = size**2 / np.maximum(np.hypot(size, mass) + mass, np.finfo(np.float64).tiny)
        return Particles(
            names,
            energy,
            _points(self._column(conditions, "x", "mm"), self._column(conditions, "y", "mm")),
            momentum / np.maximum(size, np.finfo(np.float64).tiny)[:, None],
        )


def _points(x: Floats, y: Floats) -> Floats:
    return np.stack([x, y, np.zeros_like(x)], axis=1)


GUNS: tuple[type[Gun], ...] = (EnergyGun, MomentumGun)
