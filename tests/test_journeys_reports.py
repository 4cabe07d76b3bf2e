"""Judging a candidate, and the demo as a whole, each as a process of its own."""

import hashlib
import json
import shutil
import signal

import h5py
import pytest

from cloudburst import storage
from cloudburst.engines import ENGINES
from cloudburst.formats import CaloGANFormat
from commands import error_line, listing
from components import TOY, showers

TRAINED = "the test file is the one that the surrogate was trained on"
REPORT = {"report.html", "report.json", "figures"}
DEMO = REPORT | {
    *("recipe.toml", "run.json", "history.json", "checkpoint.safetensors"),
    *("surrogate", "events.h5"),
}


@pytest.fixture
def few(few_showers, tmp_path):
    return shutil.copy(few_showers, tmp_path / "few.h5")


@pytest.fixture
def others(sample_path, few, tmp_path):
    """As many other showers, said to be of a surrogate that was trained on the few."""
    path = tmp_path / "others.h5"
    learned = {"data": {"sha256": hashlib.sha256(few.read_bytes()).hexdigest()}}
    storage.write(path, storage.read(sample_path, slice(120, 240)), {"surrogate": learned})
    return path


def numbers(folder):
    return json.loads((folder / "report.json").read_text())


def assert_table(lines, heads):
    """A table with these heads, in columns that line up; returns its rows."""
    start = next(i for i, line in enumerate(lines) if line.startswith(heads[0]))
    end = lines.index("", start)
    positions = [lines[start].index(head) + len(head) for head in heads[1:]]
    for line in lines[start + 1 : end]:
        assert all(position >= len(line) or line[position] == " " for position in positions)
        assert len(line) <= 80
    return lines[start + 1 : end]


def test_full_simulation_judged_by_itself(cloudburst, others, few, tmp_path):
    judge = ("others.h5", "few.h5", "--report", "report", "--seed", 1)
    ended = cloudburst("validate", *judge, "--quick")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[-1] == "report: report/report.html"
    assert lines[-2] == f"warning: {TRAINED}"
    assert "ms/event" not in ended.out
    rows = assert_table(lines, ("classifier AUC", "candidate", "floor", "trained on"))
    assert len(rows) == 2
    rows = assert_table(lines, ("gate", "verdict"))
    assert [row.split()[0] for row in rows] == ["G0", "G1", "G2", "G3", "G4", "G5"]
    assert "failed" not in "".join(rows)
    assert len(assert_table(lines, ("farthest above their floor", "distance"))) == 3
    for text in ended[1:]:
        assert all(sign.isprintable() or sign == "\n" for sign in text)
    for stage in ("reading", "comparing", "classifying", "joining", "drawing"):
        assert f"✓ {stage} " in ended.err

    assert listing(tmp_path / "report") == REPORT
    found = numbers(tmp_path / "report")
    assert found["warnings"] == [TRAINED]
    assert TRAINED in (tmp_path / "report" / "report.html").read_text()
    assert max(test["auc"]["value"] for test in found["classifier"]) < 0.75
    ratios = sorted(check["ratio"] for check in found["checks"])
    assert 0.5 < ratios[len(ratios) // 2] < 1.5


@pytest.mark.slow
def test_a_damaged_candidate_stops_at_the_gate(cloudburst, others, few, tmp_path):
    events = storage.read(others)
    twice = {k: 2 * v for k, v in events.readouts.items()}
    damaged = type(events)(events.detector, events.conditions, twice)
    storage.write(tmp_path / "damaged.h5", damaged, {})
    judge = ("few.h5", "--report", "report", "--quick", "--overwrite", "--gate")
    ended = cloudburst("validate", "damaged.h5", *judge)
    assert ended.code == 1
    failures = [line for line in ended.out.splitlines() if line.startswith("failed: ")]
    (response,) = [line for line in failures if "G2 response by condition" in line]
    assert "allowed 1 %" in response
    assert (tmp_path / "report" / response.split("see ")[1]).is_file()
    assert cloudburst("validate", "others.h5", *judge).code == 0


@pytest.mark.slow
def test_one_spoiled_event_is_named_and_the_report_still_comes(cloudburst, others, few, tmp_path):
    with h5py.File(others, "r+") as file:
        file["readouts/layer_1"][7, 3, 4] = float("nan")
    ended = cloudburst("validate", "others.h5", "few.h5", "--report", "r", "--quick", "--gate")
    assert ended.code == 1
    assert "layer_1 holds nan in event 7" in ended.out
    found = numbers(tmp_path / "r")
    assert found["candidate_events"] == 119
    assert found["gates"][0]["status"] == "failed"
    assert "1 of 120 events of the candidate were left out" in found["warnings"][-1]


def test_reports_are_kept_and_nothing_else_is_replaced(cloudburst, others, few, tmp_path):
    for name in ("report", "run"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text("{}")
    (tmp_path / "run" / "run.json").write_text("{}")
    judge = ("validate", others, few, "--report")
    line = cloudburst.refused(*judge, "report")
    assert line == "report already exists; choose another name or pass --overwrite"
    for name in ("run", ".", "few.h5"):
        for options in ((), ("--overwrite",)):
            line = cloudburst.refused(*judge, name, *options)
            assert line == f"{name} holds more than a report; choose another folder"
    assert listing(tmp_path / "run") == {"report.json", "run.json"}


@pytest.mark.parametrize(
    ("candidate", "test", "said"),
    [
        ("nowhere", "few.h5", "nowhere: no such file of events, run or surrogate"),
        ("few.h5", "nowhere.h5", "nowhere.h5: no such file"),
        ("few.h5", "sample:calogan", "sample:calogan: no such shipped sample; did you mean"),
        ("empty", "few.h5", "empty/surrogate.json: no such file"),
        ("text", "few.h5", "text: not an HDF5 file"),
        (
            "toy.h5",
            "few.h5",
            "toy.h5 against few.h5: the candidate of 'toy' has no readout in common",
        ),
        (
            "few.h5",
            "toy.h5",
            "few.h5 against toy.h5: the candidate of 'calogan' has no readout in",
        ),
        ("tiny.h5", "few.h5", "a validation needs 40 reference and 20 candidate events"),
        ("few.h5", "tiny.h5", "few.h5 against tiny.h5: a validation needs 40 reference and 20"),
        ("run", "toy.h5", "run against toy.h5: the candidate of 'calogan' has no readout in"),
        ("old.h5", "few.h5", "old.h5: its provenance holds a recipe that this version cannot"),
        ("run", "wide.h5", "energy = 150 GeV is outside the range 1..100 GeV"),
    ],
)
def test_what_cannot_be_judged(cloudburst, few, trained_run, tmp_path, candidate, test, said):
    (tmp_path / "run").symlink_to(trained_run)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("text")
    storage.write(tmp_path / "toy.h5", showers(TOY, 60), {})
    storage.write(tmp_path / "tiny.h5", storage.read(few, slice(15)), {})
    old = {"surrogate": {"recipe": {"validation": {"folds": 3}}}}
    storage.write(tmp_path / "old.h5", storage.read(few), old)
    storage.write(tmp_path / "wide.h5", too_energetic(storage.read(few)), {})
    before = listing(tmp_path)
    assert said in cloudburst.refused("validate", candidate, test, "--report", "report")
    assert listing(tmp_path) == before


def too_energetic(events):
    """The same events, the first at an energy that their detector does not allow."""
    conditions = events.conditions.copy()
    conditions[0] = 150
    return type(events)(events.detector, conditions, events.readouts)


# batches by torch, and by a faster engine where it is installed
TIMED = [1, 128, 1024] + [1024] * (not ENGINES["openvino"].missing())


def test_the_demo_stopped_and_repeated(cloudburst, terminal, settings_of_run, tmp_path):
    command = ("demo", "demo", *settings_of_run, "--events", 300)
    running = cloudburst.start(*command, err=terminal.name)
    terminal.until("generator ")
    running.send(signal.SIGTERM)
    assert running.end() == (143, "", "")
    assert error_line(terminal.lines()).endswith("the same command without --overwrite goes on")

    lines = cloudburst.done(*command).splitlines()
    assert lines[-1] == "report: demo/report.html"
    assert listing(tmp_path / "demo") == DEMO
    assert listing(tmp_path) == {"demo"}
    assert storage.read_header(tmp_path / "demo" / "events.h5").events == 300
    rows = assert_table(lines, ("time", "ms/event", "times faster"))
    assert [row.split()[0] for row in rows] == ["Geant4", *["surrogate,"] * len(TIMED)]
    assert rows[0].split()[-1] == "805"
    found = numbers(tmp_path / "demo")
    assert (found["reference_events"], found["candidate_events"]) == (1000, 300)
    assert found["history"][-1]["step"] == 100
    assert [row["batch"] for row in found["speed"]] == [None, *TIMED]
    assert found["warnings"] == []

    line = cloudburst.refused(*command)
    assert line == "demo holds a demo; choose another folder or pass --overwrite"
    assert numbers(tmp_path / "demo") == found
    assert "kind  run, finished" in cloudburst.done("info", "demo")


@pytest.mark.slow
def test_a_demo_is_redone_on_request_only(cloudburst, settings_of_run, tmp_path):
    command = ("demo", "demo", *settings_of_run, "--events", 100)
    cloudburst.done(*command)
    first = numbers(tmp_path / "demo")

    def checks():
        return numbers(tmp_path / "demo")["checks"]

    # as if it had been killed while its report was put in place
    (tmp_path / "demo" / "report").mkdir()
    (tmp_path / "demo" / "report.html").unlink()
    cloudburst.done(*command)
    assert checks() == first["checks"]
    cloudburst.done(*command, "--overwrite", "--set", "training.seed=1")
    assert checks() != first["checks"]
    assert listing(tmp_path / "demo") == DEMO


@pytest.mark.slow
def test_a_run_is_judged_at_the_conditions_of_the_test(cloudburst, trained_run, few, tmp_path):
    CaloGANFormat().write(tmp_path / "published.h5", storage.read(few))
    found = []
    for test in ("few.h5", "published.h5"):
        said = cloudburst.done("validate", trained_run, test, "--report", "r", "--overwrite")
        assert said.endswith("\nreport: r/report.html\n")
        found.append(numbers(tmp_path / "r"))
    assert found[0]["checks"] == found[1]["checks"]
    assert found[0]["candidate_events"] == 83 * 120
    assert found[0]["speed"][0]["label"] == "Geant4 11.4.0"
    assert found[1]["speed"][0]["label"] == "surrogate"
