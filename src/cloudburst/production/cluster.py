"""Workers of a Dask cluster: on this machine, of a batch system, or of a running scheduler.

A TOML file describes workers that a batch system starts, by dask-jobqueue
(https://jobqueue.dask.org):

```toml
system = "slurm"        # or "htcondor", "lsf", "moab", "oar", "pbs", "sge"
jobs = 20               # batch jobs that are asked for

[options]               # arguments of the cluster's class
cores = 16
processes = 16
memory = "32GB"
walltime = "08:00:00"
queue = "standard"
```
"""

from __future__ import annotations

__all__ = ["DaskExecutor"]

import contextlib
import logging
import queue
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import FileError, FormatError, SimulationError, nearest
from ..extras import require
from .child import Setup
from .executor import Asked, Broken, Crew, Executor, Outcome, outcome
from .hosted import end_children, work
from .local import cores

_SYSTEMS = {
    "htcondor": "HTCondorCluster",
    "lsf": "LSFCluster",
    "moab": "MoabCluster",
    "oar": "OARCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "slurm": "SLURMCluster",
}
# Seconds for which the number of workers is believed, and that a scheduler may take to answer.
_BELIEVED, _ANSWER = 5.0, 10.0


class DaskExecutor(Executor):
    """Workers of a Dask cluster.

    Args:
        cluster: "local" for one of this machine, the address of a scheduler as
            "tcp://host:8786", or the path of a TOML file that describes a batch system.
        workers: Workers of a local one; one for each core if left out.

    Raises:
        MissingExtraError: Dask is not installed.
        FileError: The TOML file cannot be read, or describes no batch system.
    """

    def __init__(self, cluster: str, workers: int | None = None) -> None:
        self._distributed = require("distributed", "cluster")
        self._cluster = cluster
        self._workers = workers or cores()
        self._batch = _read(Path(cluster)) if cluster.endswith(".toml") else None

    @contextlib.contextmanager
    def open(self, setup: Setup) -> Iterator[Crew]:
        """Starts or finds the cluster, and leaves it as it was after the block."""
        with contextlib.ExitStack() as stack:
            try:
                client = self._connect(stack)
            except (OSError, TimeoutError, RuntimeError, ValueError, TypeError) as error:
                raise SimulationError(
                    f"no workers by --cluster {self._cluster}: {error}"
                ) from error
            crew = _DaskCrew(client, setup)
            try:
                yield crew
            finally:
                crew.end()

    def _connect(self, stack: contextlib.ExitStack) -> Any:
        if self._batch is not None:
            cluster = stack.enter_context(_batch_cluster(self._batch))
        elif self._cluster == "local":
            cluster = stack.enter_context(
                self._distributed.LocalCluster(
                    n_workers=self._workers,
                    threads_per_worker=1,
                    memory_limit=0,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            )
        else:
            cluster = self._cluster
        client = self._distributed.Client(cluster, timeout=_ANSWER, set_as_default=False)
        return stack.enter_context(client)


class _DaskCrew(Crew):
    def __init__(self, client: Any, setup: Setup) -> None:
        self._client = client
        self._setup = setup._asdict()
        self._futures: dict[Any, int] = {}
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._count, self._until = 1, 0.0
        self._lost = False

    @property
    def slots(self) -> int:
        # a second one waits at each worker while the first is made
        if time.monotonic() > self._until:
            self._count = max(1, sum(self._client.nthreads().values()))
            self._until = time.monotonic() + _BELIEVED
        return 2 * self._count

    def submit(self, task: Asked) -> None:
        future = self._client.submit(work, self._setup, task.message(), pure=False)
        self._futures[future] = task.number
        future.add_done_callback(self._ended.put)

    def wait(self) -> list[Outcome]:
        try:
            future = self._ended.get(timeout=1.0)
        except queue.Empty:
            return []
        return [self._outcome(future, self._futures.pop(future))]

    def _outcome(self, future: Any, number: int) -> Outcome:
        if future.status == "error":
            return Broken(number, " ".join(str(future.exception()).split()))
        try:
            if future.status != "finished":
                raise OSError(f"a task was {future.status}")
            answer = future.result()
        except (OSError, TimeoutError) as error:
            self._lost = True
            raise SimulationError(
                f"lost the scheduler ({error}); finished shards are kept, run the same command "
                "again to go on"
            ) from error
        return outcome(number, answer)

    def end(self) -> None:
        """Drops what is not done, and ends the processes within the Dask workers."""
        if self._lost:
            return
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._futures), asynchronous=False)
            self._client.run(end_children, on_error="ignore")


def _read(path: Path) -> dict[str, Any]:
    """The description of a batch system."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: not a TOML file: {error}") from error
    keys = {"system", "jobs", "options"}
    for key in data.keys() - keys:
        raise FormatError(f"{path}: unknown key '{key}'; {nearest(key, keys)}")
    if data.get("system") not in _SYSTEMS:
        raise FormatError(f"{path}: system must be one of {', '.join(_SYSTEMS)}")
    if not (isinstance(data.get("jobs"), int) and data["jobs"] > 0):
        raise FormatError(f"{path}: jobs must say how many batch jobs to ask for")
    return data


def _batch_cluster(data: Mapping[str, Any]) -> Any:
    jobqueue = require("dask_jobqueue", "cluster")
    cluster = getattr(jobqueue, _SYSTEMS[data["system"]])(**data.get("options", {}))
    cluster.scale(jobs=data["jobs"])
    return cluster
