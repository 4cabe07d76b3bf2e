"""Published layouts to ours, and back."""

from __future__ import annotations

__all__ = ["convert"]

from pathlib import Path

from ..errors import FormatError, nearest
from ..files import refuse_existing
from ..formats import FORMATS, iterate_events, read_header
from ..storage import Writer


def convert(source: Path, path: Path, to: str | None = None, overwrite: bool = False) -> int:
    """Writes the events of a file in another layout, part by part; returns how many there are.

    Args:
        source: A file of any known layout, which is recognised.
        path: The new file.
        to: Name of a published layout, or None for ours.
        overwrite: Whether a file already there is replaced.

    Raises:
        FileError: The source cannot be read, or the new file is there.
        FormatError: There is no such layout.
        DataError: The layout cannot hold the events.
    """
    if to is not None and to not in FORMATS:
        raise FormatError(f"unknown layout '{to}'; {nearest(to, FORMATS)}")
    refuse_existing(path, overwrite)
    header, parts = read_header(source), iterate_events(source)
    if to is not None:
        FORMATS[to].write_parts(path, parts, overwrite)
        return header.events
    with Writer(path, header.detector, header.provenance, overwrite) as writer:
        for part in parts:
            writer.append(part)
    return header.events
