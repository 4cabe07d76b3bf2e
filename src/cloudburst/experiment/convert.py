"""Published layouts to ours, and back."""

from __future__ import annotations

__all__ = ["convert"]

from collections.abc import Iterator
from pathlib import Path

from ..errors import FormatError, nearest
from ..events import Events
from ..formats import FORMATS, iterate_events, read_header
from ..storage import Writer
from .runs import refuse_file
from .telling import Told, silent


def convert(
    source: Path,
    path: Path,
    to: str | None = None,
    overwrite: bool = False,
    told: Told = silent,
) -> int:
    """Writes the events of a file in another layout, part by part; returns how many there are.

    Args:
        source: A file of any known layout, which is recognised.
        path: The new file.
        to: Name of a published layout, or None for ours.
        overwrite: Whether a file already there is replaced.
        told: Hears how far it is.

    Raises:
        FileError: The source cannot be read, or the new file is there.
        FormatError: There is no such layout.
        DataError: The layout cannot hold the events.
    """
    if to is not None and to not in FORMATS:
        raise FormatError(f"unknown layout '{to}'; {nearest(to, FORMATS)}")
    refuse_file(path, overwrite)
    header = read_header(source)
    parts = _counted(source, header.events, told)
    if to is not None:
        FORMATS[to].write_parts(path, parts, overwrite)
        return header.events
    with Writer(path, header.detector, header.provenance, overwrite) as writer:
        for part in parts:
            writer.append(part)
    return header.events


def _counted(source: Path, total: int, told: Told) -> Iterator[Events]:
    done = 0
    for part in iterate_events(source):
        yield part
        done += len(part)
        told("converting", done, total)
