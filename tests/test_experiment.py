"""From a recipe to a run, and on from wherever it was stopped."""

import json
import shutil

import numpy as np
import pytest
import torch

from cloudburst.errors import (
    DataError,
    ExistsError,
    FileError,
    RecipeError,
    SpecError,
    TrainingError,
)
from cloudburst.experiment import load_recipe, locate, train
from cloudburst.experiment.data import load_data
from cloudburst.storage import read, write
from cloudburst.surrogate import Surrogate

SETTINGS = [
    "data.events=300",
    "data.validation=0.2",
    "generator.hidden=[16]",
    "generator.latent=4",
    "training.steps=12",
    "training.batch=16",
    "training.validate_every=4",
    "training.log_every=2",
    "training.tolerance=0.0",
]


def recipe(*settings):
    return load_recipe("demo", [*SETTINGS, *settings])


def weights(run):
    return (run / "surrogate" / "weights.safetensors").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing interrupted."""
    run = tmp_path_factory.mktemp("runs") / "whole"
    train(recipe(), run)
    return run


class Stop(Exception):
    """What ends a training in the middle."""


def stop_after(step):
    def report(progress):
        if progress.step >= step:
            raise Stop

    return report


def test_a_run_holds_everything_to_repeat_it(whole):
    assert sorted(path.name for path in whole.iterdir()) == [
        "checkpoint.safetensors",
        "history.json",
        "recipe.toml",
        "run.json",
        "surrogate",
    ]
    assert load_recipe(whole / "recipe.toml") == recipe()
    document = json.loads((whole / "run.json").read_text())
    assert document["data"]["file"] == "sample:calogan-eplus"
    assert len(document["data"]["sha256"]) == 64
    assert document["data"]["training"] == 240
    assert document["environment"]["libraries"]["torch"] == torch.__version__
    history = json.loads((whole / "history.json").read_text())
    assert [entry["step"] for entry in history] == [2, 4, 6, 8, 10, 12]
    assert ["figure" in entry for entry in history] == [False, True] * 3
    provenance = Surrogate.load(whole).provenance
    assert provenance["recipe"]["training"]["steps"] == 12
    assert provenance["training"]["steps"] == 12
    figures = {e["step"]: e["figure"] for e in history if "figure" in e}
    assert provenance["training"]["best_step"] == min(figures, key=figures.get)
    assert provenance["training"]["figure"] == min(figures.values())


def test_a_run_repeats_to_the_last_bit(whole, tmp_path):
    torch.manual_seed(99)
    before = torch.get_rng_state()
    train(load_recipe(whole / "recipe.toml"), tmp_path / "run")
    assert torch.equal(torch.get_rng_state(), before)
    assert weights(tmp_path / "run") == weights(whole)
    train(recipe("training.seed=1"), tmp_path / "other")
    assert weights(tmp_path / "other") != weights(whole)


@pytest.mark.parametrize("step", [2, 4, 10, 12])
def test_an_error_in_the_middle_costs_no_more_than_the_last_seconds(whole, tmp_path, step):
    with pytest.raises(Stop):
        train(recipe(), tmp_path / "run", report=stop_after(step), save_seconds=0)
    assert not (tmp_path / "run" / "surrogate").exists()
    steps = []
    train(recipe(), tmp_path / "run", True, lambda progress: steps.append(progress.step))
    assert min(steps, default=12) >= step
    assert weights(tmp_path / "run") == weights(whole)
    history = (tmp_path / "run" / "history.json").read_bytes()
    assert history == (whole / "history.json").read_bytes()


def test_resuming_what_never_began_begins(whole, tmp_path):
    train(recipe(), tmp_path / "run", resume=True)
    assert weights(tmp_path / "run") == weights(whole)


def test_resuming_before_the_first_checkpoint_begins_again(whole, tmp_path):
    with pytest.raises(Stop):
        train(recipe(), tmp_path / "run", report=stop_after(2))
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()
    train(recipe(), tmp_path / "run", resume=True)
    assert weights(tmp_path / "run") == weights(whole)


def test_resuming_what_is_finished_keeps_its_surrogate(whole, tmp_path):
    run = shutil.copytree(whole, tmp_path / "run")
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    train(recipe(), run, resume=True)
    assert before == {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_a_surrogate_that_was_lost_is_made_again(whole, tmp_path):
    run = shutil.copytree(whole, tmp_path / "run")
    shutil.rmtree(run / "surrogate")
    train(recipe(), run, resume=True, report=stop_after(0))
    assert weights(run) == weights(whole)


def test_what_a_killed_process_left_is_swept_up(whole, tmp_path):
    run = shutil.copytree(whole, tmp_path / "run")
    (run / ".checkpoint.safetensors.0123abcd").write_bytes(b"half")
    (run / "surrogate").rename(run / ".surrogate.0123abcd")
    train(recipe(), run, resume=True)
    assert sorted(p.name for p in run.iterdir()) == sorted(p.name for p in whole.iterdir())


def test_a_run_is_kept(whole):
    before = weights(whole)
    with pytest.raises(ExistsError, match=r"whole holds a run; go on with --resume"):
        train(recipe(), whole)
    assert weights(whole) == before


@pytest.mark.parametrize(
    "change", ["training.steps=13", "generator.latent=5", "training.seed=1", "name=other"]
)
def test_another_recipe_is_not_resumed(whole, change):
    before = {path: path.read_bytes() for path in whole.rglob("*") if path.is_file()}
    with pytest.raises(TrainingError, match="whole is of another recipe; resume with"):
        train(recipe(change), whole, resume=True)
    assert before == {path: path.read_bytes() for path in whole.rglob("*") if path.is_file()}


def test_other_data_are_not_resumed(tmp_path):
    events = read(locate("sample:calogan-eplus"), slice(0, 300))
    file = tmp_path / "events.h5"
    write(file, events, {})
    mine = recipe(f"data.file='{file}'")
    with pytest.raises(Stop):
        train(mine, tmp_path / "run", report=stop_after(4), save_seconds=0)
    write(file, events[::-1], {}, overwrite=True)
    with pytest.raises(TrainingError, match=r"trained on other data than .*events.h5 holds now"):
        train(mine, tmp_path / "run", resume=True)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x00", None])
def test_a_damaged_run_is_not_resumed(whole, tmp_path, content):
    for name in ("run.json", "checkpoint.safetensors", "recipe.toml"):
        run = shutil.copytree(whole, tmp_path / name)
        shutil.rmtree(run / "surrogate")
        if content is None:
            data = (run / name).read_bytes()
            (run / name).write_bytes(data[: len(data) // 2])
        else:
            (run / name).write_bytes(content)
        with pytest.raises((TrainingError, FileError, RecipeError), match=name):
            train(recipe(), run, resume=True)


def test_a_recipe_that_cannot_be_built_leaves_no_run_behind(tmp_path):
    run = tmp_path / "run"
    with pytest.raises(SpecError, match="no argument 'depth'"):
        train(recipe("generator.depth=3"), run)
    with pytest.raises(TrainingError, match="did you mean 'generator'"):
        train(recipe("training.players.generater.rate=0.1"), run)
    with pytest.raises(FileError, match=r"nowhere.h5"):
        train(recipe("data.file=nowhere.h5"), run)
    assert not run.exists()
    train(recipe("training.steps=2"), run)


def test_a_training_that_diverges_says_so(tmp_path):
    wild = recipe(
        "training.players.generator.rate=1e30",
        "training.players.generator.schedule.shape=constant",
        "training.players.generator.clip=0.0",
    )
    with pytest.raises(TrainingError, match=r"diverged before step .*lower the learning rates"):
        train(wild, tmp_path / "run")


def test_data_are_split_once_and_by_the_seed():
    table = recipe("data.mirror=[]").data
    first, again, other = (load_data(table, seed) for seed in (0, 0, 1))
    assert (len(first.training), len(first.validation)) == (240, 60)
    assert first.training.flat().tobytes() == again.training.flat().tobytes()
    assert first.training.flat().tobytes() != other.training.flat().tobytes()
    energies = [d.conditions for d in (first.training, first.validation)]
    shipped = read(locate("sample:calogan-eplus"), slice(0, 300)).conditions
    assert np.array_equal(np.sort(np.concatenate(energies), 0), np.sort(shipped, 0))


def test_mirrored_data_are_for_training_alone():
    plain, mirrored = (
        load_data(recipe(f"data.mirror={axes}").data, 0) for axes in ("[]", "['x', 'y']")
    )
    assert len(mirrored.training) == 4 * len(plain.training)
    assert len(mirrored.validation) == len(plain.validation)
    turned = mirrored.training[slice(240, 480)].flat()
    assert np.array_equal(turned, plain.training.mirrored("x").flat())


def test_data_that_cannot_be_split():
    for change in ("data.validation=0.001", "data.events=1"):
        with pytest.raises(DataError, match="too few to keep a share"):
            load_data(recipe(change).data, 0)
    with pytest.raises(FileError, match="no such shipped sample; did you mean 'calogan-eplus'"):
        load_data(recipe("data.file=sample:calogan-epluss").data, 0)
    with pytest.raises(DataError, match="did you mean 'layer_0'"):
        load_data(recipe("data.readouts=['layer0']").data, 0)
