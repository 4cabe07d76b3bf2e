"""The interface of a published file layout."""

from __future__ import annotations

__all__ = ["Format", "checked", "uniform"]

import abc
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..detector import Detector
from ..errors import DataError
from ..events import Events
from ..storage import Header


class Format(abc.ABC):
    """A published layout of files, read into events and written from them.

    Attributes:
        name: What the command line calls it.
        description: One line on what it is.
    """

    name: str
    description: str

    @abc.abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether a file has this layout; never raises for a file of another one."""

    @abc.abstractmethod
    def read_header(self, path: Path) -> Header:
        """Detector, number of events and provenance of a file.

        Raises:
            FileError: The file cannot be read.
            FormatError: A data set is missing or has the wrong shape.
        """

    @abc.abstractmethod
    def load(self, path: Path, index: slice = slice(None)) -> Events:
        """Events of a file as they are, whether or not they make sense.

        Raises:
            FileError: The file cannot be read.
            FormatError: A data set is missing or has the wrong shape.
        """

    def read(self, path: Path, index: slice = slice(None)) -> Events:
        """Reads events of a file, as `events[index]`.

        Raises:
            FileError: The file cannot be read.
            FormatError: A data set is missing or has the wrong shape.
            DataError: There are no events, or signals that are not finite or negative.
            ConditionError: A condition is outside the range of the layout's detector.
        """
        numbers = range(self.read_header(path).events)[index]
        return checked(self.load(path, index), Path(path), numbers)

    def write(self, path: Path, events: Events, overwrite: bool = False) -> None:
        """Writes a file, whole or not at all; errors as `write_parts`."""
        self.write_parts(path, [events], overwrite)

    @abc.abstractmethod
    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        """Writes events, part by part, to a file that appears whole or not at all.

        Raises:
            ExistsError: The file is there and `overwrite` is false.
            FileError: The disk is full or the folder cannot be written.
            DataError: There are no events, or the layout cannot hold them.
        """


def checked(events: Events, path: Path, numbers: range) -> Events:
    """The events, if they are what a file may hold.

    Args:
        events: What was read, or is to be written.
        path: The file, for messages.
        numbers: The numbers that the events have in it.

    Raises:
        DataError: There are no events, or signals that are not finite or negative.
        ConditionError: A condition is outside its range.
    """
    try:
        events.check(numbers)
        events.detector.check_conditions(events.conditions)
    except DataError as error:
        raise type(error)(f"{path}: {error}") from error
    return events


def uniform(path: Path, parts: Iterable[Events]) -> tuple[Detector, Iterator[Events]]:
    """The one detector of all parts, and the parts, each checked when its turn comes.

    Raises:
        DataError: There is no part; later, one of another detector or with senseless events.
    """
    remaining = iter(parts)
    first = next(remaining, None)
    if first is None:
        raise DataError(f"{path}: no events to write")

    def each() -> Iterator[Events]:
        count = 0
        for part in itertools.chain([first], remaining):
            if part.detector != first.detector:
                raise DataError(f"{path}: events of different detectors")
            yield checked(part, path, range(count, count + len(part)))
            count += len(part)

    return first.detector, each()
