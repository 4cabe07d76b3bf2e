"""One training of a study: trained, judged and timed."""

from __future__ import annotations

__all__ = ["run_trial"]

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...errors import DataError, DivergedError
from ...training import Progress, Trainer
from ..build import build_codec, build_objective
from ..data import load_data
from ..recipe import Recipe
from ..runs import read_history
from ..train import train
from .judge import Judge, Quality
from .outcome import Outcome, write_outcome
from .plan import JudgeTable

# Steps that are timed, after some that are not.
_TIMED, _FIRST = 24, 4
# Seconds between two checkpoints: a study may be killed at any time.
_SAVE = 15.0


def run_trial(
    recipe: Recipe,
    run: Path,
    judge: Judge,
    table: JudgeTable,
    report: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Trains, or goes on, judges and times; leaves the outcome beside the run.

    Args:
        recipe: What to train.
        run: The run's folder.
        judge: What judges the surrogate.
        table: What the judge was made of.
        report: Told of the training's progress.

    Raises:
        TrainingError: The folder is of another recipe or other data.
        ExistsError: It holds something else.
        SpecError: The recipe names what cannot be built.
    """
    quality, failure = _trained(recipe, run, judge, report)
    history = read_history(run) or []
    outcome = Outcome(quality, failure, history, _timed(recipe))
    write_outcome(run, outcome, recipe, table)
    return outcome


def _trained(
    recipe: Recipe, run: Path, judge: Judge, report: Callable[[Progress], None] | None
) -> tuple[Quality | None, str]:
    """How good the surrogate is, or why there is none."""
    try:
        surrogate = train(recipe, run, True, report, _SAVE)
    except DivergedError as error:
        return None, str(error)
    try:
        return judge(surrogate), ""
    except DataError as error:
        return None, f"its events cannot be judged: {error}"


def _timed(recipe: Recipe) -> tuple[float, float]:
    """Milliseconds of processor time that a step takes: the median, and half between quartiles."""
    data = load_data(recipe.data, recipe.training.seed)
    codec = build_codec(recipe, data.training)
    batch = codec.encode(data.training)
    trainer = Trainer(build_objective(recipe, codec, batch), batch, recipe.training)
    times = []
    for _ in range(_FIRST + _TIMED):
        start = time.process_time()
        trainer.advance()
        times.append(1e3 * (time.process_time() - start))
    low, middle, high = np.quantile(times[_FIRST:], [0.25, 0.5, 0.75])
    return float(middle), float(high - low) / 2
