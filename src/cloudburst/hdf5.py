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

__all__ = ["GrowingArray", "NewFile", "check_arrays", "create_hdf5", "open_hdf5", "read_rows"]

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
# A chunk fits in the cache that readers keep by default (1 MiB), beside others.
_CHUNK_BYTES = 2**19
_CHUNK_ROWS = 1024


class NewFile:
    """An HDF5 file that is being written; see `create_hdf5`.

    Attributes:
        attrs: The attributes of the file.
    """

    def __init__(self, file: h5py.File, disk: _Disk) -> None:
        self.attrs: Any = file.attrs
        self._file = file
        self._disk = disk
        self._arrays: list[GrowingArray] = []

    def array(self, name: str, shape: tuple[int, ...], compress: bool = True) -> GrowingArray:
        """A new data set of 32-bit floats that grows by rows.

        Args:
            name: Its name.
            shape: Shape of a row.
            compress: Whether to compress it, by about half for showers.
        """
        rows = _rows(shape)
        dataset = self._file.create_dataset(
            name,
            (0, *shape),
            "<f4",
            maxshape=(None, *shape),
            chunks=(rows, *shape),
            shuffle=compress,
            compression=1 if compress else None,
        )
        self._arrays.append(GrowingArray(dataset, self._disk))
        return self._arrays[-1]

    def finish(self) -> None:
        """Writes what arrays still hold."""
        for array in self._arrays:
            array.finish()


class GrowingArray:
    """A data set of a new file, which grows by rows.

    Holds one chunk in memory and writes each chunk once, however the rows arrive.
    """

    def __init__(self, dataset: Any, disk: _Disk) -> None:
        self._dataset = dataset
        self._disk = disk
        self._chunk = np.zeros(dataset.chunks, "<f4")
        self._written = 0
        self._waiting = 0

    def append(self, rows: NDArray[np.float32]) -> None:
        """Adds rows, with shape (n, *shape); raises OSError if the disk is full."""
        size = len(self._chunk)
        while len(rows):
            if not self._waiting and len(rows) >= size:
                self._write(np.ascontiguousarray(rows[:size], "<f4"))
                rows = rows[size:]
                continue
            part = rows[: size - self._waiting]
            self._chunk[self._waiting : self._waiting + len(part)] = part
            self._waiting += len(part)
            rows = rows[len(part) :]
            if self._waiting == size:
                self._write(self._chunk)
                self._waiting = 0

    def finish(self) -> None:
        """Writes the rows that fill no chunk; nothing can be added then."""
        count = self._written + self._waiting
        if self._waiting:
            self._chunk[self._waiting :] = 0
            self._write(self._chunk)
        self._dataset.resize(count, axis=0)

    def _write(self, chunk: NDArray[np.float32]) -> None:
        end = self._written + len(chunk)
        self._dataset.resize(end, axis=0)
        start = (self._written, *(0 for _ in chunk.shape[1:]))
        data = _deflate(chunk) if self._dataset.shuffle else chunk.tobytes()
        self._dataset.id.write_direct_chunk(start, data)
        self._disk.check()
        self._written = end


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
def create_hdf5(path: Path, overwrite: bool = False) -> Iterator[NewFile]:
    """A new HDF5 file, which appears at `path` when the block ends.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written; nothing is left behind.
    """
    with atomic_file(path, overwrite) as temporary, _Disk(temporary) as disk:
        with h5py.File(cast(Any, disk), "w") as file:
            new = NewFile(file, disk)
            yield new
            new.finish()
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


def check_arrays(file: h5py.File, shapes: Mapping[str, tuple[int, ...]], path: Path) -> int:
    """The number of rows that all data sets have.

    Args:
        file: The file.
        shapes: By name of a data set, the shape of its rows.
        path: The file's name, for messages.

    Raises:
        FormatError: A data set is missing, holds no numbers or has another shape or length.
    """
    counts = {}
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
    return FormatError(f"{path}: not an HDF5 file, or one with a damaged beginning")


def _rows(shape: tuple[int, ...]) -> int:
    """Rows in a chunk: a power of two, so that batches and chunks begin together."""
    most = min(_CHUNK_ROWS, max(1, _CHUNK_BYTES // (4 * math.prod(shape))))
    return 1 << (most.bit_length() - 1)


def _deflate(chunk: NDArray[np.float32]) -> bytes:
    shuffled = chunk.view(np.uint8).reshape(-1, chunk.itemsize).T.tobytes()
    stream = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return stream.compress(shuffled) + stream.flush()
