"""Events on disk: one HDF5 layout holds the arrays, the detector and where they came from.

```
/                     attributes: layout = "cloudburst-events", version = 1,
                                  detector (JSON), provenance (JSON)
/conditions           (N, C) float32, in the detector's order and units
/readouts/<name>      (N, *shape) float32, in the readout's unit
```

Plain HDF5 with the shuffle and gzip filters that every reader has. Files larger than memory
are written by `Writer` and read by `iterate`, part by part.
"""

from __future__ import annotations

__all__ = ["Header", "Writer", "iterate", "load", "read", "read_header", "write"]

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import h5py

from .detector import Detector
from .errors import DataError, FormatError
from .events import Events
from .hdf5 import GrowingFile, check_arrays, create_hdf5, open_hdf5, read_rows

_LAYOUT, _VERSION = "cloudburst-events", 1


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
        compress: Whether to compress, at the cost of most of the time that writing takes.

    Attributes:
        events: How many events were appended.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written; nothing is left behind.
        DataError: No events were appended when the block ends.
    """

    def __init__(
        self,
        path: Path,
        detector: Detector,
        provenance: dict[str, Any],
        overwrite: bool = False,
        compress: bool = True,
    ) -> None:
        self.path = Path(path)
        self.detector = detector
        self.provenance = provenance
        self.overwrite = overwrite
        self.compress = compress
        self.events = 0

    def __enter__(self) -> Writer:
        self.events = 0
        self._opened = self._open()
        self._file = self._opened.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self._opened.__exit__(kind, error, trace)

    def append(self, events: Events) -> None:
        """Adds events.

        Raises:
            DataError: They are of another detector, or signals are not finite or negative.
        """
        if events.detector != self.detector:
            raise DataError(
                f"{self.path} holds events of '{self.detector.name}', "
                f"not of '{events.detector.name}' with other conditions or readouts"
            )
        if not len(events):
            return
        end = self.events + len(events)
        try:
            events.check(range(self.events, end))
        except DataError as error:
            raise DataError(f"{self.path}: {error}") from error
        cells = {f"readouts/{name}": array for name, array in events.readouts.items()}
        self._file.append({"conditions": events.conditions, **cells})
        self.events = end

    @contextlib.contextmanager
    def _open(self) -> Iterator[GrowingFile]:
        shapes = _shapes(self.detector)
        with create_hdf5(self.path, shapes, self.overwrite, self.compress) as file:
            file.attrs["layout"] = _LAYOUT
            file.attrs["version"] = _VERSION
            file.attrs["detector"] = json.dumps(self.detector.to_dict())
            file.attrs["provenance"] = json.dumps(self.provenance)
            yield file
            if not self.events:
                raise DataError(f"{self.path}: no events to write")


def write(path: Path, events: Events, provenance: dict[str, Any], overwrite: bool = False) -> None:
    """Writes events to a file that appears whole or not at all; errors as `Writer`."""
    with Writer(path, events.detector, provenance, overwrite) as writer:
        writer.append(events)


def read_header(path: Path) -> Header:
    """What a file says of its events; raises FileError if it cannot be read."""
    with open_hdf5(path) as file:
        return _header(file, Path(path))


def read(path: Path, index: slice = slice(None)) -> Events:
    """Reads events, with the detector that the file carries.

    Args:
        path: The file.
        index: Which of its events, as `events[index]`.

    Raises:
        FileError: There is no such file, it is not HDF5, is truncated or has another layout.
        DataError: It holds no such events, or signals that are not finite or negative.
    """
    with open_hdf5(path) as file:
        header = _header(file, Path(path))
        return _checked(file, header, index, Path(path))


def load(path: Path, index: slice = slice(None)) -> Events:
    """Events of a file as they are, whether or not they make sense; raises FileError."""
    with open_hdf5(path) as file:
        header = _header(file, Path(path))
        return _loaded(file, header, range(header.events)[index])


def iterate(path: Path, batch: int = 4096) -> Iterator[Events]:
    """Reads events in batches, for files larger than memory; errors as `read`."""
    if batch < 1:
        raise DataError(f"cannot read batches of {batch} events")
    with open_hdf5(path) as file:
        header = _header(file, Path(path))
        for start in range(0, max(header.events, 1), batch):
            yield _checked(file, header, slice(start, start + batch), Path(path))


def _shapes(detector: Detector) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"conditions": (len(detector.conditions),)}
    return shapes | {f"readouts/{r.name}": r.shape for r in detector.readouts}


def _header(file: h5py.File, path: Path) -> Header:
    if file.attrs.get("layout") != _LAYOUT:
        raise FormatError(
            f"{path}: not a file of cloudburst events; "
            "if it has a published layout, turn it into one with 'cloudburst convert'"
        )
    version = file.attrs.get("version")
    if version != _VERSION:
        raise FormatError(
            f"{path}: layout version {version}, this program reads {_VERSION}; "
            "install the version of cloudburst that wrote it"
        )
    try:
        detector = Detector.from_dict(json.loads(file.attrs["detector"]))
        provenance = dict(json.loads(file.attrs["provenance"]))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(
            f"{path}: its detector or provenance is missing or damaged ({error})"
        ) from error
    events = check_arrays(file, _shapes(detector), path)
    return Header(detector, events, provenance)


def _checked(file: h5py.File, header: Header, index: slice, path: Path) -> Events:
    numbers = range(header.events)[index]
    try:
        return _loaded(file, header, numbers).check(numbers)
    except DataError as error:
        raise type(error)(f"{path}: {error}") from error


def _loaded(file: h5py.File, header: Header, numbers: range) -> Events:
    arrays = {name: read_rows(file, name, numbers) for name in _shapes(header.detector)}
    conditions = arrays.pop("conditions")
    readouts = {name.removeprefix("readouts/"): array for name, array in arrays.items()}
    return Events(header.detector, conditions, readouts)
