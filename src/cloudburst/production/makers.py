"""What makes events, as plain data that another process understands."""

from __future__ import annotations

__all__ = ["Maker", "SimulatorMaker", "build_maker"]

import abc
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..classes import construct, resolve
from ..detector import Detector
from ..errors import SimulationError, SpecError, nearest
from ..events import Events
from ..simulators import SIMULATORS, Simulator


class Maker(abc.ABC):
    """Makes events in a worker process, which builds it from `{"class": ..., **arguments}`."""

    @property
    @abc.abstractmethod
    def detector(self) -> Detector:
        """What is simulated."""

    @abc.abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Those of its arguments that events depend on; plain data."""

    @abc.abstractmethod
    def means(self) -> dict[str, Any]:
        """Those of its arguments that no event depends on, as where a file lies; plain data."""

    @abc.abstractmethod
    def provenance(self) -> dict[str, Any]:
        """Where its events come from, the same on every machine; plain data."""

    @abc.abstractmethod
    def check(self, conditions: NDArray[np.float32]) -> None:
        """Raises ConditionError if it cannot make events at conditions, with shape (N, C)."""

    @abc.abstractmethod
    def make(self, conditions: NDArray[np.float32], seed: int, first: int) -> Iterator[Events]:
        """Events at conditions, with shape (N, C), in parts; event i of a seed never differs."""

    def processor_time(self) -> float:
        """Processor time in seconds that making events has used so far, and all else here."""
        return time.process_time()

    def describe(self) -> dict[str, Any]:
        """Its class and those of its arguments that events depend on, for `build_maker`."""
        return {"class": f"{type(self).__module__}:{type(self).__name__}", **self.arguments()}


class SimulatorMaker(Maker):
    """Events of a simulator.

    Args:
        simulator: Name of a shipped one, as "gflash", or "module:Name" of a class.
        settings: Arguments of its constructor, plain data.
        packages: Packages besides cloudburst whose simulators may be used.

    Raises:
        SimulationError: There is no such simulator.
        SpecError: The class may not be used, or its settings do not fit.
    """

    def __init__(
        self, simulator: str, settings: Mapping[str, Any], packages: Sequence[str] = ()
    ) -> None:
        self._name = simulator
        self._packages = list(packages)
        self.simulator = construct(_find(simulator, packages), dict(settings))

    @property
    def detector(self) -> Detector:
        """What is simulated."""
        detector: Detector = self.simulator.detector
        return detector

    def arguments(self) -> dict[str, Any]:
        """Name and settings."""
        return {"simulator": self._name, "settings": self.simulator.arguments()}

    def means(self) -> dict[str, Any]:
        """Whom it trusts."""
        return {"packages": self._packages}

    def provenance(self) -> dict[str, Any]:
        """What the simulator says of itself, and the version of this package."""
        return {**self.simulator.describe(), "cloudburst": __version__}

    def processor_time(self) -> float:
        """That of this process and of those that the simulator started."""
        seconds: float = self.simulator.processor_time()
        return seconds

    def check(self, conditions: NDArray[np.float32]) -> None:
        """Raises ConditionError if the simulator refuses conditions."""
        self.simulator.check(conditions)

    def make(self, conditions: NDArray[np.float32], seed: int, first: int) -> Iterator[Events]:
        """Events block by block."""
        block = self.simulator.block
        for start in range(0, len(conditions), block):
            yield self.simulator(conditions[start : start + block], seed, first + start)


def build_maker(data: Mapping[str, Any], means: Mapping[str, Any]) -> Maker:
    """The maker that `describe` and `means` told of; raises SpecError if there is none such."""
    arguments = {**means, **{key: value for key, value in data.items() if key != "class"}}
    maker: Maker = construct(resolve(data["class"], Maker), arguments)
    return maker


def _find(name: str, packages: Sequence[str]) -> type[Simulator]:
    if name in SIMULATORS:
        return SIMULATORS[name]
    if ":" not in name:
        raise SimulationError(f"no simulator '{name}'; {nearest(name, SIMULATORS)}")
    try:
        return resolve(name, Simulator, packages)  # type: ignore[type-abstract]
    except SpecError as error:
        raise SimulationError(str(error)) from error
