"""What a result depends on besides recipe and data: code, libraries, machine."""

from __future__ import annotations

__all__ = ["environment"]

import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__
from ..benchmark import machine

_LIBRARIES = ("torch", "numpy", "h5py", "scipy", "safetensors")


def environment() -> dict[str, Any]:
    """Versions of code and libraries, machine and threads, as plain data."""
    return {
        "cloudburst": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": machine()["processor"],
        "threads": machine()["threads"],
    }


def _commit() -> str:
    """The commit of the source tree, or "" for an installed package."""
    # an installed package may lie in somebody else's repository, which does not track it
    tracked = _git("ls-files", "--error-unmatch", Path(__file__).name)
    return _git("describe", "--always", "--dirty", "--abbrev=12") if tracked else ""


def _git(*words: str) -> str:
    """What git says of the folder of this file, or "" if it fails."""
    try:
        result = subprocess.run(
            ["git", *words],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()
