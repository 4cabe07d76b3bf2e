"""A file for the HDF5 library to write to, which never learns of a full disk.

The library may crash the process where it cannot write when it closes a file. Hence what follows
the first error is dropped, and the error is raised outside of the library.
"""

from __future__ import annotations

__all__ = ["Disk"]

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Disk(io.RawIOBase):
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
