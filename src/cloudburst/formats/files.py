"""Files of any known layout."""

from __future__ import annotations

__all__ = ["FORMATS", "iterate_events", "load_events", "read_events", "read_header", "recognise"]

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import storage
from ..errors import FormatError
from ..events import Events
from ..hdf5 import open_hdf5
from ..storage import Header
from .base import Format, checked
from .calochallenge import CaloChallengeFormat
from .calogan import CaloGANFormat
from .columns import LHCB_ECAL_COLUMNS, MPD_TPC_COLUMNS
from .lhcb_npz import LHCbNpzFormat
from .mpd_digits import MPD_DIGITS, MPD_DIGITS_TABLE
from .root import ROOT_FORMATS

_ALL: tuple[Format, ...] = (
    CaloGANFormat(),
    CaloChallengeFormat(),
    LHCB_ECAL_COLUMNS,
    MPD_TPC_COLUMNS,
    LHCbNpzFormat(),
    MPD_DIGITS,
    MPD_DIGITS_TABLE,
    *ROOT_FORMATS,
)
FORMATS: dict[str, Format] = {layout.name: layout for layout in _ALL}

_BATCH, _BATCH_BYTES = 4096, 2**26


def recognise(path: Path) -> Format | None:
    """The published layout of a file, or None for our own.

    Raises:
        FileError: The file cannot be read.
        FormatError: Its layout is none of the known ones.
    """
    for layout in FORMATS.values():
        if layout.recognises(path):
            return layout
    with open_hdf5(path) as file:
        ours, found = "layout" in file.attrs, sorted(file)
    if ours:
        return None
    raise FormatError(
        f"{path}: unknown layout with {', '.join(found) or 'no data sets'}; "
        f"known are cloudburst's own and {', '.join(FORMATS)}"
    )


def read_header(path: Path, layout: Format | None = None) -> Header:
    """Detector, number of events and provenance of a file of any known layout.

    Args:
        path: The file.
        layout: Its layout; recognised if left out.

    Raises:
        FileError: The file cannot be read.
        FormatError: Its layout is none of the known ones.
    """
    layout = layout or recognise(path)
    return storage.read_header(path) if layout is None else layout.read_header(path)


def read_events(
    path: Path, index: slice = slice(None), layout: Format | None = None
) -> tuple[Events, dict[str, Any]]:
    """Events and provenance of a file of any known layout; errors as `Format.read`."""
    layout = layout or recognise(path)
    read = storage.read if layout is None else layout.read
    return read(path, index), read_header(path, layout).provenance


def load_events(path: Path, index: slice = slice(None), layout: Format | None = None) -> Events:
    """Events of a file as they are, whether or not they make sense; errors as `Format.load`."""
    layout = layout or recognise(path)
    return (storage.load if layout is None else layout.load)(path, index)


def iterate_events(
    path: Path, batch: int | None = None, layout: Format | None = None
) -> Iterator[Events]:
    """Events of a file of any known layout, in batches, for files larger than memory.

    Args:
        path: The file.
        batch: Events in a batch; as many as take some 64 MB, if left out.
        layout: Its layout; recognised if left out.
    """
    layout = layout or recognise(path)
    header = read_header(path, layout)
    if batch is None:
        row_bytes = 4 * (header.detector.cells + len(header.detector.conditions))
        batch = max(1, min(_BATCH, _BATCH_BYTES // row_bytes))
    if layout is None:
        yield from storage.iterate(path, batch)
        return
    for start in range(0, max(1, header.events), batch):
        part = slice(start, start + batch)
        yield checked(layout.load(path, part), Path(path), range(header.events)[part])
