"""HDF5 files: read with clear errors, made whole or not at all, grown by whole chunks.

Chunks are compressed here and not by the HDF5 library, with one result for every reader: the
bytes of a chunk in shuffled order (all first bytes of its numbers, all second bytes, ...) as a
zlib stream, which the ordinary `shuffle` and `gzip` filters undo. The library's deflate looks
for repeated strings, of which the mantissas of signals have none; looking for runs of equal
bytes only (`zlib.Z_RLE`) finds zeros and exponents, is faster and makes smaller files, as
`benchmarks/write_events.py` shows.
"""

from __future__ import annotations

__all__ = ["GrowingArray", "check_arrays", "create_hdf5", "open_hdf5", "read_rows"]

import contextlib
import errno
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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


class GrowingArray:
    """A data set of 32-bit floats that grows by rows.

    Holds one chunk in memory and writes each chunk once, however the rows arrive.

    Args:
        file: The file, open to be written.
        name: Name of the new data set.
        shape: Shape of a row.
        compress: Whether chunks are compressed, by about half for showers.
    """

    def __init__(
        self, file: h5py.File, name: str, shape: tuple[int, ...], compress: bool = True
    ) -> None:
        self._chunk = np.zeros((_rows(shape), *shape), "<f4")
        self._written = 0
        self._waiting = 0
        self._compress = compress
        self._dataset: Any = file.create_dataset(
            name,
            (0, *shape),
            "<f4",
            maxshape=(None, *shape),
            chunks=self._chunk.shape,
            shuffle=compress,
            compression=1 if compress else None,
        )

    def append(self, rows: NDArray[np.float32]) -> None:
        """Adds rows, with shape (n, *shape); they may be changed afterwards."""
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
        """Writes the rows that do not fill a chunk; nothing can be added then."""
        count = self._written + self._waiting
        if self._waiting:
            self._chunk[self._waiting :] = 0
            self._write(self._chunk)
        self._dataset.resize(count, axis=0)

    def _write(self, chunk: NDArray[np.float32]) -> None:
        end = self._written + len(chunk)
        self._dataset.resize(end, axis=0)
        start = (self._written, *(0 for _ in chunk.shape[1:]))
        data = _deflate(chunk) if self._compress else chunk.tobytes()
        self._dataset.id.write_direct_chunk(start, data)
        self._written = end


@contextlib.contextmanager
def create_hdf5(path: Path, overwrite: bool = False) -> Iterator[h5py.File]:
    """Opens an HDF5 file to write, which appears at `path` when the block ends.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written; nothing is left behind.
    """
    with (
        atomic_file(path, overwrite) as temporary,
        _closing(h5py.File(str(temporary), "w")) as file,
    ):
        yield file


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
        except (
            AttributeError,
            LookupError,
            OSError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as error:
            # the library raises any of these where the bytes of a file make no sense
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


def _rows(shape: tuple[int, ...]) -> int:
    """Rows in a chunk: a power of two, so that batches and chunks begin together."""
    most = min(_CHUNK_ROWS, max(1, _CHUNK_BYTES // (4 * math.prod(shape))))
    return 1 << (most.bit_length() - 1)


def _deflate(chunk: NDArray[np.float32]) -> bytes:
    shuffled = chunk.view(np.uint8).reshape(-1, chunk.itemsize).T.tobytes()
    stream = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return stream.compress(shuffled) + stream.flush()
