"""HDF5 files read with clear errors."""

from __future__ import annotations

__all__ = ["check_arrays", "open_hdf5", "read_numbers", "read_rows"]

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import CloudburstError, FileError, FormatError

# The library raises any of these where the bytes of a file make no sense.
_DAMAGED = (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)


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


def read_numbers(file: h5py.File, name: str, numbers: range) -> NDArray[Any]:
    """Rows of a data set, in its own type, with shape (len(numbers), *row)."""
    dataset: Any = file[name]
    return np.asarray(dataset[numbers.start : numbers.stop : numbers.step])


def _unopened(path: Path, error: OSError) -> FileError:
    if "truncated" in str(error):
        return FileError(f"{path}: truncated; copy or download it again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EAGAIN, errno.EIO, errno.ENOENT):
        return FileError(f"{path}: cannot be read ({os.strerror(error.errno)})")
    if "signature not found" in str(error):
        return FormatError(f"{path}: not an HDF5 file, or one with a damaged beginning")
    return FileError(f"{path}: damaged or being written, cannot be opened ({error})")
