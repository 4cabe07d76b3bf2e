"""What is to be simulated, as a job."""

from __future__ import annotations

__all__ = ["Simulation"]

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..settings import parse_setting
from .job import Job
from .makers import SimulatorMaker

# Shards of a job: enough for all cores and for little to be lost, each of so many events.
_SHARDS, _FEWEST, _MOST = 64, 16, 4096


class Simulation(NamedTuple):
    """What is to be simulated.

    Attributes:
        simulator: Name of a shipped simulator, or "module:Name" of a class.
        detector: Name of a shipped detector, or path of a file that describes one.
        events: How many.
        seed: Seed of conditions and events.
        ranges: By name of a condition (lowest, highest), in the detector's units.
        settings: Settings of the simulator, each as "KEY=VALUE".
        packages: Packages besides cloudburst whose simulators may be used.
        sparse: Whether the file leaves out empty cells.
    """

    simulator: str
    detector: str
    events: int
    seed: int = 0
    ranges: Mapping[str, tuple[float, float]] = {}
    settings: Sequence[str] = ()
    packages: Sequence[str] = ()
    sparse: bool = False

    def job(self) -> Job:
        """The job.

        Raises:
            SimulationError: There is no such simulator, or it cannot start.
            ConditionError: A condition is unknown or makes no sense.
        """
        settings = dict(parse_setting(text, "cut=0.7") for text in self.settings)
        arguments: dict[str, Any] = {"detector": self.detector, **settings}
        maker = SimulatorMaker(self.simulator, arguments, self.packages)
        size = min(max(-(-self.events // _SHARDS), _FEWEST), _MOST)
        return Job.of(maker, self.events, self.seed, size, self.ranges, self.sparse)
