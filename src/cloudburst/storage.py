"""Events on disk: one HDF5 layout holds the arrays, the detector and where they came from.

```
/                     attributes: layout = "cloudburst-events", version = 1,
                                  detector (JSON), provenance (JSON)
/conditions           (N, C) float32, in the detector's order and units
/readouts/<name>      (N, *shape) float32, in the readout's unit
```

Where most cells are empty, the sparse layout, version 2, has instead of the readouts

```
/sparse/mask          (N, ceil(cells / 8)) uint8, one bit for each cell: whether it is not zero;
                      all readouts side by side in the detector's order, highest bit first
/sparse/values        (M,) float32, what the cells hold that are not zero, event after event
/sparse/ends          (N,) uint64, the values up to and with each event
```

which two lines of NumPy turn into cells:

```python
cells = np.zeros((len(mask), count), np.float32)
cells[np.unpackbits(mask, axis=1, count=count).astype(bool)] = values
```

Both are plain HDF5 with the shuffle and gzip filters that every reader has, and are read alike
here. Files larger than memory are written by `Writer` and read by `iterate`, part by part.
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
import numpy as np
from numpy.typing import NDArray

from .detector import Detector
from .errors import DataError, FormatError
from .events import Events
from .hdf5 import (
    GrowingFile,
    check_arrays,
    create_hdf5,
    open_hdf5,
    pack,
    read_numbers,
    read_rows,
    unpack,
)

_LAYOUT, _DENSE, _SPARSE = "cloudburst-events", 1, 2
_MASK, _VALUES, _ENDS = "sparse/mask", "sparse/values", "sparse/ends"


Cells = dict[str, NDArray[np.float32]]


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
        sparse: Whether to leave out empty cells.

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
        sparse: bool = False,
    ) -> None:
        self.path = Path(path)
        self.detector = detector
        self.provenance = provenance
        self.overwrite = overwrite
        self.compress = compress
        self.sparse = sparse
        self.events = 0
        self._values = np.uint64(0)

    def __enter__(self) -> Writer:
        self.events, self._values = 0, np.uint64(0)
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
        if self.sparse:
            self._append_sparse(events)
        else:
            cells = {f"readouts/{name}": array for name, array in events.readouts.items()}
            self._file.append({"conditions": events.conditions, **cells})
        self.events = end

    def _append_sparse(self, events: Events) -> None:
        start, rows = 0, self._file.rows
        while start < len(events):
            # up to the end of a chunk, so that no byte depends on how many come at once
            part = events[start : start + rows - (self.events + start) % rows]
            packed = pack(part.flat())
            ends = self._values + np.cumsum(packed.counts)
            self._file.extend(_VALUES, packed.values)
            self._file.append({"conditions": part.conditions, _MASK: packed.mask, _ENDS: ends})
            self._values = ends[-1]
            start += len(part)

    @contextlib.contextmanager
    def _open(self) -> Iterator[GrowingFile]:
        shapes = (_sparse_shapes if self.sparse else _shapes)(self.detector)
        types = {_MASK: "<u1", _ENDS: "<u8"}
        loose = [_VALUES] if self.sparse else []
        with create_hdf5(self.path, shapes, self.overwrite, self.compress, types, loose) as file:
            file.attrs["layout"] = _LAYOUT
            file.attrs["version"] = _SPARSE if self.sparse else _DENSE
            file.attrs["detector"] = json.dumps(self.detector.to_dict())
            file.attrs["provenance"] = json.dumps(self.provenance)
            yield file
            if not self.events:
                raise DataError(f"{self.path}: no events to write")


def write(
    path: Path,
    events: Events,
    provenance: dict[str, Any],
    overwrite: bool = False,
    sparse: bool = False,
) -> None:
    """Writes events to a file that appears whole or not at all; errors as `Writer`."""
    with Writer(path, events.detector, provenance, overwrite, sparse=sparse) as writer:
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


def _sparse_shapes(detector: Detector) -> dict[str, tuple[int, ...]]:
    return {
        "conditions": (len(detector.conditions),),
        _MASK: (-(-detector.cells // 8),),
        _ENDS: (),
    }


def _header(file: h5py.File, path: Path) -> Header:
    if file.attrs.get("layout") != _LAYOUT:
        raise FormatError(
            f"{path}: not a file of cloudburst events; "
            "if it has a published layout, turn it into one with 'cloudburst convert'"
        )
    version = file.attrs.get("version")
    if version not in (_DENSE, _SPARSE):
        raise FormatError(
            f"{path}: layout version {version}, this program reads {_DENSE} and {_SPARSE}; "
            "install the version of cloudburst that wrote it"
        )
    try:
        detector = Detector.from_dict(json.loads(file.attrs["detector"]))
        provenance = dict(json.loads(file.attrs["provenance"]))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(
            f"{path}: its detector or provenance is missing or damaged ({error})"
        ) from error
    shapes = (_sparse_shapes if version == _SPARSE else _shapes)(detector)
    events = check_arrays(file, shapes, path)
    return Header(detector, events, provenance)


def _checked(file: h5py.File, header: Header, index: slice, path: Path) -> Events:
    numbers = range(header.events)[index]
    try:
        return _loaded(file, header, numbers).check(numbers)
    except DataError as error:
        raise type(error)(f"{path}: {error}") from error


def _loaded(file: h5py.File, header: Header, numbers: range) -> Events:
    conditions = read_rows(file, "conditions", numbers)
    read_cells = _sparse_cells if _MASK in file else _dense_cells
    return Events(header.detector, conditions, read_cells(file, header.detector, numbers))


def _dense_cells(file: h5py.File, detector: Detector, numbers: range) -> Cells:
    return {r.name: read_rows(file, f"readouts/{r.name}", numbers) for r in detector.readouts}


def _sparse_cells(file: h5py.File, detector: Detector, numbers: range) -> Cells:
    span = range(min(numbers), max(numbers) + 1) if numbers else range(0)
    mask = read_numbers(file, _MASK, span)
    ends = read_numbers(file, _ENDS, range(max(span.start - 1, 0), span.stop)).tolist() or [0]
    values = read_numbers(file, _VALUES, range(ends[0] if span.start else 0, ends[-1]))
    cells = unpack(mask, values, detector.cells)[[i - span.start for i in numbers]]
    parts = np.split(cells, np.cumsum([r.size for r in detector.readouts])[:-1], axis=1)
    return {
        r.name: np.ascontiguousarray(part).reshape(len(part), *r.shape)
        for r, part in zip(detector.readouts, parts, strict=True)
    }
