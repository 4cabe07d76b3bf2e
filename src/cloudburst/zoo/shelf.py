"""Where the shipped surrogates lie."""

from __future__ import annotations

__all__ = ["PREFIX", "locate", "shelved"]

from importlib import resources
from pathlib import Path

from ..errors import FileError, nearest

PREFIX = "zoo:"


def shelved() -> dict[str, Path]:
    """The folders of the shipped surrogates, by name."""
    folder = Path(str(resources.files("cloudburst") / "zoo"))
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/card.json"))}


def locate(name: str | Path) -> Path:
    """The folder of a surrogate, given as a path or, for a shipped one, as "zoo:NAME".

    Raises:
        FileError: No surrogate of that name is shipped.
    """
    text = str(name)
    if not text.startswith(PREFIX):
        return Path(name)
    stem, known = text.removeprefix(PREFIX), shelved()
    if stem not in known:
        raise FileError(f"{text}: no such shipped surrogate; {nearest(stem, known)}")
    return known[stem]
