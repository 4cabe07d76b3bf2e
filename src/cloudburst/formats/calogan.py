"""The public CaloGAN data set, https://doi.org/10.17632/pvn3xc3wy5.

| data set   | shape       | unit | meaning                                     |
|------------|-------------|------|---------------------------------------------|
| `energy`   | (N, 1)      | GeV  | kinetic energy of the incident particle     |
| `layer_0`  | (N, 3, 96)  | MeV  | energy by cell, first index x, second y     |
| `layer_1`  | (N, 12, 12) | MeV  |                                             |
| `layer_2`  | (N, 12, 6)  | MeV  |                                             |
| `overflow` | (N, 3)      | MeV  | energy outside the cells of each layer      |

`overflow` may be absent, as in files of surrogates that make cells only.
"""

from __future__ import annotations

__all__ = ["CaloGANFormat"]

from pathlib import Path

import h5py
import numpy as np

from ..detectors import CALOGAN
from ..errors import DataError, FileError, FormatError
from ..events import Events
from ..files import atomic_file
from ..storage import open_hdf5
from .base import Format

_LAYERS = tuple(r.name for r in CALOGAN.readouts if r.name != "overflow")


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

    def read(self, path: Path, index: slice = slice(None)) -> Events:
        with open_hdf5(path) as file:
            names = [*_LAYERS, "overflow"] if "overflow" in file else list(_LAYERS)
            detector = CALOGAN.select(names)
            shapes = {"energy": (1,)} | {r.name: r.shape for r in detector.readouts}
            for name, shape in shapes.items():
                _require(file, name, shape, Path(path))
            energy = np.asarray(file["energy"][index], np.float32)
            cells = {name: np.asarray(file[name][index], np.float32) for name in names}
        try:
            events = Events(detector, energy, cells).check()
            detector.check_conditions(events.conditions)
        except DataError as error:
            raise type(error)(f"{path}: {error}") from error
        return events

    def write(self, path: Path, events: Events, overwrite: bool = False) -> None:
        readouts = [r.name for r in events.detector.readouts]
        known = {"conditions": CALOGAN.conditions, "readouts": CALOGAN.select(readouts).readouts}
        given = {"conditions": events.detector.conditions, "readouts": events.detector.readouts}
        if given != known or not set(_LAYERS) <= set(readouts):
            raise DataError(
                f"{path}: the CaloGAN layout holds energy and {', '.join(_LAYERS)}, "
                f"not the events of '{events.detector.name}' with {', '.join(readouts)}"
            )
        with atomic_file(path, overwrite) as temporary, h5py.File(temporary, "w") as file:
            arrays = {"energy": events.conditions, **events.readouts}
            for name, array in arrays.items():
                file.create_dataset(name, data=array, compression=4, shuffle=True)


def _require(file: h5py.File, name: str, shape: tuple[int, ...], path: Path) -> None:
    if name not in file:
        raise FormatError(f"{path}: data set '{name}' is missing; it has {sorted(file)}")
    found = file[name].shape
    if found[1:] != shape or found[0] != len(file["energy"]):
        raise FormatError(
            f"{path}: data set '{name}' has shape {found}, "
            f"needs ({len(file['energy'])}, {', '.join(map(str, shape))})"
        )
