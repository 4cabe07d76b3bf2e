"""The journey of a study: every training of a grid, then a table and figures.

```
study.toml          the study
runs/VALUE/.../seed-N/   a run each, as `cloudburst train` makes it, and outcome.json
table.csv, table.md      a row for each point
figures/                 quality, stability and cost
```

A training that is killed goes on from its checkpoint, and one that is done is not made again: the
same call goes on with a study that was stopped. Seeds come one after the other, so that a study
that is stopped early still has every point.
"""

from __future__ import annotations

__all__ = ["study"]

import json
from collections import Counter, deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ...codec import Batch, Codec
from ...errors import CloudburstError, ExistsError, SimulationError
from ...files import write_text
from ...production import LocalExecutor
from ...production.child import Setup
from ...production.cluster import DaskExecutor
from ...production.executor import Broken, Crew, Done, Outcome, Progress
from ...production.manifest import folder_lock
from ..build import build_codec, build_objective
from ..data import load_data
from ..environment import environment
from ..telling import Told, silent
from .judge import Judge
from .outcome import read_outcome
from .plan import Plan, Trial, load_plan
from .summary import Summary, summarise
from .write import write_results

_WORKER = "cloudburst.experiment.study.worker"
_STUDY = "study.toml"
# How often a training is tried before the study is given up.
_TRIES = 3


def study(
    source: Path,
    folder: Path,
    settings: Sequence[str] = (),
    jobs: int | None = None,
    cluster: str | None = None,
    train: bool = True,
    told: Told = silent,
    warn: Callable[[str], None] = lambda text: None,
) -> Summary:
    """Trains what is not yet trained of a study, and writes table and figures of all of it.

    Args:
        source: The file of the study.
        folder: Where everything goes, which all workers must see.
        settings: Changes to all recipes, as "training.steps=500".
        jobs: Trainings at once on this machine; one for each core if left out.
        cluster: "local", address of a scheduler or TOML file of a Dask cluster; plain worker
            processes if left out.
        train: Whether to train at all; if not, what is done is put together.
        told: Hears how far it is.
        warn: Hears of workers that died.

    Raises:
        RecipeError: The study cannot be read, or changes what no recipe has.
        SpecError: A recipe names what cannot be built.
        DataError: The events to judge by do not fit.
        TrainingError: A run is of another recipe or other data.
        ExistsError: The folder holds something else.
        SimulationError: A training failed over and over, or another program is at work there.
    """
    plan = load_plan(source)
    executor = LocalExecutor(jobs) if cluster is None else DaskExecutor(cluster, jobs)
    trials = plan.trials(source, settings)
    _refuse_foreign(folder)
    with folder_lock(folder):
        told("checking", 0, None)
        runs = folder / "runs"
        missing = [trial for trial in trials if _outcome(runs, trial, plan) is None]
        judge = _check(source, missing, plan) if train else None
        write_text(folder / _STUDY, Path(source).read_text(encoding="utf-8"), overwrite=True)
        if judge is not None:
            setup = Setup(_WORKER, _first(runs, plan, missing))
            with executor.open(setup) as crew:
                _Run(trials, missing, told, warn).drive(crew)
        told("tabulating", 0, None)
        done = [(trial, _outcome(runs, trial, plan)) for trial in trials]
        summary = summarise(plan, done, environment())
        write_results(summary, folder)
        return summary


def _outcome(runs: Path, trial: Trial, plan: Plan) -> Any:
    return read_outcome(runs / trial.folder, trial.recipe, plan.judge)


def _first(runs: Path, plan: Plan, missing: Sequence[Trial]) -> dict[str, Any]:
    """The first message to a worker."""
    return {
        "folder": str(runs.absolute()),
        "judge": plan.judge.model_dump(),
        "readouts": missing[0].recipe.data.readouts,
    }


def _refuse_foreign(folder: Path) -> None:
    """Raises ExistsError if a folder holds anything but a study, as nothing may get lost there."""
    if not folder.exists() or (folder / _STUDY).is_file():
        return
    if not folder.is_dir() or any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ExistsError(f"{folder} is there and holds no study; choose another folder")


def _check(source: Path, missing: Sequence[Trial], plan: Plan) -> Judge | None:
    """Builds once what every point trains, lest it fail hours later; None if all is done."""
    judge: Judge | None = None
    encoded: dict[str, tuple[Codec, Batch]] = {}
    for trial in {trial.point.name: trial for trial in missing}.values():
        recipe = trial.recipe
        judge = judge or Judge.of(plan.judge, recipe.data.readouts)
        try:
            key = json.dumps([recipe.data.model_dump(), recipe.codec.model_dump()])
            if key not in encoded:
                data = load_data(recipe.data, trial.seed)
                judge.check(data.training.detector)
                codec = build_codec(recipe, data.training)
                encoded[key] = codec, codec.encode(data.training)
            build_objective(recipe, *encoded[key])
        except CloudburstError as error:
            raise type(error)(f"{source}: {trial.point.name}: {error}") from error
    return judge


class _Asked(NamedTuple):
    """A training, as a worker is asked for it."""

    number: int
    trial: Trial

    def message(self) -> dict[str, Any]:
        recipe = self.trial.recipe.model_dump(mode="json", exclude_none=True)
        return {"recipe": recipe, "run": str(self.trial.folder)}


class _Run:
    """One call's trainings."""

    def __init__(
        self, trials: Sequence[Trial], missing: Sequence[Trial], told: Told, warn: Any
    ) -> None:
        self._trials = [_Asked(number, trial) for number, trial in enumerate(missing)]
        self._told, self._warn = told, warn
        self._steps: dict[int, int] = {}
        self._failures: Counter[int] = Counter()
        self._again: list[_Asked] = []
        self._total = sum(trial.recipe.training.steps for trial in trials)
        self._done = self._total - sum(trial.recipe.training.steps for trial in missing)

    def drive(self, crew: Crew) -> None:
        """Has a crew do all of them."""
        waiting, running = deque(self._trials), 0
        while waiting or running:
            while waiting and running < crew.slots:
                crew.submit(waiting.popleft())
                running += 1
            for each in crew.wait():
                running -= not isinstance(each, Progress)
                self._take(each)
            waiting.extend(self._again)
            self._again.clear()
            left = len(waiting) + running
            self._told(
                "training", self._done + sum(self._steps.values()), self._total, f"{left} left"
            )

    def _take(self, each: Outcome) -> None:
        match each:
            case Progress(number, count):
                self._steps[number] = count
            case Done(number, _):
                self._steps.pop(number, None)
                self._done += self._trials[number].trial.recipe.training.steps
            case Broken():
                self._steps.pop(each.number, None)
                self._fail(each)

    def _fail(self, broken: Broken) -> None:
        """Has a broken training go on, if it may; else raises the worker's error."""
        asked = self._trials[broken.number]
        name = f"{asked.trial.point.name}, seed {asked.trial.seed}"
        if broken.final is not None:
            raise type(broken.final)(f"{name}: {broken.final}")
        self._failures[broken.number] += 1
        count = self._failures[broken.number]
        if count >= _TRIES:
            raise SimulationError(
                f"{name} failed {count} times, the last time {broken.reason}; what is done is "
                "kept, run the same command again to go on"
            )
        self._warn(f"{name}, try {count} of {_TRIES}: {broken.reason}; goes on")
        self._again.append(asked)
