"""Files of any known layout."""

__all__ = ["FORMATS", "read_events", "recognise"]

from pathlib import Path
from typing import Any

from ..errors import FormatError
from ..events import Events
from ..hdf5 import open_hdf5
from ..storage import read, read_header
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


def read_events(path: Path, index: slice = slice(None)) -> tuple[Events, dict[str, Any]]:
    """Events and provenance of a file of any known layout; errors as `Format.read`."""
    layout = recognise(path)
    if layout is None:
        return read(path, index), read_header(path).provenance
    return layout.read(path, index), {"file": Path(path).name, "layout": layout.name}
