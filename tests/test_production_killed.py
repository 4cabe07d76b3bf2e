"""Workers, engine and scheduler that are really killed, and native code that aborts."""

import random
import time

import psutil
import pytest

from cloudburst.errors import SimulationError
from cloudburst.production import Manifest
from productions import TESTS, environment, left_over, run, shards, times, toy_job, workers

SLOW = "simulators_broken:Slow"

# Produces a slow toy job in a folder, by so many workers or on a cluster.
PROGRAM = """
import sys
from pathlib import Path
from cloudburst.production.cluster import DaskExecutor
from productions import run, toy_job

if __name__ == "__main__":
    executor = int(sys.argv[2]) if sys.argv[2].isdigit() else DaskExecutor(sys.argv[2], 2)
    told = lambda stage, done, total, note="": print(stage, done, flush=True)
    run(toy_job("simulators_broken:Slow"), Path(sys.argv[1]), executor, told=told)
    print("finished", flush=True)
"""


@pytest.fixture(autouse=True)
def findable(monkeypatch):
    """Worker processes find the toy simulators."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a slow toy job that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "job"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        patch.setenv("TOY_SECONDS", "0")
        run(toy_job(SLOW), folder)
    return folder


def until(process, events):
    """Reads what an engine says until so many events are made."""
    for line in process.stdout:
        stage, _, done = line.strip().partition(" ")
        if stage == "finished" or (stage == "producing" and int(done) >= events):
            return


def gone(processes, seconds=5):
    """Whether processes end by themselves."""
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def killing(rng, seconds, process=None, most=4):
    """A function that kills a worker now and then, when told how far it is.

    Four may all have been at one shard, which is tried a fifth time.
    """
    due = [time.monotonic() + rng.uniform(0, seconds)]

    def told(*_):
        if len(due) <= most and time.monotonic() > due[-1] and (found := workers(process)):
            rng.choice(found).kill()
            due.append(time.monotonic() + rng.uniform(0, seconds))

    return told


def test_killed_workers_lose_nothing_and_repeat_nothing(whole, tmp_path):
    warnings = []
    run(
        toy_job(SLOW),
        tmp_path / "job",
        told=killing(random.Random(0), 0.5),
        warnings=warnings,
    )
    assert warnings
    assert all("killed by SIGKILL" in text for text in warnings)
    assert shards(tmp_path / "job") == shards(whole)
    assert not left_over(tmp_path / "job")


def test_a_killed_engine_takes_its_workers_along_and_goes_on(start_python, whole, tmp_path):
    folder = tmp_path / "job"
    process = start_python(PROGRAM, folder, 2, env=environment())
    until(process, 40)
    started = workers(process.pid)
    assert len(started) == 2
    process.kill()
    process.wait()
    assert gone(started)
    finished = times(folder)
    assert 0 < len(finished) < 7
    run(toy_job(SLOW), folder)
    assert finished.items() <= times(folder).items()
    assert shards(folder) == shards(whole)
    assert not left_over(folder)


def test_an_abort_in_native_code_is_told_and_the_shard_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_FOLDER", str(tmp_path))
    (tmp_path / "abort-1").touch()
    warnings = []
    job = toy_job("simulators_broken:Aborting", events=30)
    assert run(job, tmp_path / "job", 1, warnings).events == 30
    assert len(warnings) == 1
    assert "shard-000000.h5, try 1 of 5: its process ended (killed by SIGABRT)" in warnings[0]
    assert "G4Exception: something is wrong with the geometry" in warnings[0]


def test_a_shard_that_always_aborts_ends_the_job_and_keeps_the_rest(tmp_path):
    warnings = []
    with pytest.raises(SimulationError, match=r"failed 5 times.*SIGABRT.*fatal: bad event.*kept"):
        run(toy_job("simulators_broken:Hopeless", 300), tmp_path / "job", 2, warnings)
    assert len(warnings) >= 4
    assert Manifest.load(tmp_path / "job").events > 0


def test_mistakes_of_a_simulator_are_told(tmp_path):
    with pytest.raises(SimulationError, match=r"IndexError: .*simulators_broken.py, line \d+"):
        run(toy_job("simulators_broken:Wrong"), tmp_path / "job", 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_workers_and_engine_killed_over_and_over(start_python, whole, tmp_path, seed):
    rng, folder = random.Random(seed), tmp_path / "job"
    for _ in range(4):
        process = start_python(PROGRAM, folder, 2, env=environment())
        kill = killing(rng, 0.6, process.pid)
        end = time.monotonic() + rng.uniform(1, 4)
        while time.monotonic() < end and process.poll() is None:
            kill()
            time.sleep(0.02)
        before = times(folder) if folder.exists() else {}
        process.kill()
        process.communicate()
        assert before.items() <= times(folder).items()
    run(toy_job(SLOW), folder)
    assert shards(folder) == shards(whole)
    assert not left_over(folder)
