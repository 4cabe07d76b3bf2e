"""What lies in the folder of a run, and what must not be lost, with clear errors."""

from __future__ import annotations

__all__ = [
    "is_run",
    "load_surrogate",
    "read_history",
    "read_json",
    "refuse_file",
    "refuse_foreign",
]

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .. import zoo
from ..errors import ExistsError, FileError, FormatError
from ..files import check_destination
from ..surrogate import Surrogate


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, finished or not."""
    return (folder / "run.json").is_file()


def refuse_foreign(folder: Path) -> None:
    """Raises ExistsError if a folder holds anything but a run, as nothing may get lost there."""
    if is_run(folder) or not folder.exists():
        return
    if not folder.is_dir():
        raise ExistsError(f"{folder} is a file, where a folder is needed; choose another name")
    if any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ExistsError(f"{folder} is not empty and holds no run; choose another folder")


def refuse_file(path: Path, overwrite: bool) -> None:
    """Raises ExistsError if a file cannot be written because of what is there."""
    if path.is_dir():
        raise ExistsError(f"{path} is a folder, where a file is needed; choose another name")
    check_destination(path, overwrite)


def load_surrogate(folder: Path | str, packages: Collection[str] = ()) -> Surrogate:
    """The surrogate of a folder, or of the run in it.

    Args:
        folder: The folder, or "zoo:NAME" for a surrogate that ships with the package.
        packages: Packages besides cloudburst whose classes it may use.

    Raises:
        FileError: There is none, the run is unfinished, or it cannot be read.
        SpecError: It names a class that may not be built.
    """
    folder = zoo.locate(folder)
    if not folder.is_dir():
        what = "a file, not the folder" if folder.exists() else "no such folder"
        raise FileError(f"{folder}: {what} of a run or surrogate; make one with cloudburst train")
    if is_run(folder) and not (folder / "surrogate").is_dir():
        raise FileError(f"{folder}: an unfinished run; go on with cloudburst train --resume")
    return Surrogate.load(folder, packages)


def read_history(folder: Path) -> list[Any] | None:
    """The history of a run's training, or None where there is none; errors as `read_json`."""
    path = folder / "history.json"
    return list(read_json(path)) if path.is_file() else None


def read_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        FileError: It cannot be read.
        FormatError: It is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise FormatError(f"{path}: damaged, not a JSON file ({error})") from error
