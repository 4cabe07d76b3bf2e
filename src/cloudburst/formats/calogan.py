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

from pathlib import Path

from ..detectors import CALOGAN
from ..errors import DataError, FileError, FormatError
from ..events import Events
from ..hdf5 import check_arrays, create_hdf5, open_hdf5, read_rows
from .base import Format

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

    def read(self, path: Path, index: slice = slice(None)) -> Events:
        path = Path(path)
        with open_hdf5(path) as file:
            readouts = CALOGAN.readouts if _OVERFLOW.name in file else _LAYERS
            detector = CALOGAN.select([r.name for r in readouts])
            shapes = {"energy": (1,)} | {r.name: r.shape for r in readouts}
            others = sorted(set(file) - set(shapes))
            if others:
                raise FormatError(
                    f"{path}: holds {', '.join(others)} too, which this layout does not know; "
                    "to leave them out, make a file without them"
                )
            numbers = range(check_arrays(file, shapes, path))[index]
            energy = read_rows(file, "energy", numbers)
            cells = {name: read_rows(file, name, numbers) for name in list(shapes)[1:]}
        events = Events(detector, energy, cells)
        return _checked(events, path, numbers)

    def write(self, path: Path, events: Events, overwrite: bool = False) -> None:
        path = Path(path)
        detector, given = events.detector, set(events.detector.readouts)
        if detector.conditions != CALOGAN.conditions or not (
            set(_LAYERS) <= given <= set(CALOGAN.readouts)
        ):
            raise DataError(
                f"{path}: the CaloGAN layout holds energy, {', '.join(r.name for r in _LAYERS)} "
                f"and overflow, not the events of '{detector.name}' with "
                f"{', '.join(r.name for r in detector.readouts)}"
            )
        arrays = {"energy": events.conditions, **_checked(events, path).readouts}
        shapes = {name: array.shape[1:] for name, array in arrays.items()}
        with create_hdf5(path, shapes, overwrite) as file:
            file.append(arrays)


def _checked(events: Events, path: Path, numbers: range | None = None) -> Events:
    """The events, if they are what a file of this layout may hold."""
    try:
        events.check(numbers)
        events.detector.check_conditions(events.conditions)
    except DataError as error:
        raise type(error)(f"{path}: {error}") from error
    return events
