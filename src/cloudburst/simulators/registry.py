"""The shipped simulators by name."""

from __future__ import annotations

__all__ = ["SIMULATORS", "simulator"]

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..classes import construct
from ..errors import SimulationError, nearest
from .base import Simulator
from .drift import Drift
from .geant4 import Geant4
from .gflash import GFlash
from .jets import Jets

# A new simulator needs one entry here.
_SHIPPED: tuple[type[Simulator], ...] = (Drift, Geant4, GFlash, Jets)

SIMULATORS: Mapping[str, type[Simulator]] = MappingProxyType({cls.name: cls for cls in _SHIPPED})


def simulator(name: str, detector: Any, **settings: Any) -> Simulator:
    """A shipped simulator.

    Args:
        name: Its name: "gflash", "geant4", "drift" or "jets".
        detector: Name of a shipped detector, or path of a file that describes one.
        settings: Arguments of its constructor.

    Raises:
        SimulationError: There is no such simulator.
        SpecError: It has no such setting, or not with such a value.
        MissingExtraError: It needs a package that an extra installs.
    """
    if name not in SIMULATORS:
        raise SimulationError(f"no simulator '{name}'; {nearest(name, SIMULATORS)}")
    built: Simulator = construct(SIMULATORS[name], {"detector": detector, **settings})
    return built
