"""The program of a worker process: `python -m cloudburst.production.worker LIFELINE`.

It reads messages from standard input, one JSON object a line, and answers on what was its
standard output; all that simulators print goes to standard error. The first message says job
and folder, each other one names a shard:

```
{"job": {...}, "folder": "...", "threads": 1}
{"make": 5}                          -> {"events": 64}, {"events": 128}, ..., {"done": {...}}
{"check": 5, "known": {...}}         -> {"done": {...}} or {"bad": "..."}
                                     or {"error": "...", "kind": "FileError"}
```

LIFELINE is the reading end of a pipe that nobody writes to. When its other end goes, the system
ends this process, whatever native code it is in.
"""

from __future__ import annotations

__all__ = ["main"]

import fcntl
import json
import os
import select
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from ..errors import CloudburstError
from ..simulators.conditions import draw
from .job import Job
from .makers import Maker, build_maker
from .shards import Record, check_shard, make_shard

# Seconds between two messages of how far it is.
_EVERY = 0.2


class _Work:
    """One job's part of one process.

    Args:
        told: Takes messages.
        setup: The first message.
    """

    def __init__(self, told: Callable[[dict[str, Any]], None], setup: dict[str, Any]) -> None:
        self._told = told
        self._job = Job.from_dict(setup["job"])
        self._folder = Path(setup["folder"])
        self._maker: Maker | None = None
        self._next = 0.0

    def do(self, message: dict[str, Any]) -> None:
        """Does what a message asks, and answers."""
        try:
            self._told(self._make(message) if "make" in message else self._check(message))
        except CloudburstError as error:
            self._told({"error": str(error), "kind": type(error).__name__})
        except Exception as error:
            # a machine may be better off another time, a mistake is not
            kind = "" if isinstance(error, OSError | MemoryError) else "SimulationError"
            self._told({"error": _explain(error), "kind": kind})

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
            self._told({"events": events})
            self._next = now + _EVERY


def _explain(error: Exception) -> str:
    """What is wrong, and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({frame.filename}, line {frame.lineno})"


def main() -> None:
    """Works until standard input ends."""
    _die_with(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # native code writes to where standard output was
    os.dup2(2, 1)
    work: _Work | None = None
    for line in sys.stdin:
        message = json.loads(line)
        if work is None:
            work = _Work(lambda told: _answer(answers, told), message)
        else:
            work.do(message)


def _answer(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _die_with(lifeline: int) -> None:
    """Has the system end this process by SIGIO when the other end of a pipe goes."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit(1)


if __name__ == "__main__":
    main()
