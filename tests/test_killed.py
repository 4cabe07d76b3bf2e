"""A training that is really killed, at any moment, goes on to the very same weights."""

import random
import signal
import time

import pytest

from cloudburst.experiment import load_recipe, train
from cloudburst.experiment.train import Interrupted
from cloudburst.training import load_state

SETTINGS = [
    "data.events=200",
    "generator={class='cloudburst.generators:LatentGenerator',hidden=[16],latent=4}",
    "critic={class='cloudburst.critics:NetworkCritic',hidden=[8],dropout=0.2}",
    "objective={class='cloudburst.objectives:WassersteinGP',critic_steps=1}",
    "training.steps=80",
    "training.batch=16",
    "training.validate_every=40",
    "training.log_every=5",
]

# A training that saves after every step, so that many moments lie inside of a save.
PROGRAM = """
import sys
from pathlib import Path
from cloudburst.experiment import load_recipe, train

print("ready", flush=True)
train(
    load_recipe(sys.argv[1]),
    Path(sys.argv[2]),
    resume=True,
    report=lambda progress: print(progress.step, flush=True),
    save_seconds=0,
)
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing interrupted, in this process."""
    run = tmp_path_factory.mktemp("killed") / "whole"
    train(load_recipe("demo", SETTINGS), run)
    return run


def files(run):
    return {
        name: (run / name).read_bytes()
        for name in ("surrogate/weights.safetensors", "history.json", "recipe.toml")
    }


def until(process, step):
    """Reads what a training says until it has reached a step."""
    for line in process.stdout:
        if line.strip() == "done" or (line.strip().isdigit() and int(line) >= step):
            return


def finish(whole, run):
    """Goes on to the end in this process."""
    train(load_recipe(whole / "recipe.toml"), run, resume=True)
    assert files(run) == files(whole)
    assert not [path for path in run.iterdir() if path.name.startswith(".")]


def test_killed_terminated_and_resumed(start_python, whole, tmp_path):
    run = tmp_path / "run"
    process = start_python(PROGRAM, whole / "recipe.toml", run)
    until(process, 10)
    process.send_signal(signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL
    assert 9 <= load_state(run / "checkpoint.safetensors")["step"] < 80

    process = start_python(PROGRAM, whole / "recipe.toml", run)
    until(process, 25)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert "Interrupted" in errors
    assert "--resume" in errors
    assert not (run / "surrogate").exists()
    assert 25 <= load_state(run / "checkpoint.safetensors")["step"] < 80
    finish(whole, run)


def test_a_signal_ends_the_training_between_two_steps(whole, tmp_path):
    recipe = load_recipe(whole / "recipe.toml")

    def report(progress):
        if progress.step == 50:
            signal.raise_signal(signal.SIGTERM)

    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted, match="stopped at step 50,") as caught:
        train(recipe, tmp_path / "run", report=report)
    assert caught.value.exit_code == 128 + signal.SIGTERM
    assert handlers == (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
    train(recipe, tmp_path / "run", resume=True)
    assert files(tmp_path / "run") == files(whole)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_over_and_over_at_random_moments(start_python, whole, tmp_path, seed):
    rng = random.Random(seed)
    run = tmp_path / "run"
    for _ in range(6):
        process = start_python(PROGRAM, whole / "recipe.toml", run)
        process.stdout.readline()
        time.sleep(rng.uniform(0, 1.0))
        process.send_signal(rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        process.communicate(timeout=60)
        assert not list(run.glob("surrogate/*")) or files(run) == files(whole)
    finish(whole, run)
