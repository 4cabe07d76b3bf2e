"""The production journeys: a surrogate makes many events in shards; one file of them; checks."""

from __future__ import annotations

__all__ = ["Production", "merge_journey", "produce_journey", "verify_journey"]

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .. import zoo
from ..errors import FileError
from ..production import Job, LocalExecutor, Manifest, merge, produce, verify
from ..production.cluster import DaskExecutor
from ..production.surrogates import SurrogateMaker
from .environment import environment
from .runs import is_run, refuse_file
from .telling import Told, silent

# Shards of a job: some for every worker, whole chunks of a file, and none too large to make anew.
_SHARDS, _CHUNK, _MOST = 64, 1024, 2**20


class Production(NamedTuple):
    """What is to be produced.

    Attributes:
        surrogate: Folder of a run or surrogate, which all workers must see, or "zoo:NAME".
        events: How many.
        seed: Seed of conditions and noise.
        ranges: By name of a condition (lowest, highest), in the detector's units.
        shard_events: Events in a shard; chosen by their number if left out.
        engine: Name of the engine that makes them, or "auto" for the fastest here.
        batch: Events made at once; no event depends on it.
        packages: Packages besides cloudburst whose classes the surrogate may use.
        sparse: Whether files leave out empty cells.
    """

    surrogate: Path
    events: int
    seed: int = 0
    ranges: Mapping[str, tuple[float, float]] = {}
    shard_events: int | None = None
    engine: str = "eager"
    batch: int = 1024
    packages: Sequence[str] = ()
    sparse: bool = False

    def job(self) -> Job:
        """The job; errors as `produce_journey`."""
        folder = zoo.locate(self.surrogate)
        if is_run(folder) and not (folder / "surrogate").is_dir():
            raise FileError(f"{folder}: an unfinished run; go on with train --resume")
        maker = SurrogateMaker(str(folder), self.engine, self.batch, self.packages)
        size = self.shard_events
        if size is None:
            chunks = -(-self.events // (_SHARDS * _CHUNK))
            size = min(chunks * _CHUNK, _MOST)
        return Job.of(maker, self.events, self.seed, size, self.ranges, self.sparse)


def produce_journey(
    production: Production,
    folder: Path,
    workers: int | None = None,
    cluster: str | None = None,
    check: bool = True,
    told: Told = silent,
    warn: Callable[[str], None] = lambda text: None,
) -> Manifest:
    """Makes what is not yet made of a production; returns the manifest of all of it.

    Args:
        production: What is to be produced.
        folder: Where the shards are put, which all workers must see.
        workers: Worker processes of this machine; one for each core if left out.
        cluster: "local", address of a scheduler or TOML file of a Dask cluster; plain worker
            processes if left out.
        check: Whether the checksums of finished shards are verified before going on.
        told: Hears how far it is.
        warn: Hears of workers that died and of damaged shards.

    Raises:
        SimulationError: The folder holds another job, a shard failed over and over, or all
            workers are lost; what is finished is kept.
        ConditionError: A condition is unknown or outside the trained range.
        ExistsError: The folder holds something else.
        FileError: The surrogate cannot be read, or the disk is full.
        MissingExtraError: A cluster is asked for, and Dask is not installed.
    """
    told("loading", 0, None)
    executor = LocalExecutor(workers) if cluster is None else DaskExecutor(cluster, workers)
    job = production.job()
    return produce(job, folder, executor, environment(), told, warn, check)


def merge_journey(folder: Path, path: Path, overwrite: bool = False, told: Told = silent) -> int:
    """Writes the events of a finished production to one file; returns how many.

    Raises:
        SimulationError: Shards are missing.
        ExistsError: The file is there and `overwrite` is false.
        FileError: A shard is damaged, or the file cannot be written.
    """
    refuse_file(path, overwrite)
    return merge(Manifest.load(folder), path, told, overwrite)


def verify_journey(folder: Path, told: Told = silent) -> tuple[Manifest, list[str]]:
    """The manifest of a production, and a line for each shard that is not in order.

    Raises:
        FileError: There is no manifest, or it cannot be read.
    """
    return verify(folder, told)
