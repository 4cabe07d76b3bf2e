"""The whole way in one go: train, sample and validate on shipped Geant4 showers."""

from __future__ import annotations

__all__ = ["demo"]

import json
import shutil
from pathlib import Path
from typing import Protocol

from ..errors import ExistsError
from ..files import sha256
from ..formats import read_events
from ..training import Progress
from .data import locate
from .recipe import Recipe
from .sample import draw_conditions, sample
from .train import train
from .validate import Candidate, Told, Verdict, judge

_TEST = "sample:calogan-eplus-test"


class DemoTold(Told, Protocol):
    """Hears how far the demo is; its training stage tells of losses too."""

    def training(self, progress: Progress) -> None:
        """Hears of a training's progress."""


def demo(
    recipe: Recipe, folder: Path, events: int, told: DemoTold, overwrite: bool = False
) -> Verdict:
    """Trains by a recipe, samples and validates with test showers that the package ships.

    Args:
        recipe: What to train.
        folder: The run folder; events.h5, report.html, report.json and figures come into it.
        events: How many events to sample.
        told: Hears how far it is.
        overwrite: Whether an earlier demo there is replaced.

    Raises:
        ExistsError: A finished demo is there and `overwrite` is false.
    """
    folder = Path(folder)
    if overwrite and (folder / "recipe.toml").exists():
        shutil.rmtree(folder)
    if (folder / "report.html").exists():
        raise ExistsError(f"{folder} holds a demo; choose another folder or pass --overwrite")
    surrogate = train(recipe, folder, resume=True, report=told.training)
    conditions = draw_conditions(surrogate.detector, events, 1, {})
    path = folder / "events.h5"
    sample(
        surrogate,
        path,
        conditions,
        1,
        overwrite=True,
        report=lambda n: told("sampling", n, events),
    )
    made, _ = read_events(path)
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    judged = Candidate(recipe.name, made, surrogate.provenance, surrogate, history)
    reference, origin = read_events(locate(_TEST))
    report = folder / "report"
    verdict = judge(judged, reference, origin, sha256(locate(_TEST)), report, 0, True, told)
    for part in report.iterdir():
        part.replace(folder / part.name)
    report.rmdir()
    return verdict
