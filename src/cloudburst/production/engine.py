"""The engine: a job, a folder and workers make shards and a manifest.

A shard is a file of its own that appears whole or not at all, and its bytes follow from the job
alone. So whatever is killed, a worker, the engine or the machine, nothing that is finished is
lost or made again, and the same call goes on.
"""

from __future__ import annotations

__all__ = ["Heard", "produce"]

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from ..errors import FileError, SimulationError
from .child import Setup
from .executor import Bad, Broken, Crew, Done, Executor, Outcome, Progress, Task
from .job import Job
from .manifest import Manifest, folder_lock
from .shards import Record

# How often a shard is tried before the job is given up.
_TRIES = 5


class Heard(Protocol):
    """Hears how far it is."""

    def __call__(self, stage: str, done: int, total: int | None, note: str = "") -> None:
        """`done` of `total` events of a stage are done."""


def produce(
    job: Job,
    folder: Path,
    executor: Executor,
    environment: dict[str, Any],
    told: Heard,
    warn: Callable[[str], None],
    check: bool = True,
) -> Manifest:
    """Makes what is not yet made of a job; returns the manifest of all of it.

    Args:
        job: What to make.
        folder: Where shards and manifest are put; all workers must see it.
        executor: Where to find workers.
        environment: Versions and machine, for the manifest; plain data.
        told: Hears how far it is.
        warn: Hears of workers that died and of damaged shards.
        check: Whether the checksums of finished shards are verified before going on.

    Raises:
        SimulationError: The folder holds another job, a shard failed over and over, or all
            workers are lost; what is finished is kept.
        ExistsError: The folder holds something else.
        FileError: The disk is full, or the folder cannot be written.
    """
    with folder_lock(folder):
        manifest = Manifest.begin(folder, job, environment)
        _tidy(folder)
        run = _Run(manifest, told, warn)
        tasks = run.checks() if check else []
        if not tasks and not manifest.missing:
            return manifest
        try:
            with executor.open(_setup(job, folder)) as crew:
                run.drive(crew, tasks, "checking")
                run.drive(crew, [Task(number) for number in manifest.missing], "producing")
        finally:
            _tidy(folder)
            # a full disk takes no manifest; shards are found without it
            with contextlib.suppress(FileError):
                manifest.save()
    return manifest


def _setup(job: Job, folder: Path) -> Setup:
    """What a worker process is and has to know."""
    first = {"job": job.to_dict(), "folder": str(folder.absolute())}
    return Setup("cloudburst.production.worker", first)


class _Run:
    """One call of the engine."""

    def __init__(self, manifest: Manifest, told: Heard, warn: Callable[[str], None]) -> None:
        self.manifest = manifest
        self._told = told
        self._warn = warn
        self._partial: dict[int, int] = {}
        self._failures: Counter[int] = Counter()
        self._again: list[Task] = []

    def checks(self) -> list[Task]:
        """Of each finished shard, whether it still is what it was."""
        return [Task(number, record) for number, record in self.manifest.records.items()]

    def drive(self, crew: Crew, tasks: list[Task], stage: str) -> None:
        """Has a crew do tasks, some of them more than once."""
        if not tasks:
            return
        waiting, running = deque(tasks), 0
        total = sum(self.manifest.job.shard(task.number).events for task in tasks)
        done = self.manifest.events if stage == "producing" else 0
        progress = _Rate(stage, done, total + done, self._told)
        while waiting or running:
            while waiting and running < crew.slots:
                crew.submit(waiting.popleft())
                running += 1
            for each in crew.wait():
                if not isinstance(each, Progress):
                    running -= 1
                progress.done += self._take(each)
                progress.tell(sum(self._partial.values()))
            waiting.extend(self._again)
            self._again.clear()

    def _take(self, each: Outcome) -> int:
        """Takes note of an outcome; returns how many events are over and done with."""
        match each:
            case Progress(number, count):
                self._partial[number] = count
                return 0
            case Done(number, answer):
                self._partial.pop(number, None)
                self.manifest.add(Record(**answer))
            case Bad(number, reason):
                self._warn(f"{reason}; is made again")
                self.manifest.drop(number)
            case Broken():
                self._partial.pop(each.number, None)
                self._fail(each)
                return 0
        return self.manifest.job.shard(each.number).events

    def _fail(self, broken: Broken) -> None:
        """Has a broken task done again, if it may be.

        Raises:
            CloudburstError: The worker's, which would come again.
            SimulationError: It broke off too often.
        """
        if broken.final is not None:
            text = f"{broken.final}; finished shards are kept, run the same command again to go on"
            raise type(broken.final)(text)
        self._failures[broken.number] += 1
        count = self._failures[broken.number]
        name = self.manifest.job.shard(broken.number).name
        if count >= _TRIES:
            raise SimulationError(
                f"{name} failed {count} times, the last time {broken.reason}; finished shards are "
                "kept, run the same command again to go on"
            )
        self._warn(f"{name}, try {count} of {_TRIES}: {broken.reason}; is made again")
        self._again.append(Task(broken.number))


class _Rate:
    """Tells how far a stage is, and how fast."""

    def __init__(self, stage: str, done: int, total: int, told: Heard) -> None:
        self.done = done
        self._stage, self._total, self._told = stage, total, told
        self._begun, self._start = done, time.monotonic()
        told(stage, done, total)

    def tell(self, partial: int) -> None:
        """Tells it, with events of unfinished shards."""
        done = min(self.done + partial, self._total)
        rate = max(done - self._begun, 0) / max(time.monotonic() - self._start, 1e-3)
        self._told(self._stage, done, self._total, f"{rate:,.{0 if rate >= 10 else 1}f} events/s")


def _tidy(folder: Path) -> None:
    """Removes what killed processes left half-written."""
    for pattern in (".shard-*", ".manifest.json.*"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
