"""HDF5 files: read with clear errors, made whole or not at all, grown by whole chunks.

Chunks are compressed here and not by the HDF5 library, with one result for every reader: the
bytes of a chunk in shuffled order (all first bytes of its numbers, all second bytes, ...) as a
zlib stream, which the ordinary `shuffle` and `gzip` filters undo. The library's deflate looks
for repeated strings, of which the mantissas of signals have none; looking for runs of equal
bytes only (`zlib.Z_RLE`) finds zeros and exponents, is faster and makes smaller files, as
`benchmarks/write_events.py` shows.

The HDF5 library may crash the process where it cannot write when it closes a file. Hence it
never learns of a full disk: what follows the first error is dropped, and the error is raised
outside of it.
"""

from __future__ import annotations

__all__ = ["GrowingFile", "check_arrays", "create_hdf5", "open_hdf5", "read_rows"]

import contextlib
import errno
import io
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import h5py
import numpy as np
from numpy.typing import NDArray

from .errors import CloudburstError, FileError, FormatError
from .files import atomic_file

# The library raises any of these where the bytes of a file make no sense.
_DAMAGED = (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
# The most that a chunk of all data sets together holds: readers keep 1 MiB of each by default.
_CHUNK_BYTES = 2**20
_CHUNK_ROWS = 1024

Shapes = Mapping[str, tuple[int, ...]]


class GrowingFile:
    """A new HDF5 file of 32-bit floats, data sets that grow together; see `create_hdf5`.

    Holds one chunk of each in memory. The bytes of the file do not depend on how many rows
    arrive at once.

    Attributes:
        attrs: The attributes of the file.
    """

    def __init__(self, file: h5py.File, disk: _Disk, shapes: Shapes, compress: bool) -> None:
        self.attrs: Any = file.attrs
        self._disk = disk
        self._compress = compress
        self._size = _rows_of_chunk(shapes)
        self._chunks = {name: np.zeros((self._size, *shapes[name]), "<f4") for name in shapes}
        self._datasets: dict[str, Any] = {
            name: file.create_dataset(
                name,
                (0, *shape),
                "<f4",
                maxshape=(None, *shape),
                chunks=(self._size, *shape),
                shuffle=compress,
                compression=1 if compress else None,
            )
            for name, shape in shapes.items()
        }
        self._written = 0
        self._waiting = 0

    def append(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Adds rows to all data sets, with shape (n, *shape); raises OSError on a full disk."""
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
        """Writes the rows that fill no chunk; nothing can be added then."""
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
            data = _deflate(chunk) if self._compress else chunk.tobytes()
            dataset.id.write_direct_chunk(start, data)
            self._disk.check()
        self._written += self._size
        self._waiting = 0


class _Disk(io.RawIOBase):
    """A file that takes all that is written, and remembers the first error or interrupt."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)
        self._error: BaseException | None = None

    def check(self) -> None:
        """Raises the first error that there was."""
        if self._error is not None:
            raise self._error

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view) and self._error is None:
            with self._remembering():
                done += self._file.write(view[done:])
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        with self._remembering():
            self._file.truncate(size)
        return self.tell() if size is None else size

    def readinto(self, buffer: Any) -> int:
        return self._file.readinto(buffer)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def close(self) -> None:
        self._file.close()
        super().close()

    @contextlib.contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._error = self._error or error


@contextlib.contextmanager
def create_hdf5(
    path: Path, shapes: Shapes, overwrite: bool = False, compress: bool = True
) -> Iterator[GrowingFile]:
    """A new HDF5 file, which appears at `path` when the block ends.

    Args:
        path: The file.
        shapes: By name of a data set, the shape of its rows.
        overwrite: Whether a file already there is replaced.
        compress: Whether to compress, at the cost of most of the time that writing takes.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written; nothing is left behind.
    """
    with atomic_file(path, overwrite) as temporary, _Disk(temporary) as disk:
        with h5py.File(cast(Any, disk), "w") as file:
            growing = GrowingFile(file, disk, shapes, compress)
            yield growing
            growing.finish()
        disk.check()


@contextlib.contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """Opens an HDF5 file to read, with clear errors; any error in the block is the file's.

    Raises:
        FileError: There is no such file, it may not be read, is truncated or damaged.
        FormatError: It is not an HDF5 file.
    """
    path = Path(path)
    if not path.is_file():
        raise FileError(f"{path}: {'a folder, not a file' if path.is_dir() else 'no such file'}")
    try:
        file = h5py.File(str(path), "r")
    except OSError as error:
        raise _unopened(path, error) from error
    with file:
        try:
            yield file
        except CloudburstError:
            raise
        except _DAMAGED as error:
            message = f"{path}: damaged, cannot be read; copy or make it again ({error})"
            raise FileError(message) from error


def check_arrays(file: h5py.File, shapes: Shapes, path: Path) -> int:
    """The number of rows that all data sets have.

    Args:
        file: The file.
        shapes: By name of a data set, the shape of its rows.
        path: The file's name, for messages.

    Raises:
        FormatError: A data set is missing, holds no numbers or has another shape or length.
    """
    counts: dict[str, int] = {}
    for name, shape in shapes.items():
        if name not in file:
            raise FormatError(f"{path}: data set '{name}' is missing; it has {sorted(file)}")
        found: Any = file[name]
        if not isinstance(found, h5py.Dataset) or found.dtype.kind not in "fiu":
            raise FormatError(f"{path}: '{name}' is no data set of numbers")
        if not found.shape or found.shape[1:] != shape:
            raise FormatError(
                f"{path}: data set '{name}' has shape {found.shape}, "
                f"needs ({', '.join(map(str, ('N', *shape)))})"
            )
        counts[name] = found.shape[0]
    if len(set(counts.values())) > 1:
        raise FormatError(f"{path}: data sets of different lengths: {counts}")
    return next(iter(counts.values()))


def read_rows(file: h5py.File, name: str, numbers: range) -> NDArray[np.float32]:
    """Rows of a data set, as float32 with shape (len(numbers), *row)."""
    dataset: Any = file[name]
    upwards = numbers if numbers.step > 0 else numbers[::-1]
    rows = dataset.astype(np.float32)[upwards.start : upwards.stop : upwards.step]
    return np.asarray(rows if numbers.step > 0 else rows[::-1], np.float32)


def _unopened(path: Path, error: OSError) -> FileError:
    if "truncated" in str(error):
        return FileError(f"{path}: truncated; copy or download it again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EAGAIN, errno.EIO, errno.ENOENT):
        return FileError(f"{path}: cannot be read ({os.strerror(error.errno)})")
    if "signature not found" in str(error):
        return FormatError(f"{path}: not an HDF5 file, or one with a damaged beginning")
    return FileError(f"{path}: damaged or being written, cannot be opened ({error})")


def _rows_of_chunk(shapes: Shapes) -> int:
    """Rows in a chunk: a power of two, so that batches and chunks begin together."""
    row_bytes = 4 * sum(math.prod(shape) for shape in shapes.values())
    most = min(_CHUNK_ROWS, max(1, _CHUNK_BYTES // row_bytes))
    return 1 << (most.bit_length() - 1)


def _deflate(chunk: NDArray[np.float32]) -> bytes:
    shuffled = chunk.view(np.uint8).reshape(-1, chunk.itemsize).T.tobytes()
    stream = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return stream.compress(shuffled) + stream.flush()
