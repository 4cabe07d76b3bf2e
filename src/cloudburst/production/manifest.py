"""What is finished of a job: the file `manifest.json` in its folder.

```
{"layout": "cloudburst-production", "version": 1,
 "job": {...}, "environment": {...},
 "shards": [{"number": 0, "events": ..., "bytes": ..., "sha256": ..., "cpu_seconds": ...}, ...]}
```

It is written anew every few seconds; a shard that was finished after that is found by its name,
checked and added, so that nothing is made twice.
"""

from __future__ import annotations

__all__ = ["Manifest", "folder_lock"]

import contextlib
import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import CloudburstError, ExistsError, FileError, FormatError, SimulationError
from ..files import write_text
from .job import Job
from .shards import Record

_LAYOUT, _VERSION = "cloudburst-production", 1
_NAME = "manifest.json"
# Seconds from one writing to the next, and the share of the time that writing may take.
_EVERY, _SHARE = 2.0, 0.02


class Manifest:
    """What is finished of a job.

    Args:
        folder: The folder of its shards.
        job: The job.
        environment: Versions and machine that began it; plain data.
        records: What is finished, by number of the shard.

    Attributes:
        records: What is finished, by number of the shard.
    """

    def __init__(
        self, folder: Path, job: Job, environment: dict[str, Any], records: dict[int, Record]
    ) -> None:
        self.folder = folder
        self.job = job
        self.environment = environment
        self.records = records
        self._next = 0.0

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """The manifest of a folder.

        Raises:
            FileError: There is none, or it cannot be read.
            FormatError: It is damaged or of another version.
        """
        path = folder / _NAME
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            layout, version = data["layout"], data["version"]
        except FileNotFoundError as error:
            raise FileError(f"{folder}: holds no production (there is no {_NAME})") from error
        except OSError as error:
            raise FileError(f"{path}: cannot be read ({error.strerror})") from error
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path}: not the manifest of a production ({error})") from error
        if (layout, version) != (_LAYOUT, _VERSION):
            raise FormatError(
                f"{path}: {layout} version {version}, this program reads {_LAYOUT} {_VERSION}"
            )
        try:
            records = {r["number"]: Record(**r) for r in data["shards"]}
            return cls(folder, Job.from_dict(data["job"]), data["environment"], records)
        except (CloudburstError, KeyError, TypeError) as error:
            raise FormatError(f"{path}: damaged ({error})") from error

    @classmethod
    def begin(cls, folder: Path, job: Job, environment: dict[str, Any]) -> Manifest:
        """The manifest of a folder for a job, which is made if there is none.

        Raises:
            SimulationError: The folder holds another job; says what differs.
            ExistsError: The folder holds something else.
            FileError: It cannot be read or written.
        """
        if (folder / _NAME).is_file():
            found = cls.load(folder)
            differences = found.job.differences(job)
            if differences:
                raise SimulationError(
                    f"{folder} holds another job ({'; '.join(differences[:4])}); "
                    "choose another folder"
                )
            return found
        if any(not path.name.startswith(".") for path in folder.iterdir()):
            raise ExistsError(f"{folder} is not empty and holds no production; choose another")
        manifest = cls(folder, job, environment, {})
        manifest.save()
        return manifest

    @property
    def events(self) -> int:
        """How many events are finished."""
        return sum(record.events for record in self.records.values())

    @property
    def missing(self) -> list[int]:
        """The numbers of the shards that are not finished."""
        return [number for number in range(self.job.shards) if number not in self.records]

    @property
    def cpu_ms_per_event(self) -> float | None:
        """Milliseconds of processor time that an event took, if that is known."""
        timed = [(r.cpu_seconds, r.events) for r in self.records.values() if r.cpu_seconds]
        events = sum(n for _, n in timed)
        return 1e3 * sum(seconds for seconds, _ in timed) / events if events else None

    def add(self, record: Record) -> None:
        """Adds a finished shard, and saves now and then."""
        self.records[record.number] = record
        if time.monotonic() >= self._next:
            self.save()

    def drop(self, number: int) -> None:
        """Forgets a shard that is not in order, and removes its file."""
        del self.records[number]
        (self.folder / self.job.shard(number).name).unlink(missing_ok=True)

    def save(self) -> None:
        """Writes the file, whole or not at all; raises FileError if it cannot be written."""
        start = time.monotonic()
        head = {
            "layout": _LAYOUT,
            "version": _VERSION,
            "job": self.job.identity(),
            "environment": self.environment,
        }
        shards = [json.dumps(self.records[n]._asdict()) for n in sorted(self.records)]
        text = json.dumps(head)[:-1] + ',\n"shards": [\n' + ",\n".join(shards) + "\n]}\n"
        write_text(self.folder / _NAME, text, overwrite=True)
        now = time.monotonic()
        self._next = now + max(_EVERY, (now - start) / _SHARE)


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keeps a folder, which is made if there is none, to one program at a time.

    Raises:
        SimulationError: Another program has it.
        FileError: The folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a")
    except OSError as error:
        raise FileError(f"{folder}: cannot be written ({error.strerror})") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SimulationError(f"{folder}: another program is at work there") from error
        yield
