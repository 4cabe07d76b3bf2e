"""Everything about one rung, by the one protocol; kept in a file for each."""

from __future__ import annotations

__all__ = ["LAST", "SHARED", "measure_rung", "measure_shared"]

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from cloudburst.distances import Measurement
from cloudburst.experiment import load_recipe
from cloudburst.experiment.runs import load_surrogate
from cloudburst.files import write_text
from cloudburst.formats import read_events
from cloudburst.surrogate import Surrogate

from .cost import Costs
from .judging import STRONG, WEAK, halves, strong_area, weak_area
from .names import Rung
from .physics import physics, telling
from .speed import speed

Part: TypeAlias = Callable[[], Any]

SHARED = "geant4"
# What is measured last of a rung: only what has it is whole.
LAST = "cost"
_REPEATS = 4


def measure_shared(files: tuple[Path, Path], folder: Path) -> None:
    """The floors of the strong protocol: what Geant4 comes to against itself."""
    training, test = (read_events(p)[0] for p in files)
    samples = halves(training, test)
    parts = {f"strong {name}": partial(strong_area, name, samples) for name in STRONG}
    _measure(folder / f"{SHARED}.json", "", parts)


def measure_rung(
    rung: Rung, run: Path, files: tuple[Path, Path], folder: Path, costs: Costs
) -> None:
    """Measures of a trained rung what has not been measured of it as it is now.

    Args:
        rung: Which one.
        run: Its folder.
        files: Training and test showers.
        folder: Where the results go.
        costs: What trainings cost.
    """
    surrogate = load_surrogate(run)
    training, test = (read_events(p)[0] for p in files)
    generated = surrogate.sample(training.conditions, seed=11)
    fresh = surrogate.sample(np.tile(test.conditions, (_REPEATS, 1)), seed=12)
    samples = training, generated, test, fresh
    judged: dict[str, Part] = {
        **{f"weak {name}": partial(weak_area, name, test, fresh) for name in WEAK},
        **{f"strong {name}": partial(strong_area, name, samples) for name in STRONG},
    }
    others: dict[str, Part] = {
        "about": partial(_about, rung, surrogate),
        "speed": partial(speed, surrogate),
        "physics": partial(physics, test, fresh),
        "telling": partial(telling, test, fresh),
    }
    last: dict[str, Part] = {LAST: partial(_cost, run, costs)}
    parts = judged if rung.seed else {**others, **judged, **last}
    _measure(folder / f"{rung.name}.json", surrogate.fingerprint(), parts)


def _about(rung: Rung, surrogate: Surrogate) -> dict[str, Any]:
    data, training = surrogate.provenance["data"], surrogate.provenance["training"]
    return {
        "title": rung.title,
        "passes": rung.passes,
        "weights": sum(w.numel() for w in surrogate.generator.parameters()),
        "steps": training["steps"],
        "best_step": training["best_step"],
        "showers": data["training"],
        "sha256": data["sha256"],
    }


def _cost(run: Path, costs: Costs) -> Measurement:
    return costs.minutes(load_recipe(run / "recipe.toml"))


def _measure(path: Path, of: str, parts: dict[str, Part]) -> None:
    """Adds the parts that are not in a file yet; starts anew if it is of something else."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    if found.get("fingerprint") != of:
        found = {"fingerprint": of}
    for name, part in parts.items():
        if name in found:
            continue
        start = time.process_time()
        found[name] = part()
        print(f"{path.stem}: {name}, {time.process_time() - start:.0f} s of CPU", flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(found, indent=1) + "\n", overwrite=True)
