"""Training a run, stopping it and looking at it, each as a process of its own."""

import json
import shutil
import signal
import tomllib

import h5py
import numpy as np
import pytest

from cloudburst import storage
from cloudburst.formats import CaloGANFormat
from commands import error_line, listing
from components import TOY, showers

RUN = {"recipe.toml", "run.json", "history.json", "checkpoint.safetensors", "surrogate"}
KINDS = {
    "run": "run, finished",
    "run/surrogate": "surrogate",
    "few.h5": "events",
    "published.h5": "events in the 'calogan' layout",
    "sample:calogan-eplus-test": "events",
}


def contents(folder):
    """Every file below a folder and its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_says_what_became_of_it(trained_run, cloudburst):
    assert listing(trained_run) == RUN
    recipe = tomllib.loads((trained_run / "recipe.toml").read_text())
    assert recipe["training"]["steps"] == 100
    assert json.loads((trained_run / "history.json").read_text())[-1]["step"] == 100
    shown = cloudburst.done("info", trained_run).splitlines()
    assert shown[0] == str(trained_run)
    assert "├── generator  ChainGenerator" in shown
    assert "├── conditions  energy 1..100 GeV" in shown
    assert "│   ├── layer_1  12 x 12 (x, y) in MeV" in shown
    assert "        ├── steps  100" in shown


def test_training_shows_losses_time_left_and_the_best_step(
    cloudburst, terminal, settings_of_run, tmp_path
):
    arguments = (*settings_of_run, "--set", "training.steps=20")
    ended = cloudburst.start("train", "demo", "run", *arguments, err=terminal.name).end()
    assert ended.code == 0
    done = json.loads((tmp_path / "run/surrogate/surrogate.json").read_text())
    best = done["provenance"]["training"]["best_step"]
    assert ended.out.startswith(f"run: trained 20 steps, best at {best}, validation figure 0.")
    bars = [line for line in terminal.lines() if "training" in line]
    assert any("generator " in bar and " 0:00:0" in bar for bar in bars)
    assert bars[-1].startswith("✓ training")
    assert "  figure 0." in bars[-1]
    assert all(len(line) <= 80 for line in terminal.lines())


def test_a_training_that_is_stopped_says_how_to_go_on_and_does(
    cloudburst, terminal, settings_of_run, trained_run, tmp_path
):
    arguments = ("train", "demo", "run", *settings_of_run)
    for number, options in ((signal.SIGTERM, ()), (signal.SIGINT, ("--resume",))):
        terminal.written = ""
        running = cloudburst.start(*arguments, *options, err=terminal.name)
        terminal.until("generator ")
        running.send(number)
        assert running.end() == (128 + number, "", "")
        line = error_line(terminal.lines())
        assert line.startswith("run: stopped at step ")
        assert line.endswith(", which is saved; the same command with --resume goes on")
    assert listing(tmp_path / "run") == RUN - {"surrogate"}

    assert "run, unfinished; train with --resume goes on" in cloudburst.done("info", "run")
    line = cloudburst.refused("sample", "run", "e.h5", "--events", 5)
    assert line == "run: an unfinished run; go on with cloudburst train --resume"
    assert "go on with --resume" in cloudburst.refused(*arguments)
    cloudburst.done(*arguments, "--resume")
    assert weights(tmp_path / "run") == weights(trained_run)


def weights(run):
    return (run / "surrogate" / "weights.safetensors").read_bytes()


def test_a_run_is_kept(cloudburst, trained_run, settings_of_run, tmp_path):
    run = shutil.copytree(trained_run, tmp_path / "run")
    before = contents(run)
    line = cloudburst.refused("train", "demo", "run", *settings_of_run)
    assert line == "run holds a run; go on with --resume or choose another folder"
    line = cloudburst.refused("train", "demo", "run", "--resume")
    assert line.startswith("run is of another recipe; resume with run/recipe.toml")
    cloudburst.done("train", "run/recipe.toml", "run", "--resume")
    assert contents(run) == before


@pytest.mark.parametrize(
    ("recipe", "settings", "said"),
    [
        ("dmo", "", "dmo: no such file or shipped recipe; did you mean 'demo'?"),
        ("text", "", "text: not a TOML file"),
        ("demo", "training.stepz=5", "unknown key 'training.stepz'; did you mean 'steps'?"),
        ("demo", "trainig.steps=5", "unknown key 'trainig'; did you mean 'training'?"),
        ("demo", "training.steps=0", "steps must be at least 1, got 0"),
        ("demo", "training.steps", "--set needs KEY=VALUE as 'training.steps=500'"),
        ("demo", "generator.latnt=3", "no argument 'latnt'; did you mean 'latent'?"),
        ("demo", "generator.class=cloudburst.nn:MLP", "'cloudburst.nn:MLP' is not a Generator"),
        ("demo", "generator.class=os:system", "'os:system' is not part of cloudburst"),
        ("demo", "data.file=sample:calogan", "did you mean 'calogan-eplus'?"),
        ("demo", "data.file=nowhere.h5", "nowhere.h5: no such file"),
        ("demo", "data.file=text", "text: not an HDF5 file"),
        ("demo", 'data.readouts=["layr_0"]', "no readout 'layr_0'; did you mean 'layer_0'?"),
        ("demo", "data.file=nan.h5", "nan.h5: front: 2 values in 2 events are not finite"),
    ],
)
def test_what_cannot_be_trained_leaves_nothing(cloudburst, tmp_path, recipe, settings, said):
    (tmp_path / "text").write_text("no recipe")
    storage.write(tmp_path / "nan.h5", showers(TOY, 20), {})
    with h5py.File(tmp_path / "nan.h5", "r+") as file:
        file["readouts/front"][2:4, 0, 0] = np.inf
    before = listing(tmp_path)
    options = ("--set", settings) if settings else ()
    assert said in cloudburst.refused("train", recipe, "run", *options)
    assert listing(tmp_path) == before


def test_only_a_folder_of_a_run_takes_a_run(cloudburst, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("all my work")
    for verb in (("train", "demo"), ("demo",)):
        for name, said in (
            ("thesis", "is not empty and holds no run"),
            ("thesis/chapter.tex", "is a file"),
        ):
            assert said in cloudburst.refused(*verb, name)
    assert "holds no run" in cloudburst.refused("demo", "thesis", "--overwrite")
    assert listing(tmp_path / "thesis") == {"chapter.tex"}


@pytest.mark.parametrize("name", KINDS)
def test_what_a_file_or_folder_is(cloudburst, trained_run, few_showers, tmp_path, name):
    (tmp_path / "run").symlink_to(trained_run)
    shutil.copy(few_showers, tmp_path / "few.h5")
    CaloGANFormat().write(tmp_path / "published.h5", storage.read(few_showers))
    first, *rest = cloudburst.done("info", name).splitlines()
    assert first == name
    told = dict(line.strip("│├└─ ").split("  ", 1) for line in rest if "  " in line.strip("│├└─ "))
    assert told["kind"] == KINDS[name]
    assert told["detector"] == "calogan"
    assert told["conditions"] == "energy 1..100 GeV"
    assert told["layer_0"] == "3 x 96 (x, y) in MeV"
    if name.endswith(".h5"):
        assert told["events"] == "120"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text", "text: not an HDF5 file"),
        ("nowhere", "nowhere: no such file"),
        ("folder", "folder: neither a run, which holds run.json, nor a surrogate"),
        ("short.h5", "short.h5: truncated; copy or download it again"),
        ("sample:calogan-eplus-tst", "did you mean 'calogan-eplus-test'?"),
        ("damaged", "damaged/run.json: damaged, not a JSON file"),
    ],
)
def test_what_nothing_can_be_said_of(cloudburst, few_showers, tmp_path, name, said):
    (tmp_path / "text").write_text("text")
    (tmp_path / "folder").mkdir()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "run.json").write_text("{")
    (tmp_path / "short.h5").write_bytes(few_showers.read_bytes()[:-100])
    assert said in cloudburst.refused("info", name)
