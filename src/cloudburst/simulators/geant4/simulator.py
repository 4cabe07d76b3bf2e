"""Showers simulated particle by particle with Geant4."""

from __future__ import annotations

__all__ = ["Geant4"]

import dataclasses
import importlib.metadata
import math
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...detector import Detector
from ...detectors.calorimeters import load_calorimeter
from ...detectors.description import calorimeter_to_dict
from ...detectors.elements import ELEMENTS
from ...detectors.guns import Particles
from ...detectors.sampling import Calorimeter
from ...errors import MissingExtraError, SimulationError
from ..base import Simulator
from .data import find_data
from .engine import Engine
from .physics import known_physics
from .world import cell_numbers

Floats = NDArray[np.float64]

_OFFSET = 0.01  # mm


@final
class Geant4(Simulator):
    """Every particle of a shower, step by step: Agostinelli et al., NIM A 506 (2003) 250.

    Geometry, materials and cells are those of the calorimeter. Geant4 runs in a process of its
    own, which starts with the first event. A step's energy goes to the cell in which it is made;
    steps end where a cell or a slab does. A particle starts 0.01 mm before the front face, up to
    0.01 mm beside its impact point in x and y: one that flies exactly along the boundary of two
    cells may never enter either.

    Args:
        detector: Name of a shipped calorimeter, path of a TOML file that describes one, or the
            plain data of such a file.
        physics: "em" for e-, e+ and photons (standard electromagnetic; also "em_option1" and
            "em_option2"), "FTFP_BERT" or "QGSP_BERT" for all particles.
        cut: Range in mm below which no secondary particle is made.
        particle: What is shot; by default the calorimeter's own.
        data: Folder with Geant4's tables; by default they are found by G4LEDATA and the like, or
            in GEANT4_DATA_DIR.

    Raises:
        SimulationError: There is no such physics, it has no processes for the particle, or
            tables that it reads are missing.
        MissingExtraError: The bindings are not installed.
        FileError: There is no such calorimeter.
        DataError: The description of the calorimeter or the cut makes no sense.
    """

    name: ClassVar[str] = "geant4"
    block: ClassVar[int] = 16

    def __init__(
        self,
        detector: str | Mapping[str, Any],
        physics: str = "em",
        cut: float = 0.7,
        particle: str | None = None,
        data: str | None = None,
    ) -> None:
        self._calorimeter = _aimed(load_calorimeter(detector), particle)
        if not 0 < cut < math.inf:
            raise SimulationError(f"a production cut of {cut} mm; it must be above 0 mm")
        known_physics(physics).check(physics, self._calorimeter.gun.particles)
        self._bindings = _version_of_bindings()
        self._physics, self._cut = physics, float(cut)
        self._data = data
        self._find_data()
        self._numbers = cell_numbers(self._calorimeter).ravel()
        self._engine: Engine | None = None
        self._past_seconds = 0.0

    @property
    def detector(self) -> Detector:
        """What is simulated."""
        return self._calorimeter.detector

    def arguments(self) -> dict[str, Any]:
        """See `Simulator.arguments`."""
        return {
            "detector": calorimeter_to_dict(self._calorimeter),
            "physics": self._physics,
            "cut": self._cut,
            "data": self._data,
        }

    def describe(self) -> dict[str, Any]:
        """See `Simulator.describe`; starts Geant4, which tells its version."""
        return {
            "simulator": self.name,
            "geant4": self._started().version,
            "geant4_pybind": self._bindings,
            "physics": self._physics,
            "production_cut_mm": self._cut,
            "particles": list(self._calorimeter.gun.particles),
            "seeds": "four for each event, from its own stream",
        }

    def processor_time(self) -> float:
        """See `Simulator.processor_time`."""
        running = self._engine.seconds if self._engine is not None else 0.0
        return time.process_time() + self._past_seconds + running

    def check(self, conditions: ArrayLike) -> NDArray[np.float32]:
        """See `Simulator.check`; refuses particles without energy, or that miss the block."""
        checked = super().check(conditions)
        self._calorimeter.aim(checked)
        return checked

    def respond(
        self, conditions: Floats, streams: Sequence[np.random.Generator]
    ) -> dict[str, NDArray[np.float32]]:
        """See `Simulator.respond`.

        Raises:
            SimulationError: Geant4 broke off.
        """
        particles = self._calorimeter.aim(conditions)
        shots = [_shot(particles, i, stream) for i, stream in enumerate(streams)]
        # what is in no cell comes last
        energies = np.zeros((len(shots), self.detector.cells + 1))
        for event, (numbers, values) in zip(energies, self._started().make(shots), strict=True):
            np.add.at(event, self._numbers[numbers], values)
        return self._calorimeter.read_out(energies[:, :-1])

    def _started(self) -> Engine:
        """The process that runs Geant4; a new one if there is none, or it has ended."""
        if self._engine is None or not self._engine.alive:
            self._past_seconds += self._engine.seconds if self._engine is not None else 0.0
            told = calorimeter_to_dict(self._calorimeter)
            setup = {"calorimeter": told, "physics": self._physics, "cut": self._cut}
            self._engine = Engine(setup, self._find_data())
        return self._engine

    def _find_data(self) -> dict[str, str]:
        used = {slab.material for slab in self._calorimeter.slabs}
        elements = {ELEMENTS[symbol].number for m in used for symbol, _ in m.fractions}
        reads = known_physics(self._physics).reads
        return find_data(reads, elements, self._data, os.environ)


def _aimed(calorimeter: Calorimeter, particle: str | None) -> Calorimeter:
    """A calorimeter at which a particle is shot."""
    if particle is None:
        return calorimeter
    return dataclasses.replace(calorimeter, gun=calorimeter.gun.shooting(particle))


def _version_of_bindings() -> str:
    # importing them would read tables, or ask for them
    try:
        return importlib.metadata.version("geant4-pybind")
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError(
            "'geant4-pybind' is not installed: pip install 'cloudburst[geant4]'"
        ) from error


def _shot(particles: Particles, i: int, stream: np.random.Generator) -> dict[str, Any]:
    """What `run` needs to know of one event."""
    seeds = stream.integers(1, 2**31 - 1, 4)
    direction = particles.direction[i]
    start = particles.position[i] - direction * (_OFFSET / direction[2])
    start[:2] += stream.uniform(-_OFFSET, _OFFSET, 2)
    return {
        "seeds": seeds.tolist(),
        "particle": particles.names[i],
        "energy": float(particles.energy[i]),
        "position": start.tolist(),
        "direction": direction.tolist(),
    }
