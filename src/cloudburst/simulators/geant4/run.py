"""One configuration of Geant4 in this process, which can have no second one."""

from __future__ import annotations

__all__ = ["Run"]

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...detectors.sampling import Calorimeter
from .physics import physics_list
from .world import World

# What an event gave: numbers and energies in MeV of its sums, and processor time in seconds.
Deliver = Callable[[NDArray[np.int64], NDArray[np.float64], float], None]


class Run:
    """A calorimeter, physics and a gun, ready to make events.

    Args:
        g4: The module of the bindings.
        calorimeter: What to simulate.
        physics: Name of a list of physics.
        cut: Production cut, in mm of range.
        deliver: Called after each event.
        scored: Whether energies are summed.
    """

    def __init__(
        self,
        g4: Any,
        calorimeter: Calorimeter,
        physics: str,
        cut: float,
        deliver: Deliver,
        scored: bool = True,
    ) -> None:
        self.deliver = deliver
        self.shots: Sequence[Mapping[str, Any]] = ()
        self.started = 0.0
        self._manager = g4.G4RunManagerFactory.CreateRunManager(g4.G4RunManagerType.SerialOnly)
        # the bindings delete what nothing in Python refers to
        self._kept = (
            _construction(g4, World(g4, calorimeter, scored)),
            physics_list(g4, physics, cut),
            _actions(g4, self),
        )
        for part in self._kept:
            self._manager.SetUserInitialization(part)
        self._manager.Initialize()
        # a run of no events reads all tables
        self._manager.BeamOn(0)

    def make(self, shots: Sequence[Mapping[str, Any]]) -> None:
        """Makes an event for each shot.

        Args:
            shots: For each event its `seeds`, its `particle`, its `energy` in MeV, its
                `position` in mm and its `direction`.
        """
        self.shots = shots
        self._manager.BeamOn(len(shots))


def _construction(g4: Any, world: World) -> Any:
    class Construction(g4.G4VUserDetectorConstruction):  # type: ignore[misc]
        def Construct(self) -> Any:
            return world.build()

        def ConstructSDandField(self) -> None:
            world.make_sensitive()

    return Construction()


def _actions(g4: Any, run: Run) -> Any:
    class Actions(g4.G4VUserActionInitialization):  # type: ignore[misc]
        def Build(self) -> None:
            self.kept = (_gun(g4, run), _reading(g4, run))
            for action in self.kept:
                self.SetUserAction(action)

    return Actions()


def _gun(g4: Any, run: Run) -> Any:
    class Gun(g4.G4VUserPrimaryGeneratorAction):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.gun = g4.G4ParticleGun(1)
            self.particles = g4.G4ParticleTable.GetParticleTable()

        def GeneratePrimaries(self, event: Any) -> None:
            run.started = time.process_time()
            shot = run.shots[event.GetEventID()]
            # the bindings read seeds up to the first zero
            g4.G4Random.setTheSeeds([*shot["seeds"], 0], len(shot["seeds"]))
            self.gun.SetParticleDefinition(self.particles.FindParticle(shot["particle"]))
            self.gun.SetParticleEnergy(shot["energy"] * g4.MeV)
            self.gun.SetParticlePosition(g4.G4ThreeVector(*shot["position"]))
            self.gun.SetParticleMomentumDirection(g4.G4ThreeVector(*shot["direction"]))
            self.gun.GeneratePrimaryVertex(event)

    return Gun()


def _reading(g4: Any, run: Run) -> Any:
    class Reading(g4.G4UserEventAction):  # type: ignore[misc]
        def EndOfEventAction(self, event: Any) -> None:
            hits = event.GetHCofThisEvent()
            count = hits.GetNumberOfCollections() if hits is not None else 0
            pairs = [list(hits.GetHC(i)) for i in range(count)]
            table = np.array([pair for found in pairs for pair in found]).reshape(-1, 2)
            seconds = time.process_time() - run.started
            run.deliver(table[:, 0].astype(np.int64), table[:, 1], seconds)

    return Reading()
