"""Simulating and producing on the command line: whole, interrupted, refused."""

import signal
import time

import h5py
import numpy as np
import pytest

from cloudburst import storage
from commands import listing
from productions import TESTS, shards, times

TOY = ("--simulator", "simulators_toy:ToySimulator", "--allow", "simulators_toy")
SLOW = ("--simulator", "simulators_broken:Slow", "--allow", "simulators_broken")


@pytest.fixture
def run(cloudburst):
    """Runs commands that find the toy simulators."""

    def start(*arguments, method="done", **variables):
        return getattr(cloudburst, method)(*arguments, PYTHONPATH=str(TESTS), **variables)

    return start


def same_events(a, b):
    """Whether two files hold the same data, whatever their provenance says."""
    with h5py.File(a) as first, h5py.File(b) as second:
        names = []
        first.visititems(lambda name, found: names.append(name))
        return all(
            first[name][:].tobytes() == second[name][:].tobytes()
            for name in names
            if isinstance(first[name], h5py.Dataset)
        )


def test_simulate_writes_one_file_whatever_the_number_of_workers(run, tmp_path):
    words = ("simulate", "toy", "--events", "200", *TOY, "--seed", 5, "--condition", "energy=5:10")
    said = run(words[0], words[1], "a.h5", *words[2:], "--workers", 1)
    assert said == "a.h5: 200 events\n"
    run(words[0], words[1], "b.h5", *words[2:], "--workers", 3)
    assert listing(tmp_path) == {"a.h5", "b.h5"}
    assert same_events(tmp_path / "a.h5", tmp_path / "b.h5")
    header, events = storage.read_header(tmp_path / "a.h5"), storage.read(tmp_path / "a.h5")
    assert events.condition("energy").min() >= 5
    assert events.condition("energy").max() <= 10
    told = header.provenance
    assert (told["simulator"], told["seed"], told["share"]) == ("toy", 5, 0.9)
    assert told["cpu_ms_per_event"] > 0
    assert told["environment"]["cloudburst"]
    assert "already exists" in run("simulate", "toy", "a.h5", *words[2:], method="refused")


def test_simulate_goes_on_where_it_was_killed(run, tmp_path):
    words = ("simulate", "toy", "out.h5", "--events", 200, *SLOW, "--workers", 2)
    parts = tmp_path / "out.h5.parts"
    for number in (signal.SIGKILL, signal.SIGTERM):
        running = run(*words, method="start", TOY_SECONDS="0.02")
        have = len(list(parts.glob("shard*")))
        while len(list(parts.glob("shard*"))) < have + 2:
            time.sleep(0.02)
        running.send(number)
        ended = running.end()
        assert not (tmp_path / "out.h5").exists()
    assert "stopped by SIGTERM" in ended.err
    finished = times(parts)
    assert "holds another job" in run(*words, "--seed", 1, method="refused")
    assert times(parts) == finished
    run(*words, TOY_SECONDS="0")
    run(*words[:2], "whole.h5", *words[3:], TOY_SECONDS="0")
    assert listing(tmp_path) == {"out.h5", "whole.h5"}
    assert same_events(tmp_path / "out.h5", tmp_path / "whole.h5")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("calogan", "--events", "0"), "--events needs a whole number"),
        (("calogan", "--events", "1e-3"), "--events needs a whole number"),
        (("calogan", "--events", 5, "--condition", "energy=0:5"), "outside the range 1..100 GeV"),
        (("calogan", "--events", 5, "--condition", "energy"), "NAME=LOW:HIGH"),
        (("calogan", "--events", 5, "--condition", "enrgy=5"), "did you mean 'energy'"),
        (("calogan", "--events", 5, "--simulator", "gfalsh"), "did you mean 'gflash'"),
        (("calogan", "--events", 5, "--set", "colour=1"), "has no argument 'colour'"),
        (("calogna", "--events", 5), "calogan"),
    ],
)
def test_simulations_that_make_no_sense_are_one_line(run, tmp_path, words, message):
    detector, *rest = words
    assert message in run("simulate", detector, "out.h5", *rest, method="refused")
    assert listing(tmp_path) == set()


def test_produce_verify_and_merge(run, trained_run, tmp_path):
    words = ("produce", trained_run, "out", "--events", "5e3", "--condition", "energy=50")
    assert run(*words, "--workers", 2) == "out: 5,000 events in 5 shards\n"
    assert run("verify", "out") == "out: 5,000 events in 5 shards, in order\n"
    assert run("merge", "out", "all.h5") == "all.h5: 5,000 events\n"
    events = storage.read(tmp_path / "all.h5")
    assert (len(events), set(events.condition("energy"))) == (5000, {50.0})
    whole = shards(tmp_path / "out")
    (tmp_path / "out" / "shard-000003.h5").write_bytes(b"spoilt")
    ended = run("verify", "out", method="__call__")
    assert ended.code == 1
    assert "out/shard-000003.h5: damaged, has 6 bytes" in ended.out
    assert "shard-000003.h5: damaged" in run("merge", "out", "b.h5", method="refused")
    ended = run(*words, "--workers", 1, method="__call__")
    assert ended.code == 0
    assert "out/shard-000003.h5: damaged" in ended.err
    assert shards(tmp_path / "out") == whole
    assert "seed: 0, not 1" in run(*words, "--seed", 1, method="refused")


@pytest.mark.slow
def test_what_is_produced_is_what_is_sampled(run, trained_run, tmp_path):
    run("produce", trained_run, "out", "--events", 1500, "--workers", 1, "--sparse")
    run("merge", "out", "all.h5")
    run("sample", trained_run, "sampled.h5", "--conditions-from", "all.h5")
    produced, sampled = storage.read(tmp_path / "all.h5"), storage.read(tmp_path / "sampled.h5")
    assert np.array_equal(produced.flat(), sampled.flat())
    assert h5py.File(tmp_path / "all.h5").attrs["version"] == 2
