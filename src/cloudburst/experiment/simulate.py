"""The simulation journey: a simulator makes a file of events on all cores."""

from __future__ import annotations

__all__ = ["Simulation", "simulate"]

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .. import storage
from ..errors import CloudburstError, SimulationError
from ..production import Job, LocalExecutor, SimulatorMaker, merge, produce
from .environment import environment
from .runs import refuse_file
from .settings import parse_setting
from .telling import Told, silent

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
        """The job; errors as `simulate`."""
        settings = dict(parse_setting(text, "cut=0.7") for text in self.settings)
        arguments: dict[str, Any] = {"detector": self.detector, **settings}
        maker = SimulatorMaker(self.simulator, arguments, self.packages)
        size = min(max(-(-self.events // _SHARDS), _FEWEST), _MOST)
        return Job.of(maker, self.events, self.seed, size, self.ranges, self.sparse)


def simulate(
    simulation: Simulation,
    path: Path,
    workers: int | None = None,
    overwrite: bool = False,
    told: Told = silent,
    warn: Callable[[str], None] = lambda text: None,
) -> int:
    """Simulates events in worker processes and writes them to one file; returns how many.

    What is finished is kept beside the file, in a folder whose name ends in ".parts", until all
    is: a call that was interrupted goes on when it is made again.

    Args:
        simulation: What is to be simulated.
        path: The file of events; they depend on `simulation` alone.
        workers: Worker processes; one for each core if left out.
        overwrite: Whether a file already there is replaced.
        told: Hears how far it is.
        warn: Hears of workers that died and of damaged parts.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        ConditionError: A condition is unknown or makes no sense.
        SimulationError: There is no such simulator, it cannot start, or it broke off.
        FileError: The disk is full, or the folder cannot be written.
    """
    parts = path.with_name(path.name + ".parts")
    told("starting", 0, None)
    job = simulation.job()
    if not _left_over(path, parts, job):
        refuse_file(path, overwrite)
        try:
            manifest = produce(job, parts, LocalExecutor(workers), environment(), told, warn)
        except SimulationError as error:
            hint = f" or delete {parts}" if "holds another job" in str(error) else ""
            raise SimulationError(f"{error}{hint}") from error
        merge(manifest, path, told, overwrite)
    shutil.rmtree(parts)
    return job.events


def _left_over(path: Path, parts: Path, job: Job) -> bool:
    """Whether a call was stopped between writing its file and removing the parts."""
    if not (path.is_file() and parts.is_dir()):
        return False
    try:
        return storage.read_header(path).provenance.get("job") == job.digest()
    except CloudburstError:
        return False
