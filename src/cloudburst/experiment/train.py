"""The training journey: a recipe becomes a run folder.

```
recipe.toml             the recipe with every default written out
run.json                data and its hash, seed, code version, libraries, machine
history.json            losses and validation figure by step
checkpoint.safetensors  everything needed to go on
surrogate/              the surrogate, once training is done
```
"""

from __future__ import annotations

__all__ = ["Interrupted", "train"]

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..codec import Codec
from ..errors import CloudburstError, ExistsError, TrainingError
from ..events import Events
from ..files import write_text
from ..generators import Generator
from ..observables import has_response, observables_for, response
from ..streams import Stream
from ..surrogate import Surrogate
from ..training import ALONE, Processes, Progress, Score, Trainer, load_state, save_state
from ..validation import figure_of_choice
from .allocation import keep_freed_memory
from .build import build_codec, build_objective
from .data import Data, load_data
from .environment import environment
from .recipe import Recipe, load_recipe
from .runs import load_surrogate, read_json, refuse_foreign

_CHECKPOINT = "checkpoint.safetensors"
# Validation during training always draws the same events.
_VALIDATION_SEED = 1
# Several at the conditions of each event, so that the surrogate's own fluctuations matter less.
_VALIDATION_REPEATS = 32


class Interrupted(CloudburstError):
    """A training was stopped by a signal; its checkpoint is saved.

    Attributes:
        step: The step that it goes on from.
        number: The signal's number.
        exit_code: What a shell expects of a process ended by the signal.
    """

    def __init__(
        self,
        run: Path,
        step: int,
        number: int,
        remedy: str = "the same command with --resume goes on",
    ) -> None:
        super().__init__(f"{run}: stopped at step {step}, which is saved; {remedy}")
        self.step = step
        self.number = number
        self.exit_code = 128 + number


def train(
    recipe: Recipe,
    run: Path,
    resume: bool = False,
    report: Callable[[Progress], None] | None = None,
    save_seconds: float = 30.0,
    processes: Processes = ALONE,
) -> Surrogate:
    """Trains a surrogate and keeps everything about it in a run folder.

    Args:
        recipe: What to train on what, and how.
        run: The run folder.
        resume: Go on from the folder's checkpoint, or start if there is none. A finished run
            stays as it is.
        report: Told of the progress.
        save_seconds: Seconds between two checkpoints.
        processes: Those that train together on one file system; the first one writes.

    Raises:
        ExistsError: The folder is there and `resume` is false, or it holds no run.
        TrainingError: The training diverged, or the folder is of another recipe or other data.
        Interrupted: SIGINT or SIGTERM came; the checkpoint is saved.
    """
    run = Path(run)
    refuse_foreign(run)
    # what the first process finds, before it makes anything
    known = bool(processes.tell((run / "recipe.toml").exists()))
    done = bool(processes.tell((run / "surrogate").is_dir()))
    if known and not resume:
        raise ExistsError(f"{run} holds a run; go on with --resume or choose another folder")
    data = load_data(recipe.data, recipe.training.seed)
    if known:
        _check_run(run, recipe, data)
    if done:
        return load_surrogate(run, recipe.packages)
    codec = build_codec(recipe, data.training)
    batch = codec.encode(data.training)
    trainer = Trainer(build_objective(recipe, codec, batch), batch, recipe.training, processes)
    if not known and processes.leads:
        _open_run(run, recipe, data)
    started = time.monotonic()
    score = _score(codec, data.validation) if recipe.training.validate_every else None
    generator = _run(trainer, run, score, report, save_seconds)
    generator.finish(codec, batch, Stream(recipe.training.seed, batch.x.device))
    surrogate = Surrogate(codec, generator, _provenance(recipe, data, trainer, started))
    if processes.leads:
        surrogate.save(run / "surrogate", overwrite=True)
    return surrogate


def _run(
    trainer: Trainer,
    run: Path,
    score: Score | None,
    report: Callable[[Progress], None] | None,
    save_seconds: float,
) -> Generator:
    """Trains to the end from the folder's checkpoint, if there is one, and leaves one."""
    checkpoint, leads = run / _CHECKPOINT, trainer.processes.leads
    if trainer.processes.tell(checkpoint.exists()):
        trainer.load_state_dict(load_state(checkpoint))
    trainer.processes.any(False)  # nothing is written before all have read
    if leads:
        _sweep(run)

    def save() -> None:
        save_state(checkpoint, trainer.state_dict())
        write_text(run / "history.json", json.dumps(trainer.history, indent=1), overwrite=True)

    keep_freed_memory()
    with _signals() as received, _threads(trainer.config.threads):
        saved = save if leads else None
        generator = trainer.run(score, report, saved, lambda: bool(received), save_seconds)
    if trainer.step < trainer.config.steps:
        raise Interrupted(run, trainer.step, received[0] if received else signal.SIGTERM)
    return generator


def _sweep(run: Path) -> None:
    """Removes what a process that was killed while it saved left half done."""
    for name in (_CHECKPOINT, "history.json", "surrogate"):
        for left in run.glob(f".{name}.*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _provenance(recipe: Recipe, data: Data, trainer: Trainer, started: float) -> dict[str, Any]:
    """Where a surrogate comes from; `seconds` are those since its training last went on."""
    chosen = trainer.best_step > 0
    return {
        "recipe": recipe.model_dump(exclude_none=True),
        "data": data.provenance,
        "environment": environment(),
        "training": {
            "steps": trainer.step,
            "best_step": trainer.best_step if chosen else trainer.step,
            "figure": trainer.best_figure if chosen else None,
            "seconds": round(time.monotonic() - started, 1),
            "processes": trainer.processes.count,
        },
    }


def _open_run(run: Path, recipe: Recipe, data: Data) -> None:
    """Writes what the run is of; the recipe comes last, as it makes the folder a run."""
    document = {"data": data.provenance, "environment": environment()}
    write_text(run / "run.json", json.dumps(document, indent=1), overwrite=True)
    write_text(run / "recipe.toml", recipe.to_toml())


def _check_run(run: Path, recipe: Recipe, data: Data) -> None:
    """Refuses a folder that is of something else."""
    if load_recipe(run / "recipe.toml").to_toml() != recipe.to_toml():
        raise TrainingError(
            f"{run} is of another recipe; resume with {run / 'recipe.toml'} "
            "or choose another folder"
        )
    document = read_json(run / "run.json")
    if not isinstance(document, dict) or "sha256" not in document.get("data", {}):
        raise TrainingError(f"{run / 'run.json'}: damaged, does not say what data were used")
    if document["data"]["sha256"] != data.provenance["sha256"]:
        raise TrainingError(
            f"{run} was trained on other data than {recipe.data.file} holds now; "
            "choose another folder"
        )


def _score(codec: Codec, validation: Events) -> Score:
    """The figure of choice of free-running samples at validation conditions."""
    observables = observables_for(codec.detector)
    if has_response(codec.detector):
        observables += (response(codec.detector),)
    conditions = np.tile(validation.conditions, (_VALIDATION_REPEATS, 1))

    def score(generator: Generator) -> float:
        candidate = Surrogate(codec, generator, {}).sample(conditions, _VALIDATION_SEED)
        return figure_of_choice(validation, candidate, observables)

    return score


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collects SIGINT and SIGTERM, so that a training ends between two steps."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return

    def note(number: int, frame: Any) -> None:
        received.append(number)

    previous = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def _threads(n: int) -> Iterator[None]:
    """Lets one operation use n threads, or as many as before if n is 0."""
    before = torch.get_num_threads()
    torch.set_num_threads(n or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
