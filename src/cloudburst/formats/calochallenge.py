r"""The layout of the CaloChallenge, https://arxiv.org/abs/2410.21611.

| data set            | shape  | unit | meaning                                             |
|---------------------|--------|------|-----------------------------------------------------|
| `incident_energies` | (N, 1) | MeV  | energy of the incident particle                     |
| `showers`           | (N, V) | MeV  | cells, flat in the order layer, alpha, r; r fastest |

A file does not say what its cells are. The four published binnings have different numbers of
cells, by which they are told apart; any other comes from its binning file. Nor does a file say
whether a read-out threshold was applied, so that none is claimed unless one is given: then
cells below it are read as zero, as the convention wants for both samples of a comparison.
"""

from __future__ import annotations

__all__ = ["CaloChallengeFormat"]

import dataclasses
import math
from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..detectors.calochallenge import (
    CALOCHALLENGE_1_PHOTONS,
    CALOCHALLENGE_1_PIONS,
    CALOCHALLENGE_2,
    CALOCHALLENGE_3,
    is_polar,
)
from ..errors import DataError, FileError, FormatError
from ..events import Events
from ..hdf5 import check_arrays, create_hdf5, open_hdf5, read_rows
from ..storage import Header
from ..units import ratio
from .base import Format, uniform

_ENERGIES, _SHOWERS = "incident_energies", "showers"
_PUBLISHED = (
    CALOCHALLENGE_1_PHOTONS,
    CALOCHALLENGE_1_PIONS,
    CALOCHALLENGE_2,
    CALOCHALLENGE_3,
)


@dataclasses.dataclass(frozen=True)
class CaloChallengeFormat(Format):
    """Reads and writes the layout of the CaloChallenge.

    Args:
        detector: What the cells are, in rings and sectors from alpha = -pi on, with the
            read-out threshold to apply; None for the published binning with as many cells,
            and no threshold.
        sampling_fraction: What the energies of cells in the file are divided by.
        alpha_start: Where the first sector of the file begins, in rad; if not at -pi, sectors
            are moved around so that the detector's do.

    Raises:
        DataError: The detector is not one in rings and sectors, or a number makes no sense.
    """

    detector: Detector | None = None
    sampling_fraction: float = 1.0
    alpha_start: float = -math.pi

    name = "calochallenge"
    description = "the CaloChallenge data sets: incident_energies, showers"

    def __post_init__(self) -> None:
        if self.detector is not None:
            _incident(self.detector)
        if not (0 < self.sampling_fraction < math.inf and math.isfinite(self.alpha_start)):
            raise DataError(
                "a sampling fraction above 0 and a finite angle are needed, got "
                f"{self.sampling_fraction:g} and {self.alpha_start:g}"
            )

    def recognises(self, path: Path) -> bool:
        try:
            with open_hdf5(path) as file:
                return "layout" not in file.attrs and {_ENERGIES, _SHOWERS} <= set(file)
        except FileError:
            return False

    def read_header(self, path: Path) -> Header:
        with open_hdf5(path) as file:
            return self._header(file, Path(path))

    def load(self, path: Path, index: slice = slice(None)) -> Events:
        with open_hdf5(path) as file:
            header = self._header(file, Path(path))
            numbers = range(header.events)[index]
            energy = read_rows(file, _ENERGIES, numbers)
            showers = read_rows(file, _SHOWERS, numbers)
        if self.sampling_fraction != 1:
            showers = showers / np.float32(self.sampling_fraction)
        factor = np.float32(_incident(header.detector))
        return Events(header.detector, energy / factor, self._split(header.detector, showers))

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        path = Path(path)
        detector, each = uniform(path, parts)
        factor = np.float32(_incident(detector))
        shapes = {_ENERGIES: (1,), _SHOWERS: (detector.cells,)}
        with create_hdf5(path, shapes, overwrite) as file:
            for part in each:
                showers = self._rolled(part).flat() * np.float32(self.sampling_fraction)
                file.append({_ENERGIES: part.conditions * factor, _SHOWERS: showers})

    def _header(self, file: h5py.File, path: Path) -> Header:
        cells = getattr(file.get(_SHOWERS), "shape", ())[1:]
        detector = self.detector or _published(cells, path)
        shapes = {_ENERGIES: (1,), _SHOWERS: (detector.cells,)}
        events = check_arrays(file, shapes, path)
        others = sorted(set(file) - set(shapes))
        if others:
            raise FormatError(
                f"{path}: holds {', '.join(others)} too, which this layout does not know; "
                "to leave them out, make a file without them"
            )
        origin = {"file": path.name, "layout": self.name}
        said = {
            "sampling_fraction": self.sampling_fraction,
            "threshold": detector.readouts[0].threshold,
            "alpha_start": self.alpha_start,
        }
        return Header(detector, events, origin | (said if self != CaloChallengeFormat() else {}))

    def _split(
        self, detector: Detector, showers: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32]]:
        """Flat showers as readouts, from alpha = -pi on, without what is below threshold."""
        ends = np.cumsum([readout.size for readout in detector.readouts])[:-1]
        readouts = {}
        parts = zip(detector.readouts, np.split(showers, ends, axis=1), strict=True)
        for readout, part in parts:
            cells = np.roll(part.reshape(-1, *readout.shape), self._steps(readout), axis=1)
            if readout.threshold > 0:
                # a value that is no number stays one
                cells[cells < np.float32(readout.threshold)] = 0
            readouts[readout.name] = cells
        return readouts

    def _rolled(self, events: Events) -> Events:
        """The events with sectors in the file's order."""
        readouts = {
            r.name: np.roll(events.readouts[r.name], -self._steps(r), axis=1)
            for r in events.detector.readouts
        }
        return Events(events.detector, events.conditions, readouts)

    def _steps(self, readout: Readout) -> int:
        """How many sectors later than the detector's the file's first one begins."""
        sectors = readout.axes[0].size
        steps = sectors * (self.alpha_start - readout.axes[0].edges[0]) / (2 * math.pi)
        if sectors > 1 and abs(steps - round(steps)) > 1e-6:
            raise DataError(
                f"{readout.name} has sectors from {readout.axes[0].edges[0]:g} rad on, and none "
                f"begins at {self.alpha_start:g} rad"
            )
        return round(steps) % sectors


def _published(cells: tuple[int, ...], path: Path) -> Detector:
    """The published detector with as many cells, without a threshold."""
    for detector in _PUBLISHED:
        if cells == (detector.cells,):
            readouts = tuple(dataclasses.replace(r, threshold=0.0) for r in detector.readouts)
            return dataclasses.replace(detector, readouts=readouts)
    known = ", ".join(f"{d.cells}" for d in _PUBLISHED)
    raise FormatError(
        f"{path}: showers of {' x '.join(map(str, cells)) or 'no'} cells fit none of the "
        f"published binnings ({known}); give theirs with 'cloudburst convert --binning X.xml'"
    )


def _incident(detector: Detector) -> float:
    """How many MeV make one unit of the detector's only condition, the energy.

    Raises:
        DataError: The layout cannot hold events of this detector.
    """
    names = [condition.name for condition in detector.conditions]
    if (
        not is_polar(detector)
        or names != ["energy"]
        or any(readout.unit != "MeV" for readout in detector.readouts)
    ):
        raise DataError(
            "the CaloChallenge layout holds layers in alpha (rad) and r (mm), in MeV, at one "
            f"incident energy, not the events of '{detector.name}'"
        )
    return ratio(detector.conditions[0].unit, "MeV")
