"""What a file or a run is."""

from __future__ import annotations

__all__ = ["info"]

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..detector import Detector
from ..engines import stored_choice
from ..errors import FileError
from ..formats import read_header, recognise
from ..surrogate import Surrogate
from .runs import is_run, load_surrogate, read_history, read_json


def info(path: Path, packages: Collection[str] = ()) -> dict[str, Any]:
    """Kind, detector, conditions, readouts, counts and provenance, as plain data to print.

    Args:
        path: A file of events, or the folder of a run or surrogate.
        packages: Packages besides cloudburst whose classes a surrogate may use.

    Raises:
        FileError: There is no such file or run, or it cannot be read.
    """
    if path.is_dir():
        return _folder(path, packages)
    layout, header = recognise(path), read_header(path)
    kind = "events" if layout is None else f"events in the '{layout.name}' layout"
    count = {"kind": kind, "events": header.events}
    return count | _detector(header.detector) | {"provenance": _short(header.provenance)}


def _folder(path: Path, packages: Collection[str]) -> dict[str, Any]:
    finished, alone = (path / "surrogate").is_dir(), (path / "surrogate.json").is_file()
    if finished or alone:
        kind = "run, finished" if is_run(path) else "surrogate"
        return {"kind": kind, **_surrogate(load_surrogate(path, packages))}
    if not is_run(path):
        raise FileError(f"{path}: neither a run, which holds run.json, nor a surrogate")
    history = read_history(path) or [{"step": 0}]
    kind = "run, unfinished; train with --resume goes on"
    return {"kind": kind, "step": history[-1]["step"], **read_json(path / "run.json")}


def _surrogate(surrogate: Surrogate) -> dict[str, Any]:
    weights = sum(p.numel() for p in surrogate.generator.parameters())
    head = {"generator": type(surrogate.generator).__name__, "weights": weights}
    choice = stored_choice(surrogate.fingerprint())
    never = "not measured on this machine; cloudburst sample --engine auto does it"
    engine = {"engine": never if choice is None else choice.explain()}
    tail = {"provenance": _short(surrogate.provenance)}
    return head | _detector(surrogate.detector) | engine | tail


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
        cells = f"{shape} ({axes})" if r.axes else "one number"
        readouts[r.name] = f"{cells} in {r.unit}" if r.unit else cells
    return {
        "detector": detector.name,
        "source": detector.source,
        "conditions": [str(c) for c in detector.conditions],
        "readouts": readouts,
        "cells": detector.cells,
    }
