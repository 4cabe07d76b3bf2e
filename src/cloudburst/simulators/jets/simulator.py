"""Simulates images of jets: boosted W bosons, or quarks and gluons."""

from __future__ import annotations

__all__ = ["Jets"]

import functools
import math
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...detector import Detector
from ...detectors import load_towers
from ...errors import SimulationError
from ...extras import require
from ..base import Simulator
from .collisions import PROCESSES, Collisions
from .finding import Finder, Jet, tau21
from .image import aligned
from .measuring import Measured, measured

Floats = NDArray[np.float64]

# The largest transverse momentum of the hard scatters that are tried, over that of the jets.
_SCATTER = 2.0
# Trimming takes less than this away from nearly every jet; those it takes more from are found
# all the same if they were hard enough.
_UNTRIMMED = 0.95
# Mean mass of W and Z bosons, in GeV.
_BOSON = 86.0
_SCALARS = {"jet_pt", "jet_mass", "jet_tau21"}


class Jets(Simulator):
    """Images of trimmed jets of proton collisions, by Pythia 8 and FastJet.

    W bosons come from W' -> W Z, the Z to neutrinos and the W to quarks; quarks and gluons from
    hard QCD scatters. Particles but neutrinos and muons are summed in towers, the towers are
    clustered to jets, and collisions are tried until one has a jet within the ranges; the
    hardest such jet is taken. A jet of a W boson must have that boson within its radius.

    Args:
        detector: The name of shipped towers, "jet_image", the path of a TOML file that
            describes some, or the plain data of such a file.
        radius: Of the anti-k_T jets.
        pt_low: Least transverse momentum of the trimmed jet's particles, in GeV.
        pt_high: Largest.
        mass_low: Least mass of the trimmed jet's particles, in GeV.
        mass_high: Largest.
        eta_high: Largest absolute pseudorapidity of the jet.
        subjet_radius: Of the subjets that trimming keeps or drops.
        fraction: Least transverse momentum of a subjet that is kept, over the jet's.
        scatter: Least transverse momentum of the hard scatters that are tried for QCD jets, over
            pt_low. Those below make few of the jets and take most of the time.
        energy: Of the collisions, in GeV.
        attempts: Collisions that are tried for one jet.

    Raises:
        MissingExtraError: Pythia or FastJet is not installed.
        SimulationError: A setting makes no sense.
    """

    name: ClassVar[str] = "jets"
    block: ClassVar[int] = 8

    def __init__(
        self,
        detector: str | Path | Mapping[str, Any] = "jet_image",
        radius: float = 1.0,
        pt_low: float = 250.0,
        pt_high: float = 300.0,
        mass_low: float = 0.0,
        mass_high: float = 200.0,
        eta_high: float = 2.0,
        subjet_radius: float = 0.3,
        fraction: float = 0.05,
        scatter: float = 0.7,
        energy: float = 14000.0,
        attempts: int = 10000,
    ) -> None:
        require("pythia8mc", "jets")
        self.towers = load_towers(detector)
        self._settings = {
            "radius": radius,
            "pt_low": pt_low,
            "pt_high": pt_high,
            "mass_low": mass_low,
            "mass_high": mass_high,
            "eta_high": eta_high,
            "subjet_radius": subjet_radius,
            "fraction": fraction,
            "scatter": scatter,
            "energy": energy,
            "attempts": attempts,
        }
        _check(self.detector, self._settings)
        self._finder = Finder(radius, subjet_radius, fraction)

    @property
    def detector(self) -> Detector:
        return self.towers.detector

    def respond(
        self, conditions: NDArray[np.float64], streams: Sequence[np.random.Generator]
    ) -> dict[str, NDArray[np.float32]]:
        column = self.detector.condition_index("process")
        jets = [self._jet(int(c[column]), rng) for c, rng in zip(conditions, streams, strict=True)]
        return {
            readout.name: np.stack([jet[readout.name] for jet in jets]).astype(np.float32)
            for readout in self.detector.readouts
        }

    def describe(self) -> dict[str, Any]:
        return {
            "simulator": self.name,
            "detector": self.detector.name,
            "pythia": metadata.version("pythia8mc"),
            "fastjet": metadata.version("fastjet"),
            "settings": dict(self._settings),
            "processes": {
                name: [*PROCESSES[name], *lines] for name, lines in self._lines().items()
            },
        }

    def arguments(self) -> dict[str, Any]:
        return {"detector": self.towers.to_dict(), **self._settings}

    @functools.cached_property
    def _collisions(self) -> dict[str, Collisions]:
        """All processes, started when the first jet is asked for."""
        return {name: Collisions(name, lines) for name, lines in self._lines().items()}

    def _lines(self) -> dict[str, tuple[str, ...]]:
        """What Pythia is told of each process, beside what makes it."""
        low, high = self._settings["pt_low"], self._settings["pt_high"]
        # at this mass, a W boson at right angles to the beam has the mean momentum of the range
        mass = 2 * math.hypot((low + high) / 2, _BOSON)
        beams = f"Beams:eCM = {self._settings['energy']:g}"
        scatter = (
            f"PhaseSpace:pTHatMin = {self._settings['scatter'] * low:g}",
            f"PhaseSpace:pTHatMax = {_SCATTER * high:g}",
        )
        return {"QCD": (beams, *scatter), "W": (beams, f"34:m0 = {mass:.1f}")}

    def _jet(self, process: int, rng: np.random.Generator) -> dict[str, Any]:
        """The readouts of the first jet within the ranges."""
        categories = self.detector.conditions[0].categories or ()
        collisions = self._collisions[categories[process]]
        collisions.seed(rng)
        for _ in range(int(self._settings["attempts"])):
            particles = collisions.particles()
            towers = measured(self.towers, particles)
            boson = collisions.boson()
            for jet in self._finder.jets(towers.momenta, _UNTRIMMED * self._settings["pt_low"]):
                found = self._readouts(particles, towers, jet, boson)
                if found is not None:
                    return found
        raise SimulationError(
            f"no {categories[process]} jet within the ranges in {self._settings['attempts']} "
            "collisions; widen pt_low..pt_high or mass_low..mass_high"
        )

    def _readouts(
        self, particles: Floats, towers: Measured, jet: Jet, boson: Floats | None
    ) -> dict[str, Any] | None:
        """The readouts of a jet, or None if it is out of the ranges or misses the boson."""
        if abs(jet.direction[0]) > self._settings["eta_high"] or not self._matches(jet, boson):
            return None
        constituents = particles[np.isin(towers.of, jet.towers)]
        pt, mass = _kinematics(constituents)
        if not self._accepts(pt, mass):
            return None
        return {
            self.towers.image.name: self._image(towers, jet.towers, jet.subjets),
            "jet_pt": pt,
            "jet_mass": mass,
            "jet_tau21": tau21(self._finder, constituents),
        }

    def _matches(self, jet: Jet, boson: Floats | None) -> bool:
        if boson is None:
            return True
        eta, phi = jet.direction - boson
        return math.hypot(eta, math.remainder(phi, 2 * math.pi)) < self._settings["radius"]

    def _accepts(self, pt: float, mass: float) -> bool:
        of = self._settings
        return of["pt_low"] < pt < of["pt_high"] and of["mass_low"] <= mass <= of["mass_high"]

    def _image(self, towers: Measured, kept: NDArray[np.int64], subjets: Floats) -> Floats:
        places = towers.steps(kept, subjets[0])
        second = None
        if len(subjets) > 1:
            second = towers.between(subjets[0], subjets[1])
        image = aligned(towers.pt[kept], places, second, self.towers.image.shape[0])
        return np.where(image < self.towers.image.threshold, 0, image)


def _kinematics(momenta: Floats) -> tuple[float, float]:
    """Transverse momentum and mass of a sum, in GeV."""
    px, py, pz, energy = momenta.sum(axis=0)
    pt = math.hypot(px, py)
    return pt, math.sqrt(max(energy**2 - pt**2 - pz**2, 0.0))


def _check(detector: Detector, settings: Mapping[str, float]) -> None:
    """Raises SimulationError unless the settings make sense for the detector."""
    for low, high, least in (("pt_low", "pt_high", 20.0), ("mass_low", "mass_high", 0.0)):
        if not least <= settings[low] < settings[high]:
            raise SimulationError(
                f"jets need {least:g} <= {low} < {high}, all in GeV, got "
                f"{settings[low]:g} and {settings[high]:g}"
            )
    for name in ("radius", "subjet_radius", "eta_high", "attempts"):
        if not settings[name] > 0:
            raise SimulationError(f"jets need {name} above 0, got {settings[name]:g}")
    if not 0 <= settings["fraction"] < 1:
        raise SimulationError(f"jets need 0 <= fraction < 1, got {settings['fraction']:g}")
    if not 0 < settings["scatter"] <= 1:
        raise SimulationError(f"jets need 0 < scatter <= 1, got {settings['scatter']:g}")
    if settings["energy"] < 10 * settings["pt_high"]:
        raise SimulationError(
            f"collisions of {settings['energy']:g} GeV make too few jets of up to "
            f"{settings['pt_high']:g} GeV; energy must be at least ten times that"
        )
    found = {r.name for r in detector.readouts if not r.axes}
    categories = [c.categories for c in detector.conditions]
    if not found <= _SCALARS or categories != [tuple(PROCESSES)]:
        raise SimulationError(
            f"'{detector.name}' needs one condition with the categories {', '.join(PROCESSES)}, "
            f"and beside its image only readouts of {', '.join(sorted(_SCALARS))}"
        )
