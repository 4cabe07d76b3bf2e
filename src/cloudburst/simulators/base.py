"""What every simulator is: conditions in, events out, each event with random numbers of its own.

The random numbers of event i under seed s come from a counter-based generator (Philox; Salmon et
al., SC11, https://doi.org/10.1145/2063384.2063405) keyed by s and set to i, so an event is the
same whatever block, shard or worker makes it.
"""

from __future__ import annotations

__all__ = ["Simulator", "stream"]

import abc
import time
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..detector import Detector
from ..errors import DataError
from ..events import Events


def stream(seed: int, event: int, purpose: int = 0) -> np.random.Generator:
    """The random numbers of one event.

    Args:
        seed: Seed of the run, not negative.
        event: Number of the event within the run, not negative.
        purpose: Tells streams of one event apart that are used for different things.
    """
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, purpose, event, 0]))


class Simulator(abc.ABC):
    """Makes the response of a detector from first principles or from a parametrisation.

    The first argument of a constructor is `detector`: the name of a shipped one, the path of a
    file that describes one, or the plain data that `arguments` gives; settings follow by name,
    each with a default and each plain data.

    Attributes:
        name: What it is called, as "gflash".
        block: Events made at once; no result depends on it.
    """

    name: ClassVar[str]
    block: ClassVar[int] = 64

    @property
    @abc.abstractmethod
    def detector(self) -> Detector:
        """What is simulated."""

    @abc.abstractmethod
    def respond(
        self, conditions: NDArray[np.float64], streams: Sequence[np.random.Generator]
    ) -> dict[str, NDArray[np.float32]]:
        """The response at conditions that were checked.

        Args:
            conditions: Conditions, in the detector's units, with shape (n, C).
            streams: For each event its random numbers; event i may use `streams[i]` only.

        Returns:
            For each readout its signals, in its unit, with shape (n, *readout.shape).
        """

    @abc.abstractmethod
    def describe(self) -> dict[str, Any]:
        """What a file says of its origin: `simulator`, versions and settings, as plain data."""

    @abc.abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Plain data from which another process builds the same one, by `cls(**arguments)`."""

    def processor_time(self) -> float:
        """Processor time in seconds that this process and those of the simulator have used."""
        return time.process_time()

    def check(self, conditions: ArrayLike) -> NDArray[np.float32]:
        """Conditions as an array (n, C), if they make sense.

        Simulators that cannot do all that their detector allows refuse the rest here.

        Raises:
            ShapeError: The array is not (n, C).
            ConditionError: A value is not finite or out of range; says the allowed range.
        """
        return self.detector.check_conditions(conditions)

    def __call__(self, conditions: ArrayLike, seed: int = 0, first: int = 0) -> Events:
        """Events for physical conditions.

        Event i of seed s is the same, to the last bit on one machine, in however many calls the
        events are made.

        Args:
            conditions: Conditions, in the detector's units, with shape (n, C).
            seed: Seed of the run.
            first: Number of the first event within the run.

        Raises:
            ShapeError: The conditions are not (n, C).
            ConditionError: A condition is not finite or out of range.
            DataError: There are no conditions, or a signal is not finite or is negative.
            SimulationError: The simulator cannot start, or broke off.
        """
        checked = self.check(conditions)
        if not len(checked):
            raise DataError(f"no conditions to simulate '{self.detector.name}' at")
        return Events.concatenate(
            [
                self._events(checked[start : start + self.block], seed, first + start)
                for start in range(0, len(checked), self.block)
            ]
        )

    def _events(self, conditions: NDArray[np.float32], seed: int, first: int) -> Events:
        streams = [stream(seed, first + i) for i in range(len(conditions))]
        readouts = self.respond(conditions.astype(np.float64), streams)
        return Events(self.detector, conditions, readouts).check(
            range(first, first + len(conditions))
        )
