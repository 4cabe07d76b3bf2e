"""The public CaloGAN data set, https://doi.org/10.17632/pvn3xc3wy5.

| data set   | shape       | unit | meaning                                     |
|------------|-------------|------|---------------------------------------------|
| `energy`   | (N, 1)      | GeV  | kinetic energy of the incident particle     |
| `layer_0`  | (N, 3, 96)  | MeV  | energy by cell, first index x, second y     |
| `layer_1`  | (N, 12, 12) | MeV  |                                             |
| `layer_2`  | (N, 12, 6)  | MeV  |                                             |
| `overflow` | (N, 3)      | MeV  | energy outside the cells of each layer      |

`overflow` may be absent, as in files of surrogates that make cells only. Where particles did not
all enter at the centre and straight ahead, four data sets more, with shape (N,), say how they did:

| data set   | unit | meaning                                                                |
|------------|------|------------------------------------------------------------------------|
| `x0`, `y0` | mm   | impact point on the front face                                         |
| `theta`    | rad  | polar angle to the axis                                                |
| `phi`      | rad  | azimuth: direction (sin theta cos phi, sin theta sin phi, cos theta)   |

Files with yet other data sets are refused: their showers depend on more than these.
"""

from __future__ import annotations

__all__ = ["CaloGANFormat"]

from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np

from ..detector import Detector
from ..detectors import CALOGAN, CALOGAN_ANGLES
from ..errors import DataError, FileError, FormatError
from ..events import Events
from ..hdf5 import check_arrays, create_hdf5, open_hdf5, read_rows
from ..storage import Header
from .base import Format, uniform

_OVERFLOW = CALOGAN.readout("overflow")
_LAYERS = tuple(r for r in CALOGAN.readouts if r != _OVERFLOW)


class CaloGANFormat(Format):
    """Reads and writes the layout of the public CaloGAN data set."""

    name = "calogan"
    description = (
        "the public CaloGAN data set: energy, layer_0, layer_1, layer_2, overflow, angles"
    )

    def recognises(self, path: Path) -> bool:
        try:
            with open_hdf5(path) as file:
                return "layout" not in file.attrs and "layer_0" in file
        except FileError:
            return False

    def read_header(self, path: Path) -> Header:
        with open_hdf5(path) as file:
            return _header(file, Path(path))

    def load(self, path: Path, index: slice = slice(None)) -> Events:
        path = Path(path)
        with open_hdf5(path) as file:
            header = _header(file, path)
            numbers = range(header.events)[index]
            rows = [read_rows(file, c.name, numbers) for c in header.detector.conditions]
            cells = {r.name: read_rows(file, r.name, numbers) for r in header.detector.readouts}
        columns = [row.reshape(len(numbers), 1) for row in rows]
        return Events(header.detector, np.concatenate(columns, axis=1), cells)

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        path = Path(path)
        detector, each = uniform(path, parts)
        with create_hdf5(path, _shapes(_fitting(detector, path)), overwrite) as file:
            for part in each:
                named = {
                    c.name: part.conditions[:, i].reshape(len(part), *_row(c.name))
                    for i, c in enumerate(detector.conditions)
                }
                file.append({**named, **part.readouts})


def _shapes(detector: Detector) -> dict[str, tuple[int, ...]]:
    conditions = {c.name: _row(c.name) for c in detector.conditions}
    return conditions | {r.name: r.shape for r in detector.readouts}


def _row(condition: str) -> tuple[int, ...]:
    """The shape of a condition's rows: of the public data set, only the energy has a column."""
    return (1,) if condition == "energy" else ()


def _header(file: h5py.File, path: Path) -> Header:
    readouts = CALOGAN.readouts if _OVERFLOW.name in file else _LAYERS
    angled = any(c.name in file for c in CALOGAN_ANGLES.conditions[1:])
    detector = (CALOGAN_ANGLES if angled else CALOGAN).select([r.name for r in readouts])
    events = check_arrays(file, _shapes(detector), path)
    others = sorted(set(file) - set(_shapes(detector)))
    if others:
        raise FormatError(
            f"{path}: holds {', '.join(others)} too, which this layout does not know; "
            "to leave them out, make a file without them"
        )
    return Header(detector, events, {"file": path.name, "layout": CaloGANFormat.name})


def _fitting(detector: Detector, path: Path) -> Detector:
    """The detector, if a file of this layout may hold its events."""
    given = set(detector.readouts)
    known = (CALOGAN.conditions, CALOGAN_ANGLES.conditions)
    if detector.conditions not in known or not set(_LAYERS) <= given <= set(CALOGAN.readouts):
        raise DataError(
            f"{path}: the CaloGAN layout holds energy, {', '.join(r.name for r in _LAYERS)}, "
            f"overflow and angles, not the events of '{detector.name}' with "
            f"{', '.join(r.name for r in detector.readouts)}"
        )
    return detector
