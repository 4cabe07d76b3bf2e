"""Trains the rungs that are not there yet; what was stopped goes on."""

from __future__ import annotations

__all__ = ["train_rung"]

from pathlib import Path

from cloudburst.experiment import load_recipe, train
from cloudburst.files import sha256
from cloudburst.training import Progress

from .names import Rung


def train_rung(rung: Rung, data: Path, runs: Path) -> None:
    """Trains one rung in its folder of `runs`; its teacher must be trained.

    Args:
        rung: What to train.
        data: File of the training showers.
        runs: Where the runs are.
    """
    settings = [f"data.file={data}", f"training.seed={rung.seed}"]
    if rung.teacher:
        folder = runs / rung.teacher / "surrogate"
        digest = sha256(folder / "weights.safetensors")
        settings += [f"objective.teacher={folder}", f"objective.sha256={digest}"]

    def told(progress: Progress) -> None:
        if progress.step % 1000 == 0:
            print(f"{rung.name}: step {progress.step}, {dict(progress.losses)}", flush=True)

    train(load_recipe(rung.recipe, settings), runs / rung.name, resume=True, report=told)
