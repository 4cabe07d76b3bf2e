"""Events on disk: one HDF5 layout holds the arrays, the detector and where they came from.

```
/                     attributes: layout = "cloudburst-events", version = 1,
                                  detector (JSON), provenance (JSON)
/conditions           (N, C) float32, in the detector's order and units
/readouts/<name>      (N, *shape) float32, in the readout's unit
```

Plain HDF5 with the shuffle and gzip filters that every reader has. Files larger than memory
are written by `Writer` and read by `iterate`, chunk by chunk.
"""

from __future__ import annotations

__all__ = ["Writer", "iterate", "open_hdf5", "read", "read_header", "write"]

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray

from .detector import Detector
from .errors import DataError, FileError, FormatError
from .events import Events
from .files import atomic_file

_LAYOUT, _VERSION = "cloudburst-events", 1
_CHUNK = 256


class Header(NamedTuple):
    """What a file says of its events.

    Attributes:
        detector: What the arrays mean.
        events: How many events there are.
        provenance: Where they came from; plain data.
    """

    detector: Detector
    events: int
    provenance: dict[str, Any]


class Writer:
    """Writes events, part by part, to a file that appears when the block ends.

    Args:
        path: The file.
        detector: What the events are responses of.
        provenance: Where they come from; plain data.
        overwrite: Whether a file already there is replaced.
        compression: Level of gzip, 0 (none) to 9.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written; nothing is left behind.
    """

    def __init__(
        self,
        path: Path,
        detector: Detector,
        provenance: dict[str, Any],
        overwrite: bool = False,
        compression: int = 1,
    ) -> None:
        self.path = Path(path)
        self.detector = detector
        self.provenance = provenance
        self.overwrite = overwrite
        self.compression = compression
        self.events = 0

    def __enter__(self) -> Writer:
        self._stack = contextlib.ExitStack()
        temporary = self._stack.enter_context(atomic_file(self.path, self.overwrite))
        try:
            self._file = self._stack.enter_context(_closing(h5py.File(temporary, "w")))
            self._datasets = self._create()
        except BaseException as error:
            if not self._stack.__exit__(type(error), error, error.__traceback__):
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def append(self, events: Events) -> None:
        """Adds events of the same detector; raises DataError for those of another."""
        if events.detector != self.detector:
            raise DataError(
                f"{self.path} holds events of '{self.detector.name}', "
                f"not of '{events.detector.name}' with other conditions or readouts"
            )
        end = self.events + len(events)
        for name, array in _arrays(events).items():
            dataset = self._datasets[name]
            dataset.resize(end, axis=0)
            dataset[self.events : end] = array
        self.events = end

    def _create(self) -> dict[str, h5py.Dataset]:
        self._file.attrs["layout"] = _LAYOUT
        self._file.attrs["version"] = _VERSION
        self._file.attrs["detector"] = json.dumps(self.detector.to_dict())
        self._file.attrs["provenance"] = json.dumps(self.provenance)
        return {
            name: self._file.create_dataset(
                name,
                (0, *shape),
                "<f4",
                maxshape=(None, *shape),
                chunks=(_CHUNK, *shape),
                shuffle=self.compression > 0,
                compression=self.compression or None,
            )
            for name, shape in _shapes(self.detector).items()
        }


def write(path: Path, events: Events, provenance: dict[str, Any], overwrite: bool = False) -> None:
    """Writes events to a file that appears whole or not at all; see `Writer`."""
    with Writer(path, events.detector, provenance, overwrite) as writer:
        writer.append(events)


def read_header(path: Path) -> Header:
    """What a file says of its events; raises FileError if it cannot be read."""
    with open_hdf5(path) as file:
        return _header(file, Path(path))


def read(path: Path, index: slice = slice(None)) -> Events:
    """Reads events, with the detector that the file carries.

    Raises:
        FileError: There is no such file, it is not HDF5, is truncated or has another layout.
        DataError: It holds no events, or signals that are not finite or negative.
    """
    with open_hdf5(path) as file:
        header = _header(file, Path(path))
        return _checked(file, header.detector, index, Path(path))


def iterate(path: Path, batch: int = 4096) -> Iterator[Events]:
    """Reads events in batches, for files larger than memory; errors as `read`."""
    with open_hdf5(path) as file:
        header = _header(file, Path(path))
        for start in range(0, max(header.events, 1), batch):
            yield _checked(file, header.detector, slice(start, start + batch), Path(path))


@contextlib.contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """Opens an HDF5 file to read, with clear errors.

    Raises:
        FileError: There is no such file, or it cannot be read to the end.
        FormatError: It is not an HDF5 file.
    """
    path = Path(path)
    if not path.is_file():
        raise FileError(f"{path}: no such file")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        if "truncated" in str(error):
            raise FileError(f"{path}: truncated; copy or download it again") from error
        raise FormatError(f"{path}: not an HDF5 file") from error
    with file:
        try:
            yield file
        except OSError as error:
            if isinstance(error, FileError):
                raise
            raise FileError(f"{path}: damaged, cannot be read ({error})") from error


@contextlib.contextmanager
def _closing(file: h5py.File) -> Iterator[h5py.File]:
    """Closes a file; a disk that is full while closing is an error like one while writing."""
    try:
        yield file
        file.flush()
    finally:
        try:
            file.close()
        except RuntimeError as error:
            raise OSError(str(error)) from error


def _shapes(detector: Detector) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"conditions": (len(detector.conditions),)}
    return shapes | {f"readouts/{r.name}": r.shape for r in detector.readouts}


def _arrays(events: Events) -> dict[str, NDArray[np.float32]]:
    arrays: dict[str, NDArray[np.float32]] = {"conditions": events.conditions}
    return arrays | {f"readouts/{name}": array for name, array in events.readouts.items()}


def _header(file: h5py.File, path: Path) -> Header:
    if file.attrs.get("layout") != _LAYOUT:
        raise FormatError(
            f"{path}: not a file of cloudburst events; "
            "if it has a published layout, turn it into one with 'cloudburst convert'"
        )
    if file.attrs["version"] != _VERSION:
        raise FormatError(
            f"{path}: layout version {file.attrs['version']}, this program reads {_VERSION}; "
            "install the version of cloudburst that wrote it"
        )
    detector = Detector.from_dict(json.loads(file.attrs["detector"]))
    counts = {}
    for name, shape in _shapes(detector).items():
        if name not in file:
            raise FormatError(f"{path}: data set '{name}' is missing")
        if file[name].shape[1:] != shape:
            raise FormatError(
                f"{path}: data set '{name}' has shape {file[name].shape}, "
                f"its detector '{detector.name}' needs (N, {', '.join(map(str, shape))})"
            )
        counts[name] = len(file[name])
    if len(set(counts.values())) > 1:
        raise FormatError(f"{path}: data sets of different lengths: {counts}")
    return Header(detector, counts["conditions"], json.loads(file.attrs["provenance"]))


def _checked(file: h5py.File, detector: Detector, index: slice, path: Path) -> Events:
    events = Events(
        detector,
        file["conditions"][index].astype(np.float32, copy=False),
        {
            r.name: file[f"readouts/{r.name}"][index].astype(np.float32, copy=False)
            for r in detector.readouts
        },
    )
    try:
        return events.check()
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
