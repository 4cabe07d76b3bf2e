"""Sampling, converting and looking at files, each as a process of its own."""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from cloudburst import storage
from cloudburst.formats import CaloGANFormat, read_events
from commands import error_line, listing
from components import TOY, showers

# Prints the largest memory of a process that sampled, in MB.
MEASURE = """
import resource, sys
from cloudburst.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert ended.code in (None, 0), ended.code
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def datasets(path):
    """Every data set of a file, by its name."""
    found = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: found.update({name: item[:]}) if hasattr(item, "dtype") else None
        )
    return found


def assert_equal(left, right):
    left, right = datasets(left), datasets(right)
    assert left.keys() == right.keys()
    for name, array in left.items():
        assert array.dtype == right[name].dtype
        np.testing.assert_array_equal(array, right[name])


@pytest.fixture
def published(few_showers, tmp_path):
    """The few showers in the layout of the public data set."""
    path = tmp_path / "published.h5"
    CaloGANFormat().write(path, storage.read(few_showers))
    return path


@pytest.fixture
def surrogate(trained_run, tmp_path):
    """A copy of a surrogate, to damage."""
    return shutil.copytree(trained_run / "surrogate", tmp_path / "surrogate")


def test_same_seed_same_bytes_whatever_the_batch(cloudburst, trained_run, tmp_path):
    for batch in (1, 7, 1000):
        options = ("--events", 150, "--seed", 3, "--batch", batch)
        said = cloudburst.done("sample", trained_run, f"{batch}.h5", *options)
        assert said == f"{batch}.h5: 150 events\n"
    cloudburst.done("sample", trained_run / "surrogate", "other.h5", "--events", 150, "--seed", 4)
    assert_equal(tmp_path / "1.h5", tmp_path / "7.h5")
    assert len({(tmp_path / f"{n}.h5").read_bytes() for n in (1, 7, 1000)}) == 1
    other, first = datasets(tmp_path / "other.h5"), datasets(tmp_path / "1.h5")
    assert not any((other[name] == first[name]).all() for name in first)


def test_samples_say_where_they_come_from(cloudburst, trained_run, tmp_path):
    cloudburst.done("sample", trained_run, "events.h5", "--events", 5, "--seed", 3)
    header = storage.read_header(tmp_path / "events.h5")
    assert header.events == 5
    assert header.provenance["seed"] == 3
    assert header.provenance["surrogate"]["recipe"]["name"] == "demo"
    assert set(header.provenance["environment"]) >= {"cloudburst", "libraries", "processor"}


def test_fixed_conditions(cloudburst, trained_run, tmp_path):
    cloudburst.done("sample", trained_run, "e.h5", "--events", 5, "--condition", "energy=50")
    events = storage.read(tmp_path / "e.h5")
    assert (events.conditions == 50).all()
    assert (events.readouts["layer_1"].sum((1, 2)) > 0).all()


def test_conditions_of_a_file_of_any_layout(cloudburst, trained_run, few_showers, published):
    for number, source in enumerate((few_showers, published)):
        options = ("--conditions-from", source)
        cloudburst.done("sample", trained_run, f"{number}.h5", *options)
        cloudburst.done("sample", trained_run, f"{number}-200.h5", *options, "--events", 200)
    wanted = storage.read(few_showers).conditions
    folder = published.parent
    for number in range(2):
        np.testing.assert_array_equal(datasets(folder / f"{number}.h5")["conditions"], wanted)
        repeated = datasets(folder / f"{number}-200.h5")["conditions"]
        np.testing.assert_array_equal(repeated, np.concatenate([wanted, wanted[:80]]))


@pytest.mark.parametrize("value", ["0.5", "101", "-5"])
def test_what_was_never_learned_is_made_on_request_only(cloudburst, trained_run, tmp_path, value):
    arguments = ("sample", trained_run, "e.h5", "--events", 20, "--condition", f"energy={value}")
    line = cloudburst.refused(*arguments)
    assert f"energy = {value} GeV is outside the range 1..100 GeV of 'calogan'" in line
    assert "(20 of 20 values)" in line
    assert line.endswith("pass --extrapolate to try it")
    assert listing(tmp_path) == set()
    if float(value) > 0:
        cloudburst.done(*arguments, "--extrapolate")
        assert (storage.read(tmp_path / "e.h5").conditions == np.float32(value)).all()
    else:
        assert "layer_0 is not finite" in cloudburst.refused(*arguments, "--extrapolate")
        assert listing(tmp_path) == set()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--condition", "enrgy=5"], "has no condition 'enrgy'; did you mean 'energy'?"),
        (["--conditions-from", "nowhere.h5"], "nowhere.h5: no such file"),
        (["--conditions-from", "text.h5"], "text.h5: not an HDF5 file"),
        (["--conditions-from", "muons.h5"], "muons.h5: its events have no energy"),
    ],
)
def test_conditions_that_a_surrogate_cannot_take(cloudburst, trained_run, tmp_path, options, said):
    (tmp_path / "text.h5").write_text("text")
    detector = TOY.from_dict(json.loads(json.dumps(TOY.to_dict()).replace('"energy"', '"speed"')))
    storage.write(tmp_path / "muons.h5", showers(detector, 5), {})
    before = listing(tmp_path)
    assert said in cloudburst.refused("sample", trained_run, "e.h5", "--events", 5, *options)
    assert listing(tmp_path) == before


def test_what_is_there_is_kept_unless_it_is_to_be_replaced(
    cloudburst, trained_run, few_showers, tmp_path
):
    (tmp_path / "folder").mkdir()
    for name, remedy in (("have.h5", "pass --overwrite"), ("folder", "choose another name")):
        (tmp_path / "have.h5").write_text("mine")
        for arguments in (
            ("sample", trained_run, name, "--events", 5),
            ("convert", few_showers, name),
        ):
            assert cloudburst.refused(*arguments).endswith(remedy)
            assert (tmp_path / "have.h5").read_text() == "mine"
    assert "is a folder" in cloudburst.refused("convert", few_showers, "folder", "--overwrite")
    cloudburst.done("sample", trained_run, "have.h5", "--events", 5, "--overwrite")
    assert storage.read_header(tmp_path / "have.h5").events == 5
    cloudburst.done("convert", few_showers, "have.h5", "--overwrite")
    assert_equal(tmp_path / "have.h5", few_showers)
    assert listing(tmp_path) == {"have.h5", "folder"}


def test_a_full_disk_leaves_nothing(cloudburst, trained_run, few_showers, tmp_path):
    for arguments in (
        ("sample", trained_run, "e.h5", "--events", 5000),
        ("convert", few_showers, "e.h5"),
    ):
        line = cloudburst.refused(*arguments, largest=20_000)
        assert line.startswith("e.h5: no space left on the disk; nothing was written")
        assert listing(tmp_path) == set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_sampling_that_is_stopped_leaves_nothing(
    cloudburst, trained_run, terminal, tmp_path, number
):
    arguments = ("sample", trained_run, "e.h5", "--events", 3_000_000)
    running = cloudburst.start(*arguments, err=terminal.name)
    terminal.until("sampling")
    running.send(number)
    assert running.end() == (128 + number, "", "")
    line = error_line(terminal.lines())
    assert line == f"stopped by {number.name}; nothing is half-written, run the command again"
    assert listing(tmp_path) == set()


def test_surrogates_that_cannot_be_used(cloudburst, surrogate, tmp_path):
    document = surrogate / "surrogate.json"
    whole = document.read_text()

    def refused():
        line = cloudburst.refused("sample", "surrogate", "e.h5", "--events", 5)
        assert line == cloudburst.refused("info", "surrogate")
        assert listing(tmp_path) == {"surrogate"}
        return line

    described = json.loads(whole)
    described["generator"]["class"] = "os:system"
    document.write_text(json.dumps(described))
    assert "pass --allow os" in refused()
    described["generator"]["class"] = "cloudburst.nn:MLP"
    document.write_text(json.dumps(described))
    assert refused().endswith("'cloudburst.nn:MLP' is not a Generator")
    document.write_text(whole[:100])
    assert refused().startswith("surrogate/surrogate.json: not the description of a surrogate")
    document.write_text(whole)
    (surrogate / "weights.safetensors").write_bytes(b"no weights")
    assert refused().startswith("surrogate/weights.safetensors: not a safetensors file")
    (surrogate / "weights.safetensors").unlink()
    assert refused() == "surrogate/weights.safetensors: no such file"
    document.unlink()
    assert "surrogate" in cloudburst.refused("sample", "surrogate", "e.h5", "--events", 5)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "nowhere: no such folder of a run or surrogate"),
        ("text", "text: a file, not the folder of a run or surrogate"),
        ("empty", "empty/surrogate.json: no such file"),
    ],
)
def test_what_is_no_surrogate(cloudburst, tmp_path, name, said):
    (tmp_path / "text").write_text("text")
    (tmp_path / "empty").mkdir()
    assert said in cloudburst.refused("sample", name, "e.h5", "--events", 5)
    assert listing(tmp_path) == {"text", "empty"}


def test_converting_there_and_back_changes_no_number(
    cloudburst, few_showers, trained_run, tmp_path
):
    cloudburst.done("sample", trained_run, "sampled.h5", "--events", 50)
    for source in (few_showers, tmp_path / "sampled.h5"):
        said = cloudburst.done("convert", source, "there.h5", "--to", "calogan", "--overwrite")
        assert said == f"there.h5: {len(datasets(source)['conditions'])} events\n"
        cloudburst.done("convert", "there.h5", "back.h5", "--overwrite")
        assert_equal(tmp_path / "back.h5", source)
        ours, theirs = datasets(source), datasets(tmp_path / "there.h5")
        np.testing.assert_array_equal(ours.pop("conditions"), theirs.pop("energy"))
        for name, array in theirs.items():
            np.testing.assert_array_equal(array, ours[f"readouts/{name}"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("few.h5 new.h5 --to calogen", "unknown layout 'calogen'; did you mean 'calogan'?"),
        ("toy.h5 new.h5 --to calogan", "new.h5: the CaloGAN layout holds energy"),
        (
            "nan.h5 new.h5",
            "nan.h5: layer_1: 2 values in 2 events are not finite, the first in event 3",
        ),
        ("negative.h5 new.h5", "negative.h5: layer_1: 1 values in 1 events are negative"),
        ("short.h5 new.h5", "short.h5: truncated; copy or download it again"),
        ("text.h5 new.h5", "text.h5: not an HDF5 file"),
        ("nowhere.h5 new.h5", "nowhere.h5: no such file"),
        ("few.h5 text.h5/new.h5", "text.h5/new.h5: cannot be written (Not a directory)"),
    ],
)
def test_what_cannot_be_converted(cloudburst, few_showers, tmp_path, arguments, said):
    spoil(few_showers, tmp_path)
    before = listing(tmp_path)
    assert said in cloudburst.refused("convert", *arguments.split())
    assert listing(tmp_path) == before


def spoil(few_showers: Path, folder: Path) -> None:
    """Files that are not what they should be."""
    events, _ = read_events(few_showers)
    shutil.copy(few_showers, folder / "few.h5")
    storage.write(folder / "toy.h5", showers(TOY, 5), {})
    for name, value, numbers in (("nan", np.nan, (3, 7)), ("negative", -1.0, (5,))):
        CaloGANFormat().write(folder / f"{name}.h5", events)
        with h5py.File(folder / f"{name}.h5", "r+") as file:
            for number in numbers:
                file["layer_1"][number, 0, 0] = value
    content = few_showers.read_bytes()
    (folder / "short.h5").write_bytes(content[: len(content) // 2])
    (folder / "text.h5").write_text("text")


@pytest.mark.slow
def test_a_large_sample_needs_little_memory(run_python, trained_run):
    def peak(events):
        arguments = ("sample", trained_run, f"{events}.h5", "--events", events)
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        return float(run_python(MEASURE, *arguments, env=environment).splitlines()[-1])

    few, many = peak(2_000), peak(200_000)
    assert many < 1500
    # the events themselves would be 400 MB
    assert many - few < 60


@pytest.mark.slow
def test_the_program_as_it_is_installed(run_python, trained_run, tmp_path):
    program = "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"
    command = Path(sys.executable).with_name("cloudburst")
    assert run_python(program, command, "sample", trained_run, "e.h5", "--events", 5) == (
        "e.h5: 5 events\n"
    )
    assert listing(tmp_path) == {"e.h5"}
