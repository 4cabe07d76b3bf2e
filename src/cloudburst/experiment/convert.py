"""Published layouts to ours, and back."""

from __future__ import annotations

__all__ = ["convert"]

from collections.abc import Iterator
from pathlib import Path

from ..detector import Detector
from ..detectors import PolarLayer, is_polar
from ..detectors.binning_xml import write_binning
from ..errors import DataError, FormatError, nearest
from ..events import Events
from ..formats import FORMATS, Format, iterate_events, read_header
from ..storage import Writer
from .reading import Reading
from .runs import refuse_file
from .telling import Told, silent


def convert(
    source: Path,
    path: Path,
    to: str | None = None,
    overwrite: bool = False,
    told: Told = silent,
    reading: Reading | None = None,
    binning: Path | None = None,
) -> int:
    """Writes the events of a file in another layout, part by part; returns how many there are.

    Args:
        source: A file of any known layout, which is recognised.
        path: The new file.
        to: Name of a published layout, or None for ours.
        overwrite: Whether a file already there is replaced.
        told: Hears how far it is.
        reading: What is to be known of a source that does not say it.
        binning: Where to write a binning file for a new file of the CaloChallenge.

    Raises:
        FileError: The source cannot be read, or the new file is there.
        FormatError: There is no such layout.
        DataError: The layout cannot hold the events.
    """
    if to is not None and to not in FORMATS:
        raise FormatError(f"unknown layout '{to}'; {nearest(to, FORMATS)}")
    refuse_file(path, overwrite)
    layout = (reading or Reading()).of(source)
    header = read_header(source, layout)
    if binning is not None:
        _write_binning(binning, header.detector, overwrite)
    parts = _counted(source, layout, header.events, told)
    if to is not None:
        FORMATS[to].write_parts(path, parts, overwrite)
        return header.events
    with Writer(path, header.detector, header.provenance, overwrite) as writer:
        for part in parts:
            writer.append(part)
    return header.events


def _write_binning(path: Path, detector: Detector, overwrite: bool) -> None:
    if not is_polar(detector):
        raise DataError(f"'{detector.name}' has no rings and sectors to write a binning file of")
    layers = [
        PolarLayer(
            int(readout.name.removeprefix("layer_")),
            readout.axes[1].edges,
            readout.axes[0].size,
        )
        for readout in detector.readouts
    ]
    # the layout knows no particle: that of data sets 2 and 3
    write_binning(path, layers, "electron", 11, overwrite)


def _counted(source: Path, layout: Format | None, total: int, told: Told) -> Iterator[Events]:
    done = 0
    for part in iterate_events(source, layout=layout):
        yield part
        done += len(part)
        told("converting", done, total)
