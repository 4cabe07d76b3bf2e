"""Everything about one rung, by the one protocol; kept in a file for each."""

from __future__ import annotations

__all__ = ["SHARED", "measure_rung", "measure_shared"]

import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from cloudburst.events import Events
from cloudburst.experiment import load_recipe
from cloudburst.experiment.runs import load_surrogate
from cloudburst.files import write_text
from cloudburst.formats import read_events

from .cost import Costs
from .judging import floors, strong_areas, weak_areas
from .names import Rung
from .physics import physics, telling
from .speed import speed

SHARED = "geant4"
_REPEATS = 4


def measure_shared(train: Path, test: Path, folder: Path) -> None:
    """The floors: what Geant4 comes to against itself."""
    path = folder / f"{SHARED}.json"
    if not path.exists():
        training, judged = (read_events(p)[0] for p in (train, test))
        _write(path, {"strong": floors(training, judged)})


def measure_rung(rung: Rung, run: Path, files: tuple[Path, Path], folder: Path, costs: Costs) -> None:
    """Measures a trained rung, unless it has been as it is now.

    Args:
        rung: Which one.
        run: Its folder.
        files: Training and test showers.
        folder: Where the results go.
        costs: What trainings cost.
    """
    surrogate = load_surrogate(run)
    path, print_ = folder / f"{rung.name}.json", surrogate.fingerprint()
    if path.exists() and json.loads(path.read_text())["fingerprint"] == print_:
        return
    training, test = (read_events(p)[0] for p in files)
    generated = surrogate.sample(training.conditions, seed=11)
    fresh = surrogate.sample(np.tile(test.conditions, (_REPEATS, 1)), seed=12)
    found: dict[str, Any] = {"fingerprint": print_, "title": rung.title, "passes": rung.passes}
    found["weights"] = sum(w.numel() for w in surrogate.generator.parameters())
    parts = {
        "speed": lambda: speed(surrogate),
        "physics": lambda: physics(test, fresh),
        "telling": lambda: telling(test, fresh),
        "weak": lambda: weak_areas(test, fresh),
        "strong": lambda: strong_areas(training, generated, test, fresh),
        "training": lambda: _training(surrogate.provenance, run, costs),
    }
    for name, part in parts.items():
        start = time.process_time()
        found[name] = part()
        print(f"{rung.name}: {name} in {time.process_time() - start:.0f} s of CPU", flush=True)
    _write(path, found)


def _training(provenance: dict[str, Any], run: Path, costs: Costs) -> dict[str, Any]:
    recipe = load_recipe(run / "recipe.toml")
    data = provenance["data"]
    steps = provenance["training"]
    return {
        "minutes": costs.minutes(recipe),
        "steps": steps["steps"],
        "best_step": steps["best_step"],
        "showers": data["training"],
        "sha256": data["sha256"],
    }


def _write(path: Path, found: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(found, indent=1) + "\n", overwrite=True)
