"""The program of a worker process that makes shards; how it talks, `serving` says.

The first message says job and folder, each other one names a shard:

```
{"job": {...}, "folder": "..."}
{"make": 5}                          -> {"done": {...}}
{"check": 5, "known": {...}}         -> {"done": {...}} or {"bad": "..."}
```
"""

from __future__ import annotations

__all__ = ["main"]

import time
from pathlib import Path
from typing import Any

from ..errors import CloudburstError
from ..simulators.conditions import draw
from .job import Job
from .makers import Maker, build_maker
from .serving import Teller, serve
from .shards import Record, check_shard, make_shard

# Seconds between two messages of how far it is.
_EVERY = 0.2


class _Work:
    """One job's part of one process.

    Args:
        first: The first message.
        told: Hears how many events of a shard are made.
    """

    def __init__(self, first: dict[str, Any], told: Teller) -> None:
        self._told = told
        self._job = Job.from_dict(first["job"])
        self._folder = Path(first["folder"])
        self._maker: Maker | None = None
        self._next = 0.0

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        """Does what a message asks."""
        return self._make(message) if "make" in message else self._check(message)

    def _make(self, message: dict[str, Any]) -> dict[str, Any]:
        number = message["make"]

        def maker() -> Maker:
            # some take long to start
            if self._maker is None:
                self._maker = build_maker(self._job.maker, self._job.means)
                self._warm_up(self._maker, self._job.shard(number).first)
            return self._maker

        return {"done": make_shard(self._job, maker, number, self._folder, self._heard)._asdict()}

    def _warm_up(self, maker: Maker, first: int) -> None:
        """Makes one event for nothing, lest what is done once be counted as an event's time."""
        conditions = draw(maker.detector, self._job.seed, first, 1, self._job.ranges)
        for _ in maker.make(conditions, self._job.seed, first):
            pass

    def _check(self, message: dict[str, Any]) -> dict[str, Any]:
        known = Record(**message["known"])
        try:
            check_shard(self._job, known, self._folder)
        except (CloudburstError, OSError) as error:
            return {"bad": str(error)}
        return {"done": known._asdict()}

    def _heard(self, events: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._told(events)
            self._next = now + _EVERY


def main() -> None:
    """Works until standard input ends."""
    serve(_Work)


if __name__ == "__main__":
    main()
