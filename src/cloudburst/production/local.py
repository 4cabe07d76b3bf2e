"""Worker processes on this machine."""

from __future__ import annotations

__all__ = ["LocalExecutor", "cores"]

import contextlib
import os
import selectors
from collections.abc import Iterator

from ..errors import SimulationError
from .child import Child, Setup
from .executor import Asked, Broken, Crew, Executor, Outcome, Progress, outcome


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        # only Linux tells
        return os.cpu_count() or 1


class LocalExecutor(Executor):
    """Worker processes on this machine, one for each core.

    Args:
        workers: How many; one for each core if left out.

    Raises:
        SimulationError: There would be none.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = cores() if workers is None else workers
        if self.workers < 1:
            raise SimulationError(f"needs at least one worker, got {self.workers}")

    @contextlib.contextmanager
    def open(self, setup: Setup) -> Iterator[Crew]:
        """Starts workers as tasks come, and ends them after the block."""
        crew = _LocalCrew(setup, self.workers)
        try:
            yield crew
        finally:
            crew.end()


class _LocalCrew(Crew):
    def __init__(self, setup: Setup, workers: int) -> None:
        self._setup = setup
        self._workers = workers
        self._idle: list[Child] = []
        self._busy: dict[Child, int] = {}
        self._selector = selectors.DefaultSelector()

    @property
    def slots(self) -> int:
        return self._workers

    def submit(self, task: Asked) -> None:
        child = self._idle.pop() if self._idle else Child(self._setup)
        self._busy[child] = task.number
        self._selector.register(child, selectors.EVENT_READ)
        child.send(task.message())

    def wait(self) -> list[Outcome]:
        ready = [key.fileobj for key, _ in self._selector.select(1.0)]
        return [o for child in ready if isinstance(child, Child) for o in self._hear(child)]

    def _hear(self, child: Child) -> list[Outcome]:
        number = self._busy[child]
        answers = child.receive()
        if answers is None:
            reason = child.last_words()
            self._release(child)
            child.end()
            return [Broken(number, reason)]
        outcomes = [outcome(number, answer) for answer in answers]
        if any(not isinstance(o, Progress) for o in outcomes):
            self._release(child)
            self._idle.append(child)
        return outcomes

    def _release(self, child: Child) -> None:
        self._selector.unregister(child)
        del self._busy[child]

    def end(self) -> None:
        """Ends all workers at once."""
        for child in (*self._idle, *self._busy):
            child.end()
        self._selector.close()
