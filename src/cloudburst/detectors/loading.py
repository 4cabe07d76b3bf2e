"""Descriptions by name, from TOML files, or from plain data: the one way to any of them."""

from __future__ import annotations

__all__ = ["described"]

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..errors import DataError, FileError, FormatError, nearest

T = TypeVar("T")


def described(
    source: str | Path | Mapping[str, Any],
    kind: str,
    shipped: Mapping[str, T],
    build: Callable[[dict[str, Any]], T],
) -> T:
    """What a name, a file or plain data describes.

    Args:
        source: The name of a shipped one, the path of a TOML file, or the plain data of one.
        kind: What it is, for messages.
        shipped: The shipped ones by name.
        build: Makes one of plain data, or raises DataError.

    Raises:
        FileError: There is no such file or shipped one, or it cannot be read.
        FormatError: The file is not TOML.
        DataError: The description makes no sense; says where, and what would.
    """
    if isinstance(source, Mapping):
        return build(dict(source))
    if str(source) in shipped:
        return shipped[str(source)]
    path = Path(source)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise FileError(
            f"{source}: no such file or shipped {kind}; {nearest(str(source), shipped)}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: not a TOML file: {error}") from error
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return build(data)
    except DataError as error:
        raise type(error)(f"{path}: {error}") from error
