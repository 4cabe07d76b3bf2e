"""Parametric electromagnetic showers in any layered calorimeter."""

from __future__ import annotations

__all__ = ["GFlash"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...detector import Detector
from ...detectors.calorimeters import load_calorimeter
from ...detectors.description import calorimeter_to_dict
from ...errors import ConditionError, SimulationError, nearest
from ..base import Simulator
from .medium import Medium
from .primaries import PRIMARIES
from .showers import ShowerMaker
from .tuning import Tuning
from .tunings import tuning_named

Floats = NDArray[np.float64]

# Below, the parametrisation has no meaning: its spreads grow without bound.
_LEAST_ENERGY = 0.1  # GeV


@final
class GFlash(Simulator):
    """Showers of electrons, positrons and photons after Grindhammer and Peters.

    https://arxiv.org/abs/hep-ex/0001020. The shower develops in a uniform material with the mean
    properties of the slabs (`medium`), along the particle's direction from where it enters
    (`primaries`), with a longitudinal profile that fluctuates (`longitudinal`), a radial one that
    widens with depth (`radial`), and in spots (`spots`). Where cells hold what active slabs
    receive, that is a share of the shower's energy with sampling fluctuations.

    Args:
        detector: Name of a shipped calorimeter, path of a TOML file that describes one, or the
            plain data of such a file.
        particle: "e-", "e+" or "gamma"; by default the calorimeter's own.
        tuning: "paper" for the published coefficients, a name in `tunings.TUNINGS`, or a table
            of the fields of `Tuning`.

    Raises:
        SimulationError: The particle makes no electromagnetic shower, or the tuning is unknown.
        FileError: There is no such calorimeter.
        DataError: The description of the calorimeter makes no sense.
    """

    name: ClassVar[str] = "gflash"

    def __init__(
        self,
        detector: str | Mapping[str, Any],
        particle: str | None = None,
        tuning: str | Mapping[str, Any] = "paper",
    ) -> None:
        calorimeter = load_calorimeter(detector)
        if particle is not None:
            gun = calorimeter.gun.shooting(_known_particle(particle))
            calorimeter = dataclasses.replace(calorimeter, gun=gun)
        for shot in calorimeter.gun.particles:
            _known_particle(shot)
        self._calorimeter = calorimeter
        self._maker = ShowerMaker(calorimeter, tuning_named(tuning))

    @property
    def detector(self) -> Detector:
        """What is simulated."""
        return self._calorimeter.detector

    @property
    def medium(self) -> Medium:
        """The mean of the calorimeter's slabs."""
        return self._maker.medium

    @property
    def tuning(self) -> Tuning:
        """The corrections to the published coefficients."""
        return self._maker.tuning

    def arguments(self) -> dict[str, Any]:
        """See `Simulator.arguments`."""
        return {
            "detector": calorimeter_to_dict(self._calorimeter),
            "tuning": dataclasses.asdict(self.tuning),
        }

    def describe(self) -> dict[str, Any]:
        """See `Simulator.describe`."""
        return {
            "simulator": self.name,
            "particles": list(self._calorimeter.gun.particles),
            "medium": dataclasses.asdict(self.medium),
            "tuning": dataclasses.asdict(self.tuning),
        }

    def check(self, conditions: ArrayLike) -> NDArray[np.float32]:
        """See `Simulator.check`; refuses energies too low for a shower, and misses."""
        checked = super().check(conditions)
        energy = self._calorimeter.aim(checked).energy / 1000
        if (energy < _LEAST_ENERGY).any():
            raise ConditionError(
                f"an energy of {energy.min():.4g} GeV is too low for a parametric shower; it must "
                f"be at least {_LEAST_ENERGY:g} GeV"
            )
        return checked

    def respond(
        self, conditions: Floats, streams: Sequence[np.random.Generator]
    ) -> dict[str, NDArray[np.float32]]:
        """See `Simulator.respond`."""
        particles = self._calorimeter.aim(conditions)
        energies = np.zeros((len(conditions), self.detector.cells))
        for event, shower in self._maker.showers(particles, streams):
            cells = self._calorimeter.cells(shower.x, shower.y, shower.z)
            # cells are counted from one, after what is in none
            energies[event] += np.bincount(
                cells + 1, 1000 * shower.energy, minlength=self.detector.cells + 1
            )[1:]
        return self._calorimeter.read_out(energies)


def _known_particle(name: str) -> str:
    if name not in PRIMARIES:
        raise SimulationError(f"gflash makes no showers of '{name}'; {nearest(name, PRIMARIES)}")
    return name
