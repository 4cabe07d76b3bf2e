"""The one split of the ladder's showers: what is learned from, and what is only judged by."""

from __future__ import annotations

__all__ = ["READOUTS", "TEST", "TRAINING", "cut"]

from pathlib import Path

from cloudburst import storage
from cloudburst.formats import read_events

READOUTS = ("layer_0", "layer_1", "layer_2")
TRAINING, TEST = slice(0, 6000), slice(6000, 7250)


def cut(source: Path, folder: Path) -> tuple[Path, Path]:
    """Files of the training and of the test showers, made from the whole sample if not there.

    Args:
        source: Positron showers in the CaloGAN calorimeter, in any known layout.
        folder: Where the files are, or will be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "train.h5", folder / "test.h5"
    for path, part in zip(paths, (TRAINING, TEST), strict=True):
        if not path.exists():
            events, provenance = read_events(source, part)
            told = {**provenance, "events": [part.start, part.stop]}
            storage.write(path, events.select(list(READOUTS)), told)
    return paths
