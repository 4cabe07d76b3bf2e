"""The interface of a published file layout."""

from __future__ import annotations

__all__ = ["Format"]

import abc
from collections.abc import Iterable
from pathlib import Path

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
    def read(self, path: Path, index: slice = slice(None)) -> Events:
        """Reads events of a file, as `events[index]`.

        Raises:
            FileError: The file cannot be read.
            FormatError: A data set is missing or has the wrong shape.
            DataError: There are no events, or signals that are not finite or negative.
            ConditionError: A condition is outside the range of the layout's detector.
        """

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
