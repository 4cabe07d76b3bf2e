"""The public files of the LHCb calorimeter study, https://arxiv.org/abs/1812.01319.

| array              | shape          | unit | meaning                                           |
|--------------------|----------------|------|---------------------------------------------------|
| `EnergyDeposit`    | (N, 30, 30, 1) | MeV  | scintillator energy by cell, first x, then y      |
| `ParticleMomentum` | (N, 3)         | GeV  | px, py, pz                                        |
| `ParticlePoint`    | (N, 3)         | cm   | where the particle enters; one z for all          |
| `ParticlePDG`      | (N,)           |      | what it is; one particle for all                  |

Other arrays (`TotalEnergySci`, `TotalEnergyAbsorb`) follow from the simulation and are not read.
The last axis of `EnergyDeposit` is depth: files of calorimeters read out in several depths, or of
other cells, are refused, as are files that mix particles or planes.
"""

from __future__ import annotations

__all__ = ["LHCbNpzFormat"]

import math
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..detectors import LHCB_ECAL_PUBLIC
from ..errors import DataError, FileError, FormatError
from ..events import Events
from ..files import atomic_file
from ..storage import Header
from ..units import ratio
from .base import Format, uniform

_CELLS = LHCB_ECAL_PUBLIC.readouts[0]
_ROWS = {
    "EnergyDeposit": (*_CELLS.shape, 1),
    "ParticleMomentum": (3,),
    "ParticlePoint": (3,),
    "ParticlePDG": (),
}
_CM = ratio("cm", "mm")
_ELECTRON = 11
# the front of a calorimeter of 396 mm about z = 0, in cm
_FRONT = -19.8
_TOLERANCE = 1e-3


class LHCbNpzFormat(Format):
    """Reads and writes the npz files of the LHCb calorimeter study, one readout in depth."""

    name = "lhcb-npz"
    description = "public LHCb calorimeter files: EnergyDeposit, ParticleMomentum, ParticlePoint"

    def recognises(self, path: Path) -> bool:
        try:
            with zipfile.ZipFile(path) as archive:
                return "EnergyDeposit.npy" in archive.namelist()
        except (OSError, zipfile.BadZipFile):
            return False

    def read_header(self, path: Path) -> Header:
        path = Path(path)
        arrays = _Arrays(path)
        events = arrays.check(_ROWS)
        particle = arrays.alike("ParticlePDG", "particles")
        arrays.alike("ParticlePoint", "planes", column=2)
        provenance = {"file": path.name, "layout": self.name, "particle": int(particle)}
        return Header(LHCB_ECAL_PUBLIC, events, provenance)

    def load(self, path: Path, index: slice = slice(None)) -> Events:
        path = Path(path)
        arrays = _Arrays(path)
        numbers = range(arrays.check(_ROWS))[index]
        momentum, point = (arrays.rows(f"Particle{w}", numbers) for w in ("Momentum", "Point"))
        conditions = np.concatenate([momentum, point[:, :2] * _CM], axis=1)
        cells = arrays.rows("EnergyDeposit", numbers)[..., 0]
        return Events(
            LHCB_ECAL_PUBLIC,
            conditions.astype(np.float32),
            {_CELLS.name: np.ascontiguousarray(cells, np.float32)},
        )

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        """Writes electrons; all of them are held in memory until the end."""
        path = Path(path)
        detector, each = uniform(path, parts)
        if (detector.conditions, detector.readouts) != (
            LHCB_ECAL_PUBLIC.conditions,
            LHCB_ECAL_PUBLIC.readouts,
        ):
            raise DataError(
                f"{path}: the '{self.name}' layout holds events of '{LHCB_ECAL_PUBLIC.name}' with "
                f"cells of 20.2 mm, not of '{detector.name}'"
            )
        events = Events.concatenate(list(each))
        with atomic_file(path, overwrite) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **_named(events))


class _Array(NamedTuple):
    """What the header of an array says."""

    shape: tuple[int, ...]
    by_columns: bool
    type: np.dtype[Any]


class _Arrays:
    """The arrays of an npz file, read row by row as far as they are wanted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                names = [n for n in archive.namelist() if n.endswith(".npy")]
                self.found = {n.removesuffix(".npy"): self._describe(archive, n) for n in names}
        except FileNotFoundError as error:
            raise FileError(f"{path}: no such file") from error
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise self._damaged(error) from error

    def check(self, rows: dict[str, tuple[int, ...]]) -> int:
        """The number of events, if all arrays are there, as they should be, equally long."""
        for name, shape in rows.items():
            if name not in self.found:
                raise FormatError(
                    f"{self._path}: array '{name}' is missing; it has {sorted(self.found)}"
                )
            found = self.found[name]
            if found.type.kind not in "fiu" or not found.shape or found.shape[1:] != shape:
                needed = ", ".join(map(str, ("N", *shape)))
                raise FormatError(
                    f"{self._path}: array '{name}' has shape {found.shape} of {found.type}, needs "
                    f"({needed}) of numbers: only one calorimeter, of 30 x 30 cells, not divided "
                    "in depth, is read"
                )
            if found.by_columns and shape:
                raise FormatError(f"{self._path}: '{name}' is stored by columns; save it by rows")
        counts = {name: self.found[name].shape[0] for name in rows}
        if len(set(counts.values())) > 1:
            raise FormatError(f"{self._path}: arrays of different lengths: {counts}")
        return next(iter(counts.values()))

    def rows(self, name: str, numbers: range) -> NDArray[Any]:
        """Some rows of an array."""
        upwards = numbers if numbers.step > 0 else numbers[::-1]
        shape, _, dtype = self.found[name]
        count = upwards[-1] + 1 - upwards[0] if len(upwards) else 0
        size = math.prod(shape[1:]) * dtype.itemsize
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(f"{name}.npy") as file:
                _header(file)
                file.seek((upwards[0] if count else 0) * size, 1)
                data = file.read(count * size)
            rows = np.frombuffer(data, dtype).reshape(count, *shape[1:])
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise self._damaged(error) from error
        return rows[:: upwards.step][:: 1 if numbers.step > 0 else -1]

    def alike(self, name: str, what: str, column: int | None = None) -> float:
        """The one value of an array, or of a column of it."""
        values = self.rows(name, range(self.found[name].shape[0]))
        values = values if column is None else values[:, column]
        if not len(values):
            return 0.0
        other = np.abs(values - values[0]) > _TOLERANCE
        if other.any():
            raise FormatError(
                f"{self._path}: mixes {what}: {name} is {values[0]:g} in the first event and "
                f"{values[np.argmax(other)]:g} in event {np.argmax(other)}; split the file"
            )
        return float(values[0])

    @staticmethod
    def _describe(archive: zipfile.ZipFile, name: str) -> _Array:
        with archive.open(name) as file:
            return _Array(*_header(file))

    def _damaged(self, error: Exception) -> FileError:
        return FileError(f"{self._path}: damaged, cannot be read; copy it again ({error})")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)


def _named(events: Events) -> dict[str, NDArray[Any]]:
    cells = events.readouts[_CELLS.name][..., None]
    impact = events.conditions[:, 3:] / np.float32(_CM)
    plane = np.full((len(events), 1), _FRONT, np.float32)
    return {
        "EnergyDeposit": cells,
        "ParticleMomentum": events.conditions[:, :3],
        "ParticlePoint": np.concatenate([impact, plane], axis=1),
        "ParticlePDG": np.full(len(events), _ELECTRON, np.float32),
        "TotalEnergySci": cells.sum(axis=(1, 2, 3)),
    }
