"""The public CaloGAN data set, https://doi.org/10.17632/pvn3xc3wy5.

| data set   | shape       | unit | meaning                                     |
|------------|-------------|------|---------------------------------------------|
| `energy`   | (N, 1)      | GeV  | kinetic energy of the incident particle     |
| `layer_0`  | (N, 3, 96)  | MeV  | energy by cell, first index x, second y     |
| `layer_1`  | (N, 12, 12) | MeV  |                                             |
| `layer_2`  | (N, 12, 6)  | MeV  |                                             |
| `overflow` | (N, 3)      | MeV  | energy outside the cells of each layer      |

`overflow` may be absent, as in files of surrogates that make cells only. Files with more data
sets, such as angles of incidence, are refused: their showers depend on more than the energy.
"""

from __future__ import annotations

__all__ = ["CaloGANFormat"]

from collections.abc import Iterable
from pathlib import Path

import h5py

from ..detector import Detector
from ..detectors import CALOGAN
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
    description = "the public CaloGAN data set: energy, layer_0, layer_1, layer_2, overflow"

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
            energy = read_rows(file, "energy", numbers)
            cells = {r.name: read_rows(file, r.name, numbers) for r in header.detector.readouts}
        return Events(header.detector, energy, cells)

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        path = Path(path)
        detector, each = uniform(path, parts)
        with create_hdf5(path, _shapes(_fitting(detector, path)), overwrite) as file:
            for part in each:
                file.append({"energy": part.conditions, **part.readouts})


def _shapes(detector: Detector) -> dict[str, tuple[int, ...]]:
    return {"energy": (1,)} | {r.name: r.shape for r in detector.readouts}


def _header(file: h5py.File, path: Path) -> Header:
    readouts = CALOGAN.readouts if _OVERFLOW.name in file else _LAYERS
    detector = CALOGAN.select([r.name for r in readouts])
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
    if detector.conditions != CALOGAN.conditions or not (
        set(_LAYERS) <= given <= set(CALOGAN.readouts)
    ):
        raise DataError(
            f"{path}: the CaloGAN layout holds energy, {', '.join(r.name for r in _LAYERS)} "
            f"and overflow, not the events of '{detector.name}' with "
            f"{', '.join(r.name for r in detector.readouts)}"
        )
    return detector
