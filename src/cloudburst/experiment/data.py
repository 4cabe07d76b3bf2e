"""The events of a recipe."""

from __future__ import annotations

__all__ = ["Data", "load_data", "locate", "shipped_samples"]

from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import zoo
from ..errors import DataError, FileError, nearest
from ..events import Events
from ..files import sha256
from ..formats import read_events
from ..validation.conditions import without_slice
from .recipe import DataTable

_PREFIX = "sample:"


class Data(NamedTuple):
    """What a training sees.

    Attributes:
        training: Events to learn from.
        validation: Events to choose the best step by.
        provenance: The file, its hash and where its events came from.
    """

    training: Events
    validation: Events
    provenance: dict[str, Any]


def shipped_samples() -> dict[str, Path]:
    """The samples of full simulation that the package ships, by name."""
    folder = Path(str(resources.files("cloudburst") / "samples"))
    return {path.stem: path for path in sorted(folder.glob("*.h5"))}


def locate(name: str | Path) -> Path:
    """The path of a file, of a sample given as "sample:NAME", or of a surrogate as "zoo:NAME".

    Raises:
        FileError: No sample or surrogate of that name is shipped.
    """
    text = str(name)
    if not text.startswith(_PREFIX):
        return zoo.locate(name)
    samples = shipped_samples()
    stem = text.removeprefix(_PREFIX)
    if stem not in samples:
        raise FileError(f"{text}: no such shipped sample; {nearest(stem, samples)}")
    return samples[stem]


def load_data(table: DataTable, seed: int) -> Data:
    """Reads the events of a recipe and keeps some of them from training.

    Raises:
        FileError: The file cannot be read.
        DataError: It holds too few events to keep some from training, or none in a slice that
            is to be left out, or cannot be mirrored.
        ConditionError: A condition that the table names is unknown.
    """
    path = locate(table.file)
    events, provenance = read_events(path, slice(table.events))
    events = events.select(table.readouts) if table.readouts else events
    for condition, (low, high) in table.left_out.items():
        events = without_slice(events, condition, low, high)
    order = np.random.default_rng(seed).permutation(len(events))
    kept = round(table.validation * len(events))
    if not 0 < kept < len(events):
        raise DataError(
            f"{path}: {len(events)} events are too few to keep a share of {table.validation:g}"
        )
    origin = {
        "file": table.file,
        "sha256": sha256(path),
        "events": len(events),
        "training": len(events) - kept,
        "provenance": provenance,
    }
    training, validation = events[np.sort(order[kept:])], events[np.sort(order[:kept])]
    for axis, conditions in table.mirror.items():
        training = Events.concatenate([training, training.mirrored(axis, conditions)])
    return Data(training, validation, origin)
