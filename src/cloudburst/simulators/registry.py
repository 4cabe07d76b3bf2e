"""The shipped simulators by name."""

from __future__ import annotations

__all__ = ["SIMULATORS", "simulator"]

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..errors import CloudburstError, SimulationError, nearest
from .base import Simulator

# A new simulator needs one entry here.
_SHIPPED: tuple[type[Simulator], ...] = ()

SIMULATORS: Mapping[str, type[Simulator]] = MappingProxyType({cls.name: cls for cls in _SHIPPED})


def simulator(name: str, detector: Any, **settings: Any) -> Simulator:
    """A shipped simulator.

    Args:
        name: Its name: "gflash", "geant4", "drift" or "jets".
        detector: Name of a shipped detector, or path of a file that describes one.
        settings: Arguments of its constructor.

    Raises:
        SimulationError: There is no such simulator or setting.
        MissingExtraError: It needs a package that an extra installs.
    """
    if name not in SIMULATORS:
        raise SimulationError(f"no simulator '{name}'; {nearest(name, SIMULATORS)}")
    cls = SIMULATORS[name]
    known = list(inspect.signature(cls).parameters)[1:]
    for key in settings:
        if key not in known:
            raise SimulationError(f"{name} has no setting '{key}'; {nearest(key, known)}")
    try:
        return cls(detector, **settings)  # type: ignore[call-arg]
    except CloudburstError:
        raise
    except (TypeError, ValueError) as error:
        raise SimulationError(f"{name}: {error}") from error
