"""What an engine need not make twice on one machine, kept in the user's cache."""

from __future__ import annotations

__all__ = ["cache_folder", "kept"]

import os
from collections.abc import Callable
from pathlib import Path

from ..errors import FileError
from ..files import atomic_file


def cache_folder() -> Path:
    """$CLOUDBURST_CACHE, or `cloudburst` in the system's folder for caches; may be deleted."""
    own = os.environ.get("CLOUDBURST_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cloudburst"


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """The content of a file of the cache, made first where it is not there.

    A cache that cannot be written costs time, and nothing else.
    """
    path = cache_folder() / name
    if path.is_file():
        return path.read_bytes()
    content = make()
    try:
        with atomic_file(path, overwrite=True) as temporary:
            temporary.write_bytes(content)
    except FileError:
        pass
    return content
