"""Trains in parts of limited time, and keeps what processor time each part took.

    python benchmarks/systems/training.py RUN MINUTES RECIPE [KEY=VALUE ...]

goes on with `cloudburst train RECIPE RUN --resume --set KEY=VALUE ...` for so many minutes, or to
its end, and adds a line to RUN.seconds. Repeat it until the run holds a surrogate.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path


def train(run: Path, minutes: float, recipe: str, settings: list[str]) -> int:
    """Goes on with a training; returns the exit code, 143 if time was up."""
    run.parent.mkdir(parents=True, exist_ok=True)
    changes = [part for setting in settings for part in ("--set", setting)]
    command = [sys.executable, "-m", "cloudburst", "train", recipe, str(run), "--resume"]
    process = subprocess.Popen([*command, *changes])
    try:
        process.wait(60 * minutes)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        process.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with run.with_name(f"{run.name}.seconds").open("a", encoding="utf-8") as file:
        file.write(f"{used.ru_utime + used.ru_stime:.1f}\n")
    return process.returncode


if __name__ == "__main__":
    folder, limit, name, *given = sys.argv[1:]
    sys.exit(train(Path(folder), float(limit), name, given))
