"""HDF5 files made whole or not at all, grown by whole chunks, which are compressed here."""

from __future__ import annotations

__all__ = ["GrowingFile", "create_hdf5"]

import contextlib
import math
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import h5py
import numpy as np
from numpy.typing import NDArray

from ..files import atomic_file
from .deflate import deflate
from .disk import Disk

# The most that a chunk of all data sets together holds: readers keep 1 MiB of each by default.
_CHUNK_BYTES = 2**20
_CHUNK_ROWS = 1024
# Numbers in a chunk of a data set that grows on its own.
_CHUNK_NUMBERS = 2**16

Shapes = Mapping[str, tuple[int, ...]]


class GrowingFile:
    """A new HDF5 file, whose data sets grow; see `create_hdf5`.

    Holds one chunk of each in memory. The bytes of the file do not depend on how many rows
    arrive at once, as long as those that grow on their own are extended for `rows` rows at most,
    and before these rows are appended.

    Attributes:
        attrs: The attributes of the file.
        rows: Rows in a chunk of the data sets that grow together.
    """

    def __init__(
        self,
        file: h5py.File,
        disk: Disk,
        shapes: Shapes,
        compress: bool,
        types: Mapping[str, str],
        loose: Collection[str],
    ) -> None:
        self.attrs: Any = file.attrs
        kinds = {name: np.dtype(types.get(name, "<f4")) for name in shapes}
        self.rows = _rows_of_chunk(shapes, kinds)
        self._joint = _Part(file, disk, self.rows, shapes, kinds, compress)
        one: Mapping[str, np.dtype[Any]] = dict.fromkeys(loose, np.dtype("<f4"))
        self._loose = {
            name: _Part(file, disk, _CHUNK_NUMBERS, {name: ()}, one, compress) for name in loose
        }

    def append(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Adds rows to all that grow together, with shape (n, *shape); raises OSError if full."""
        self._joint.append(arrays)

    def extend(self, name: str, values: NDArray[np.float32]) -> None:
        """Adds numbers to one that grows on its own, with shape (n,); raises OSError if full."""
        self._loose[name].append({name: values})

    def finish(self) -> None:
        """Writes the rows that fill no chunk; nothing can be added then."""
        for part in (self._joint, *self._loose.values()):
            part.finish()


class _Part:
    """Data sets that grow together, each with the same number of rows in a chunk."""

    def __init__(
        self,
        file: h5py.File,
        disk: Disk,
        size: int,
        shapes: Shapes,
        kinds: Mapping[str, np.dtype[Any]],
        compress: bool,
    ) -> None:
        self._disk = disk
        self._compress = compress
        self._size = size
        self._chunks = {name: np.zeros((size, *shapes[name]), kinds[name]) for name in shapes}
        self._datasets: dict[str, Any] = {
            name: file.create_dataset(
                name,
                (0, *shape),
                kinds[name],
                maxshape=(None, *shape),
                chunks=(size, *shape),
                shuffle=compress,
                compression=1 if compress else None,
            )
            for name, shape in shapes.items()
        }
        self._written = 0
        self._waiting = 0

    def append(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        start, end = 0, len(next(iter(arrays.values())))
        while start < end:
            n = min(end - start, self._size - self._waiting)
            for name, chunk in self._chunks.items():
                chunk[self._waiting : self._waiting + n] = arrays[name][start : start + n]
            self._waiting += n
            start += n
            if self._waiting == self._size:
                self._write()

    def finish(self) -> None:
        count = self._written + self._waiting
        if self._waiting:
            for chunk in self._chunks.values():
                chunk[self._waiting :] = 0
            self._write()
        for dataset in self._datasets.values():
            dataset.resize(count, axis=0)

    def _write(self) -> None:
        for name, chunk in self._chunks.items():
            dataset = self._datasets[name]
            dataset.resize(self._written + self._size, axis=0)
            start = (self._written, *(0 for _ in chunk.shape[1:]))
            data = deflate(chunk) if self._compress else chunk.tobytes()
            dataset.id.write_direct_chunk(start, data)
            self._disk.check()
        self._written += self._size
        self._waiting = 0


@contextlib.contextmanager
def create_hdf5(
    path: Path,
    shapes: Shapes,
    overwrite: bool = False,
    compress: bool = True,
    types: Mapping[str, str] = MappingProxyType({}),
    loose: Collection[str] = (),
) -> Iterator[GrowingFile]:
    """A new HDF5 file, which appears at `path` when the block ends.

    Args:
        path: The file.
        shapes: By name of a data set, the shape of its rows.
        overwrite: Whether a file already there is replaced.
        compress: Whether to compress, at the cost of most of the time that writing takes.
        types: By name of a data set, its NumPy type if that is not "<f4".
        loose: Names of data sets of single numbers that grow on their own.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written; nothing is left behind.
    """
    with atomic_file(path, overwrite) as temporary, Disk(temporary) as disk:
        with h5py.File(cast(Any, disk), "w") as file:
            growing = GrowingFile(file, disk, shapes, compress, types, loose)
            yield growing
            growing.finish()
        disk.check()


def _rows_of_chunk(shapes: Shapes, kinds: Mapping[str, np.dtype[Any]]) -> int:
    """Rows in a chunk: a power of two, so that batches and chunks begin together."""
    row_bytes = sum(kinds[name].itemsize * math.prod(shape) for name, shape in shapes.items())
    most = min(_CHUNK_ROWS, max(1, _CHUNK_BYTES // row_bytes))
    return 1 << (most.bit_length() - 1)
