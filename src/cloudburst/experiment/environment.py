"""What a result depends on besides recipe and data: code, libraries, machine."""

from __future__ import annotations

__all__ = ["environment"]

import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from .. import __version__

_LIBRARIES = ("torch", "numpy", "h5py", "scipy", "safetensors")


def environment() -> dict[str, Any]:
    """Versions of code and libraries, machine and threads, as plain data."""
    return {
        "cloudburst": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "threads": torch.get_num_threads(),
    }


def _commit() -> str:
    """The commit of the source tree, or "" for an installed package."""
    try:
        result = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
