"""Files and folders that appear whole or not at all.

Everything is written beside its destination under a hidden temporary name, flushed to
disk and renamed; an error, a kill or a full disk leaves no half-written output. Only a killed
process leaves its temporary file, which may be deleted.
"""

__all__ = [
    "atomic_file",
    "atomic_folder",
    "check_destination",
    "refuse_existing",
    "sha256",
    "write_text",
]

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from .errors import ExistsError, FileError

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_UNWRITABLE = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EBUSY),
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP),
)


def refuse_existing(path: Path, overwrite: bool = False) -> None:
    """Raises ExistsError if `path` is there and must be kept."""
    if os.path.lexists(path) and not overwrite:
        raise ExistsError(f"{path} already exists; choose another name or pass --overwrite")


def check_destination(path: Path, overwrite: bool = False) -> None:
    """Raises what writing `path` would, before long work is done for it; leaves nothing behind.

    Raises:
        ExistsError: `path` is already there and `overwrite` is false.
        FileError: Its folder, or the nearest one above that is there, cannot be written.
    """
    path = Path(path)
    refuse_existing(path, overwrite)
    try:
        above = next(folder for folder in path.absolute().parents if folder.exists())
        trial = above / _hidden(path)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror})") from error


@contextlib.contextmanager
def atomic_file(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """A temporary path that becomes `path` when the block ends without an error.

    The folder is made if there is none. Of several writers at once without `overwrite`, the
    first to end wins and the others get an error; with it, the last one wins.

    Raises:
        ExistsError: `path` is already there and `overwrite` is false.
        FileError: The disk is full, or the folder cannot be written.
    """
    path = Path(path)
    refuse_existing(path, overwrite)
    with _clear_disk_errors(path):
        temporary = _beside(path)
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield temporary
            _sync(temporary)
            if overwrite:
                temporary.replace(path)
            else:
                _place(temporary, path)
            _sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes `path` when the block ends without an error.

    A folder that is replaced is first moved to a hidden name beside it: a process killed in
    that moment leaves the old and the new folder there, both whole.

    Raises:
        ExistsError: `path` is already there and `overwrite` is false.
        FileError: The disk is full, or the folder cannot be written.
    """
    path = Path(path)
    refuse_existing(path, overwrite)
    with _clear_disk_errors(path):
        temporary = _beside(path)
        temporary.mkdir()
        try:
            yield temporary
            mode = temporary.stat().st_mode
            for file in temporary.rglob("*"):
                # some libraries write files that only their owner may read
                file.chmod(mode & (0o777 if file.is_dir() else 0o666))
                _sync(file)
            _sync(temporary)
            refuse_existing(path, overwrite)
            _exchange(temporary, path)
            _sync(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def write_text(path: Path, text: str, overwrite: bool = False) -> None:
    """Writes a text file, in UTF-8, whole or not at all; errors as `atomic_file`."""
    with atomic_file(path, overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; raises OSError if it cannot be read."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(path: Path) -> Path:
    """A hidden name in the folder of `path`, which is made if there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "not a folder" if isinstance(error, FileExistsError) else error.strerror
        raise FileError(f"{path}: cannot make its folder ({error.filename}: {reason})") from error
    return path.with_name(_hidden(path))


def _hidden(path: Path) -> str:
    """A name for what becomes `path`."""
    return f".{path.name}.{secrets.token_hex(4)}"


def _place(new: Path, path: Path) -> None:
    """Puts a file at `path` if nothing is there, which only a link does in one step."""
    try:
        path.hardlink_to(new)
    except FileExistsError as error:
        raise _overtaken(path) from error
    except OSError:
        # some file systems have no links
        refuse_existing(path)
        new.replace(path)


def _exchange(new: Path, path: Path) -> None:
    """Puts a folder at `path`; what was there is removed only once it is out of the way."""
    if not os.path.lexists(path):
        _move(new, path)
        return
    old = new.with_name(new.name + ".old")
    path.rename(old)
    try:
        _move(new, path)
    except OSError:
        if not os.path.lexists(path):
            old.rename(path)
        raise
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.unlink()


def _move(new: Path, path: Path) -> None:
    try:
        new.rename(path)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise _overtaken(path) from error
        raise


def _overtaken(path: Path) -> ExistsError:
    return ExistsError(f"{path} was made by another program in the meantime; it is kept")


def _sync(path: Path) -> None:
    """Flushes a file, or a folder's list of names, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # some file systems cannot flush folders
        if error.errno not in (errno.EINVAL, errno.ENOTSUP) or not path.is_dir():
            raise
    finally:
        os.close(handle)


@contextlib.contextmanager
def _clear_disk_errors(path: Path) -> Iterator[None]:
    """Turns a full disk or a forbidden folder into one clear error."""
    try:
        yield
    except OSError as error:
        elsewhere = error.filename is not None and not _is_in(error.filename, path.parent)
        if isinstance(error, FileError) or elsewhere:
            raise
        number = _number(error)
        if number in _FULL:
            raise FileError(
                f"{path}: no space left on the disk; nothing was written, "
                "free some space or choose another folder"
            ) from error
        if number in _UNWRITABLE:
            raise FileError(f"{path}: cannot be written ({os.strerror(number)})") from error
        raise


def _number(error: OSError) -> int:
    """The system's number of an error, which HDF5 gives only within its message."""
    found = re.search(r"errno = (\d+)", str(error))
    return error.errno or (int(found[1]) if found else 0)


def _is_in(name: str | bytes | int, folder: Path) -> bool:
    return not isinstance(name, int) and Path(os.fsdecode(name)).is_relative_to(folder)
