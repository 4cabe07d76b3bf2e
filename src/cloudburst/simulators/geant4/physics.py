"""Lists of physics by name: what they are for, which tables they read, how they are made."""

from __future__ import annotations

__all__ = ["PHYSICS", "Physics", "known_physics", "physics_list"]

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...errors import SimulationError, nearest
from .data import EMLOW, ENSDFSTATE, PARTICLEXS, PHOTONEVAPORATION, DataSet

_ELECTROMAGNETIC = ("e-", "e+", "gamma")


@dataclasses.dataclass(frozen=True)
class Physics:
    """A list of physics.

    Attributes:
        made_by: The class of Geant4 that makes it: a reference list, or a part of one.
        reads: The tables that it reads.
        particles: What it may be asked to shoot, or None for anything.
    """

    made_by: str
    reads: tuple[DataSet, ...]
    particles: tuple[str, ...] | None

    def check(self, name: str, particles: tuple[str, ...]) -> None:
        """Raises SimulationError if it has no processes for a particle."""
        for particle in particles:
            if self.particles is not None and particle not in self.particles:
                raise SimulationError(
                    f"physics '{name}' is for {', '.join(self.particles)}; for {particle} "
                    "choose physics FTFP_BERT"
                )


_STANDARD = (EMLOW, ENSDFSTATE, PHOTONEVAPORATION)
_HADRONIC = (*_STANDARD, PARTICLEXS)

PHYSICS: Mapping[str, Physics] = MappingProxyType(
    {
        "em": Physics("G4EmStandardPhysics", _STANDARD, _ELECTROMAGNETIC),
        "em_option1": Physics("G4EmStandardPhysics_option1", _STANDARD, _ELECTROMAGNETIC),
        "em_option2": Physics("G4EmStandardPhysics_option2", _STANDARD, _ELECTROMAGNETIC),
        "FTFP_BERT": Physics("FTFP_BERT", _HADRONIC, None),
        "QGSP_BERT": Physics("QGSP_BERT", _HADRONIC, None),
    }
)


def known_physics(name: str) -> Physics:
    """The list of that name; raises SimulationError if there is none."""
    if name not in PHYSICS:
        raise SimulationError(f"no physics '{name}'; {nearest(name, PHYSICS)}")
    return PHYSICS[name]


def physics_list(g4: Any, name: str, cut: float) -> Any:
    """A list of physics as Geant4 wants it, with a production cut in mm of range.

    Raises:
        SimulationError: There is no such list.
    """
    made = getattr(g4, known_physics(name).made_by)()
    if isinstance(made, g4.G4VPhysicsConstructor):
        whole = g4.G4VModularPhysicsList()
        whole.RegisterPhysics(made)
        made = whole
    made.SetVerboseLevel(0)
    g4.G4EmParameters.Instance().SetVerbose(0)
    made.SetDefaultCutValue(cut * g4.mm)
    return made
