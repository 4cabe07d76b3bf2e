"""What a file or a run is."""

from __future__ import annotations

__all__ = ["info"]

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..detector import Detector
from ..errors import FileError
from ..formats import recognise
from ..storage import read_header
from ..surrogate import Surrogate


def info(path: Path, packages: Collection[str] = ()) -> dict[str, Any]:
    """Kind, detector, conditions, readouts, counts and provenance, as plain data to print.

    Args:
        path: A file of events, or the folder of a run or surrogate.
        packages: Packages besides cloudburst whose classes a surrogate may use.

    Raises:
        FileError: There is no such file or run, or it cannot be read.
    """
    if path.is_dir():
        return _run(path, packages)
    layout = recognise(path)
    if layout is None:
        header = read_header(path)
        count = {"kind": "events", "events": header.events}
        return count | _detector(header.detector) | {"provenance": _short(header.provenance)}
    events = layout.read(path)
    count = {"kind": f"events in the '{layout.name}' layout", "events": len(events)}
    return count | _detector(events.detector)


def _run(path: Path, packages: Collection[str]) -> dict[str, Any]:
    if (path / "surrogate").is_dir() or (path / "surrogate.json").is_file():
        surrogate = Surrogate.load(path, packages)
        weights = sum(p.numel() for p in surrogate.generator.parameters())
        head = {"kind": "surrogate", "generator": type(surrogate.generator).__name__}
        body = _detector(surrogate.detector) | {"provenance": _short(surrogate.provenance)}
        return head | {"weights": weights} | body
    if not (path / "run.json").is_file():
        raise FileError(f"{path}: neither a run nor a surrogate")
    history = path / "history.json"
    entries = json.loads(history.read_text(encoding="utf-8")) if history.is_file() else []
    step = entries[-1]["step"] if entries else 0
    document = json.loads((path / "run.json").read_text(encoding="utf-8"))
    return {"kind": "unfinished run (go on with train --resume)", "step": step, **document}


def _short(provenance: Any) -> Any:
    """Provenance with each recipe reduced to its name and description."""
    if not isinstance(provenance, dict):
        return provenance
    short = {key: _short(value) for key, value in provenance.items()}
    recipe = short.get("recipe")
    if isinstance(recipe, dict):
        short["recipe"] = {key: recipe.get(key) for key in ("name", "description")}
    return short


def _detector(detector: Detector) -> dict[str, Any]:
    readouts = {}
    for r in detector.readouts:
        shape = " x ".join(map(str, r.shape))
        axes = ", ".join(axis.name for axis in r.axes)
        readouts[r.name] = f"{shape} ({axes}) in {r.unit}"
    return {
        "detector": detector.name,
        "source": detector.source,
        "conditions": [str(c) for c in detector.conditions],
        "readouts": readouts,
        "cells": detector.cells,
    }
