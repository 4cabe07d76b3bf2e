"""Two real processes train as one does, and a run goes on with another number of them."""

import json
import os
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from cloudburst.errors import TrainingError
from cloudburst.streams import Stream
from cloudburst.training import ALONE, Processes, TrainConfig, Trainer, joined_processes
from test_training import Mean, trainer

RECIPE = ("demo", "--set", "training.validate_every=4", "--set", "generator.hidden=[16]")
OBJECTIVES = {
    "scores": (),
    "critic": (
        *("--set", "objective.class=cloudburst.objectives:WassersteinGP"),
        *("--set", "critic.class=cloudburst.critics:NetworkCritic", "--set", "critic.hidden=[16]"),
    ),
}


OPTIONS = {
    "env": os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "200"},
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
    "text": True,
}
# Long enough to be stopped in time, too few steps for rounding to grow.
STEPS, LARGE = 60, ("--set", "training.batch=1024")


def command(run, processes, steps, settings=(), resume=False):
    """The words that train in real processes."""
    words = [sys.executable, "-m"]
    if processes > 1:
        options = ["--standalone", "--nnodes=1", f"--nproc-per-node={processes}"]
        words += ["torch.distributed.run", *options, "-m"]
    words += ["cloudburst", "train", *RECIPE, "--set", f"training.steps={steps}", *settings]
    return [*words, str(run), *["--resume"] * resume]


def train(run, *settings, processes=1, steps=8, resume=False):
    """The exit code and the output of a training."""
    words = command(run, processes, steps, settings, resume)
    done = subprocess.run(words, timeout=300, check=False, **OPTIONS)
    return done.returncode, done.stdout + done.stderr


def weights(run):
    return load_file(run / "surrogate" / "weights.safetensors")


def close(a, b, error=1e-5):
    assert a.keys() == b.keys()
    for name in a:
        torch.testing.assert_close(a[name], b[name], rtol=10 * error, atol=error, msg=name)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_two_processes_learn_what_one_learns(tmp_path, name):
    code, text = train(tmp_path / "one", *OBJECTIVES[name])
    assert code == 0, text
    code, text = train(tmp_path / "two", *OBJECTIVES[name], processes=2)
    assert code == 0, text
    close(weights(tmp_path / "one"), weights(tmp_path / "two"))
    one, two = (json.loads((tmp_path / n / "history.json").read_text()) for n in ("one", "two"))
    assert [e["step"] for e in one] == [e["step"] for e in two]
    assert one[-1]["losses"] == pytest.approx(two[-1]["losses"], rel=1e-4)
    assert text.count("trained 8 steps") == 1, "only the first process speaks"


@pytest.mark.slow
@pytest.mark.parametrize("counts", [(2, 1), (1, 2)])
def test_a_run_goes_on_with_another_number_of_processes(tmp_path, counts):
    first, then = counts
    train(tmp_path / "whole", *LARGE, steps=STEPS)
    with subprocess.Popen(command(tmp_path / "run", first, STEPS, LARGE), **OPTIONS) as started:
        while not (tmp_path / "run" / "run.json").exists():
            assert started.poll() is None, started.communicate()
            time.sleep(0.1)
        time.sleep(1)
        started.terminate()
        text = "".join(started.communicate(timeout=120))
    assert started.returncode != 0, text
    assert not (tmp_path / "run" / "surrogate").exists(), "it was done before it was stopped"
    code, text = train(tmp_path / "run", *LARGE, processes=then, steps=STEPS, resume=True)
    assert code == 0, text
    close(weights(tmp_path / "whole"), weights(tmp_path / "run"), 1e-3)


def test_rows_of_two_processes_are_those_of_one():
    one, parts = Stream(3), [Stream(3, rank=rank, count=2) for rank in range(2)]
    for name, arguments in (("normal", (4, 3)), ("uniform", (4,)), ("integers", (100, 4))):
        whole = getattr(one, name)(*[8 if a == 4 else a for a in arguments])
        halves = [getattr(part, name)(*arguments) for part in parts]
        assert torch.equal(torch.cat(halves), whole)


def test_one_process_is_alone(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined_processes() as processes:
        assert processes == ALONE
    assert ALONE.tell(1.5) == 1.5
    assert ALONE.any(True)
    assert not ALONE.any(False)


def test_lost_processes_are_named(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    for name in ("RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TrainingError, match="torchrun"), joined_processes():
        pass


def test_a_batch_that_cannot_be_dealt_is_refused():
    data = trainer(Mean()).data
    with pytest.raises(TrainingError, match="multiple"):
        Trainer(Mean(), data, TrainConfig(steps=1, batch=5), Processes(0, 2))
