"""Files of any known layout."""

__all__ = ["FORMATS", "iterate_events", "read_events", "read_header", "recognise"]

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import storage
from ..errors import FormatError
from ..events import Events
from ..hdf5 import open_hdf5
from ..storage import Header
from .base import Format
from .calogan import CaloGANFormat

FORMATS: dict[str, Format] = {f.name: f for f in (CaloGANFormat(),)}


def recognise(path: Path) -> Format | None:
    """The published layout of a file, or None for our own.

    Raises:
        FileError: The file cannot be read.
        FormatError: Its layout is none of the known ones.
    """
    with open_hdf5(path) as file:
        ours, found = "layout" in file.attrs, sorted(file)
    if ours:
        return None
    for layout in FORMATS.values():
        if layout.recognises(path):
            return layout
    raise FormatError(
        f"{path}: unknown layout with {', '.join(found) or 'no data sets'}; "
        f"known are cloudburst's own and {', '.join(FORMATS)}"
    )


def read_header(path: Path) -> Header:
    """Detector, number of events and provenance of a file of any known layout.

    Raises:
        FileError: The file cannot be read.
        FormatError: Its layout is none of the known ones.
    """
    layout = recognise(path)
    return storage.read_header(path) if layout is None else layout.read_header(path)


def read_events(path: Path, index: slice = slice(None)) -> tuple[Events, dict[str, Any]]:
    """Events and provenance of a file of any known layout; errors as `Format.read`."""
    layout = recognise(path)
    read = storage.read if layout is None else layout.read
    return read(path, index), read_header(path).provenance


def iterate_events(path: Path, batch: int = 4096) -> Iterator[Events]:
    """Events of a file of any known layout, in batches, for files larger than memory."""
    layout = recognise(path)
    if layout is None:
        yield from storage.iterate(path, batch)
        return
    for start in range(0, max(1, layout.read_header(path).events), batch):
        yield layout.read(path, slice(start, start + batch))
