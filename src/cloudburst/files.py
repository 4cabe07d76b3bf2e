"""Files and folders that appear whole or not at all.

Everything is written beside its destination under a hidden temporary name, flushed to
disk and renamed; a crash, a kill or a full disk leaves no half-written output.
"""

__all__ = ["atomic_file", "atomic_folder", "refuse_existing", "sha256", "write_text"]

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import ExistsError, FileError


def refuse_existing(path: Path, overwrite: bool = False) -> None:
    """Raises ExistsError if `path` is there and must be kept."""
    if path.exists() and not overwrite:
        raise ExistsError(f"{path} already exists; choose another name or pass --overwrite")


@contextlib.contextmanager
def atomic_file(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """A temporary path that becomes `path` when the block ends without an error.

    Raises:
        ExistsError: `path` is already there and `overwrite` is false.
        FileError: The disk is full, or the folder cannot be written.
    """
    path = Path(path)
    refuse_existing(path, overwrite)
    with _clear_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            _sync(temporary)
            temporary.chmod(0o666 & ~_umask())
            refuse_existing(path, overwrite)
            temporary.replace(path)
            _sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes `path` when the block ends without an error.

    Raises:
        ExistsError: `path` is already there and `overwrite` is false.
        FileError: The disk is full, or the folder cannot be written.
    """
    path = Path(path)
    refuse_existing(path, overwrite)
    with _clear_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            yield temporary
            for file in temporary.rglob("*"):
                file.chmod((0o777 if file.is_dir() else 0o666) & ~_umask())
                _sync(file)
            temporary.chmod(0o777 & ~_umask())
            refuse_existing(path, overwrite)
            _exchange(temporary, path)
            _sync(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def write_text(path: Path, text: str, overwrite: bool = False) -> None:
    """Writes a text file whole or not at all."""
    with atomic_file(path, overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _exchange(new: Path, path: Path) -> None:
    """Puts `new` at `path`; what was there is removed only once it is out of the way."""
    if not path.exists():
        new.rename(path)
        return
    old = new.with_name(new.name + ".old")
    path.rename(old)
    try:
        new.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old) if old.is_dir() else old.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def _clear_disk_errors(path: Path) -> Iterator[None]:
    """Turns a full disk or a forbidden folder into one clear error.

    HDF5 reports a failed write with the system's message inside its own, hence the text.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, FileError):
            raise
        full = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        if error.errno in full or any(f"errno = {code}," in str(error) for code in full):
            raise FileError(
                f"{path}: no space left on the disk; nothing was written, "
                "free some space or choose another folder"
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.ENOTDIR, errno.EISDIR):
            raise FileError(f"{path}: cannot be written ({error.strerror})") from error
        raise
