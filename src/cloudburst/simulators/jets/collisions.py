"""Proton collisions by Pythia 8 (Bierlich et al., https://doi.org/10.21468/SciPostPhysCodeb.8).

Random numbers are set anew for each collision, so that it does not depend on those before it.
"""

from __future__ import annotations

__all__ = ["PROCESSES", "Collisions"]

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import SimulationError
from ...extras import require

Floats = NDArray[np.float64]

# Seeds that Pythia takes; zero would stand for the time of day.
_SEEDS = (1, 900_000_000)
_MUON, _W = 13, 24

# W bosons of a transverse momentum p come from W' bosons of about twice that mass, at rest.
_BOOSTED_W = (
    "NewGaugeBoson:ffbar2Wprime = on",
    "Wprime:coup2WZ = 1",
    "34:onMode = off",
    "34:onIfMatch = 23 24",
    "24:onMode = off",
    "24:onIfAny = 1 2 3 4 5",
    "23:onMode = off",
    "23:onIfAny = 12 14 16",
)

PROCESSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"QCD": ("HardQCD:all = on",), "W": _BOOSTED_W}
)


class Collisions:
    """Collisions of one process.

    Args:
        process: One of `PROCESSES`.
        settings: Further lines for Pythia, as "Beams:eCM = 14000".

    Raises:
        MissingExtraError: Pythia is not installed.
        SimulationError: Pythia refuses a setting, or does not start.
    """

    def __init__(self, process: str, settings: tuple[str, ...]) -> None:
        module = require("pythia8mc", "jets")
        self._pythia: Any = module.Pythia("", False)
        always = ("Print:quiet = on", "Random:setSeed = on", "Random:seed = 1")
        for line in (*always, *PROCESSES[process], *settings):
            if not self._pythia.readString(line):
                raise SimulationError(f"Pythia does not know the setting '{line}'")
        if not self._pythia.init():
            raise SimulationError(f"Pythia cannot start with {', '.join(settings)}")

    def seed(self, rng: np.random.Generator) -> None:
        """Starts Pythia's random numbers anew, from a seed that is drawn."""
        self._pythia.rndm.init(int(rng.integers(*_SEEDS)))

    def particles(self) -> Floats:
        """What a calorimeter sees of the next collision: px, py, pz, E in GeV, (particles, 4).

        Neither neutrinos nor muons; no rows where Pythia gave up on the collision.
        """
        if not self._pythia.next():
            return np.empty((0, 4))
        seen = [
            (p.px(), p.py(), p.pz(), p.e())
            for p in self._pythia.event
            if p.isFinal() and p.isVisible() and p.idAbs() != _MUON
        ]
        return np.array(seen, np.float64).reshape(-1, 4)

    def boson(self) -> Floats | None:
        """Direction (eta, phi in rad) of the W boson of the hard process, or None without one."""
        for particle in self._pythia.process:
            if particle.idAbs() == _W:
                return np.array([particle.eta(), particle.phi()])
        return None

    def scatter(self) -> float:
        """Transverse momentum of the hard scatter, in GeV."""
        momentum: float = self._pythia.infoPython().pTHat()
        return momentum
