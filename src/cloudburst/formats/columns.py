"""Files whose conditions are spread over several data sets: one row of each an event."""

from __future__ import annotations

__all__ = ["LHCB_ECAL_COLUMNS", "MPD_TPC_COLUMNS", "ColumnsFormat", "Derived"]

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..detectors import LHCB_ECAL, MPD_TPC
from ..errors import DataError, FileError, FormatError
from ..events import Events
from ..hdf5 import check_arrays, create_hdf5, open_hdf5, read_rows
from ..storage import Header
from .base import Format, uniform

_ELECTRON_MASS = 0.51099895e-3
_TOLERANCE = 1e-3


@dataclasses.dataclass(frozen=True)
class Derived:
    """A data set with shape (N,) that follows from the conditions."""

    name: str
    columns: tuple[str, ...]

    def values(self, detector: Detector, conditions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Kinetic energies in GeV of electrons of these momenta in GeV."""
        found = [detector.condition_index(name) for name in self.columns]
        square = (conditions[:, found].astype(np.float64) ** 2).sum(axis=1)
        energy: NDArray[np.float64] = np.sqrt(square + _ELECTRON_MASS**2) - _ELECTRON_MASS
        return energy.astype(np.float32)


@dataclasses.dataclass(frozen=True)
class ColumnsFormat(Format):
    """Reads and writes files of one detector, with a data set for each group of conditions.

    Args:
        name: What the command line calls the layout.
        description: One line on what it is.
        detector: What the events are responses of.
        groups: By name of a data set, the conditions in its columns: several with shape
            (N, columns), or one with shape (N,).
        cells: By name of a readout, its data set.
        derived: A data set that is made when writing and compared when reading.
    """

    name: str
    description: str
    detector: Detector
    groups: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, str]
    derived: Derived | None = None

    def recognises(self, path: Path) -> bool:
        try:
            with open_hdf5(path) as file:
                return "layout" not in file.attrs and set(file) == set(self._shapes())
        except FileError:
            return False

    def read_header(self, path: Path) -> Header:
        with open_hdf5(path) as file:
            return self._header(file, Path(path))

    def load(self, path: Path, index: slice = slice(None)) -> Events:
        with open_hdf5(path) as file:
            header = self._header(file, Path(path))
            numbers = range(header.events)[index]
            rows = {name: read_rows(file, name, numbers) for name in self.groups}
            cells = {name: read_rows(file, of, numbers) for name, of in self.cells.items()}
            told = read_rows(file, self.derived.name, numbers) if self.derived else None
        columns = [row.reshape(len(numbers), len(self.groups[name])) for name, row in rows.items()]
        conditions = np.concatenate(columns, axis=1)[:, self._order()]
        if self.derived is not None and told is not None:
            _compare(path, self.derived, told, self.derived.values(self.detector, conditions))
        return Events(self.detector, conditions, cells)

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        path = Path(path)
        detector, each = uniform(path, parts)
        given, own = ((d.conditions, d.readouts) for d in (detector, self.detector))
        if given != own:
            raise DataError(
                f"{path}: the '{self.name}' layout holds events of '{self.detector.name}', "
                f"not of '{detector.name}'"
            )
        with create_hdf5(path, self._shapes(), overwrite) as file:
            for part in each:
                file.append(self._arrays(part))

    def _header(self, file: h5py.File, path: Path) -> Header:
        events = check_arrays(file, self._shapes(), path)
        return Header(self.detector, events, {"file": path.name, "layout": self.name})

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {self.derived.name: ()} if self.derived else {}
        shapes |= {name: (len(g),) if len(g) > 1 else () for name, g in self.groups.items()}
        return shapes | {of: self.detector.readout(name).shape for name, of in self.cells.items()}

    def _order(self) -> list[int]:
        """Where the detector's conditions stand in the file's columns."""
        names = [name for group in self.groups.values() for name in group]
        return [names.index(condition.name) for condition in self.detector.conditions]

    def _arrays(self, events: Events) -> dict[str, NDArray[np.float32]]:
        arrays = {of: events.readouts[name] for name, of in self.cells.items()}
        for name, group in self.groups.items():
            columns = np.stack([events.condition(c) for c in group], axis=1)
            arrays[name] = columns if len(group) > 1 else columns[:, 0]
        if self.derived is not None:
            arrays[self.derived.name] = self.derived.values(self.detector, events.conditions)
        return arrays


def _compare(
    path: Path, derived: Derived, told: NDArray[np.float32], found: NDArray[np.float32]
) -> None:
    wrong = np.abs(told - found) > _TOLERANCE * np.abs(found)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise FormatError(
            f"{path}: {derived.name} does not follow from the momentum of electrons in "
            f"{wrong.sum()} events: {told[first]:g} GeV where {found[first]:g} GeV is expected"
        )


LHCB_ECAL_COLUMNS = ColumnsFormat(
    "lhcb-ecal",
    "electrons in the LHCb calorimeter: energy, momentum, position, cells",
    LHCB_ECAL,
    {"momentum": ("px", "py", "pz"), "position": ("x", "y")},
    {"cells": "cells"},
    Derived("energy", ("px", "py", "pz")),
)
"""Electrons of momentum (N, 3) in GeV at (N, 2) in mm; `energy` (N,) in GeV is kinetic."""

MPD_TPC_COLUMNS = ColumnsFormat(
    "mpd-tpc",
    "pad responses of the MPD time projection chamber: six conditions, response",
    MPD_TPC,
    {condition.name: (condition.name,) for condition in MPD_TPC.conditions},
    {MPD_TPC.readouts[0].name: "response"},
)
"""One track segment an event: `response` (N, 8, 16) and the conditions of the detector, (N,)."""
