"""Memory and energy of a stretch of work, as far as the machine tells."""

from __future__ import annotations

__all__ = ["Resources", "watch"]

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

_ZONES = Path("/sys/class/powercap")


class Resources(NamedTuple):
    """What a stretch of work took.

    Attributes:
        memory: Largest resident memory of the process so far, in MB.
        gpu_memory: Largest memory allocated on the GPU meanwhile, in MB; None without one.
        energy: Energy of all processor packages meanwhile, in J; None where the machine does
            not tell. Whatever else ran is in it.
    """

    memory: float
    gpu_memory: float | None
    energy: float | None


def watch(work: Callable[[], object]) -> Resources:
    """Does some work and tells what it took."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    before = _joules()
    work()
    after = _joules()
    energy = None if before is None or after is None or after < before else after - before
    gpu = torch.cuda.max_memory_allocated() / 1e6 if torch.cuda.is_available() else None
    # Linux counts in KiB, macOS in bytes
    unit = 1 if sys.platform == "darwin" else 1024
    return Resources(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, gpu, energy)


def _joules() -> float | None:
    """What the processor's packages have used since some time, in J, or None."""
    total, found = 0.0, False
    for zone in sorted(_ZONES.glob("intel-rapl:?")):
        try:
            total += int((zone / "energy_uj").read_text()) * 1e-6
            found = True
        except (OSError, ValueError):
            continue
    return total if found else None
