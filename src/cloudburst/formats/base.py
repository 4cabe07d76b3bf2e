"""The interface of a published file layout."""

from __future__ import annotations

__all__ = ["Format"]

import abc
from pathlib import Path

from ..events import Events


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
    def read(self, path: Path, index: slice = slice(None)) -> Events:
        """Reads a file.

        Raises:
            FileError: The file cannot be read.
            FormatError: A data set is missing or has the wrong shape.
            DataError: There are no events, or signals that are not finite or negative.
        """

    @abc.abstractmethod
    def write(self, path: Path, events: Events, overwrite: bool = False) -> None:
        """Writes a file, whole or not at all; raises DataError if the layout cannot hold it."""
