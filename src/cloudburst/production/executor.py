"""Where work is done: what an engine asks of this machine or of a cluster."""

from __future__ import annotations

__all__ = [
    "Asked",
    "Bad",
    "Broken",
    "Crew",
    "Done",
    "Executor",
    "Outcome",
    "Progress",
    "Task",
    "outcome",
]

import abc
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeAlias

from .. import errors
from ..errors import CloudburstError
from .child import Setup
from .shards import Record


class Asked(Protocol):
    """A message to a worker."""

    @property
    def number(self) -> int:
        """What outcomes call it; not asked of two workers at once."""

    def message(self) -> dict[str, Any]:
        """The message, as plain data."""


class Task(NamedTuple):
    """Something to do about a shard.

    Attributes:
        number: The shard's number.
        known: What is known of one that is there and is to be checked; None if it is to be made.
    """

    number: int
    known: Record | None = None

    def message(self) -> dict[str, Any]:
        """The message to a worker."""
        if self.known is None:
            return {"make": self.number}
        return {"check": self.number, "known": self.known._asdict()}


class Progress(NamedTuple):
    """So much of a task is done, as events of a shard that are made."""

    number: int
    done: int


class Done(NamedTuple):
    """A task is done, as a shard that is made or found in order.

    Attributes:
        number: Its number.
        answer: What the worker says of it; plain data.
    """

    number: int
    answer: dict[str, Any]


class Bad(NamedTuple):
    """A shard that was there is not in order."""

    number: int
    reason: str


class Broken(NamedTuple):
    """A task broke off.

    Attributes:
        number: The shard's number.
        reason: Why.
        final: The error, if another try would end the same way.
    """

    number: int
    reason: str
    final: CloudburstError | None = None


Outcome: TypeAlias = Progress | Done | Bad | Broken


def outcome(number: int, answer: dict[str, Any]) -> Outcome:
    """What a worker's answer about a task means."""
    if "count" in answer:
        return Progress(number, answer["count"])
    if "done" in answer:
        return Done(number, answer["done"])
    if "bad" in answer:
        return Bad(number, answer["bad"])
    kind = getattr(errors, answer["kind"], None) if answer["kind"] else None
    if kind is errors.LostProcessError:
        return Broken(number, answer["error"])
    if isinstance(kind, type) and issubclass(kind, CloudburstError):
        return Broken(number, answer["error"], kind(answer["error"]))
    return Broken(number, answer["error"])


class Crew(abc.ABC):
    """Workers that are at hand."""

    @property
    @abc.abstractmethod
    def slots(self) -> int:
        """How many tasks they can have at once."""

    @abc.abstractmethod
    def submit(self, task: Asked) -> None:
        """Gives them a task."""

    @abc.abstractmethod
    def wait(self) -> list[Outcome]:
        """What became of tasks; waits until there is something, or for about a second.

        Raises:
            SimulationError: The crew is lost.
        """


class Executor(abc.ABC):
    """Finds workers."""

    @abc.abstractmethod
    def open(self, setup: Setup) -> AbstractContextManager[Crew]:
        """Workers for as long as the block lasts; none of them goes on after it.

        Raises:
            SimulationError: There are none to be had.
            MissingExtraError: It needs a package that an extra installs.
        """
