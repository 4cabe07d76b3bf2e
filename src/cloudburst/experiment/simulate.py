"""The simulation journey: a simulator makes a file of events on all cores."""

from __future__ import annotations

__all__ = ["simulate"]

import shutil
from collections.abc import Callable
from pathlib import Path

from .. import storage
from ..errors import CloudburstError, SimulationError
from ..production import Job, LocalExecutor, Simulation, merge, produce
from .environment import environment
from .runs import refuse_file
from .telling import Told, silent


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
