"""The whole way in one go: train, sample and validate on shipped Geant4 showers."""

from __future__ import annotations

__all__ = ["DemoTold", "demo"]

import shutil
from pathlib import Path
from typing import Protocol

from ..errors import ExistsError
from ..formats import read_events
from ..surrogate import Surrogate
from ..training import Progress
from .candidate import Candidate, load_full_simulation
from .recipe import Recipe
from .runs import is_run, read_history
from .sample import draw_conditions, sample
from .telling import Told
from .train import Interrupted, train
from .validate import Orders, judge
from .verdict import Verdict

_TEST = "sample:calogan-eplus-test"
_SEED = 1


class DemoTold(Told, Protocol):
    """Hears how far the demo is; its training stage tells of losses too."""

    def training(self, progress: Progress) -> None:
        """Hears of a training's progress."""


def demo(
    recipe: Recipe, folder: Path, events: int, told: DemoTold, overwrite: bool = False
) -> Verdict:
    """Trains by a recipe, samples and validates with test showers that the package ships.

    Repeated after it was interrupted, it goes on where it was.

    Args:
        recipe: What to train.
        folder: The run folder; events.h5, report.html, report.json and figures come into it.
        events: How many events to sample.
        told: Hears how far it is.
        overwrite: Whether an earlier demo there is replaced.

    Raises:
        ExistsError: A finished demo is there and `overwrite` is false, or no run at all.
        Interrupted: SIGINT or SIGTERM came while it was training.
    """
    folder = Path(folder)
    if overwrite and is_run(folder):
        shutil.rmtree(folder)
    if (folder / "report.html").exists():
        raise ExistsError(f"{folder} holds a demo; choose another folder or pass --overwrite")
    surrogate = _trained(recipe, folder, told)
    judged = _sampled(recipe, surrogate, folder, events, told)
    report = folder / "report"
    verdict = judge(judged, load_full_simulation(_TEST), report, Orders(overwrite=True), told)
    _move_up(report)
    return verdict


def _trained(recipe: Recipe, folder: Path, told: DemoTold) -> Surrogate:
    try:
        return train(recipe, folder, resume=True, report=told.training)
    except Interrupted as stopped:
        remedy = "the same command without --overwrite goes on"
        raise Interrupted(folder, stopped.step, stopped.number, remedy) from stopped


def _sampled(
    recipe: Recipe, surrogate: Surrogate, folder: Path, events: int, told: DemoTold
) -> Candidate:
    conditions = draw_conditions(surrogate.detector, events, _SEED, {})
    path = folder / "events.h5"

    def heard(done: int) -> None:
        told("sampling", done, events)

    sample(surrogate, path, conditions, _SEED, overwrite=True, report=heard)
    made, _ = read_events(path)
    return Candidate(recipe.name, made, surrogate.provenance, surrogate, read_history(folder))


def _move_up(report: Path) -> None:
    """Moves a report into the folder above, the page last: where it is, the demo is whole."""
    folder = report.parent
    shutil.rmtree(folder / "figures", ignore_errors=True)
    for name in ("figures", "report.json", "report.html"):
        (report / name).replace(folder / name)
    report.rmdir()
