"""Production on Dask clusters: local, by address, of a batch system; with real processes."""

import json
import os
import random
import stat
import subprocess
import sys
import time

import psutil
import pytest

from cloudburst.errors import FileError, FormatError, SimulationError
from cloudburst.production.cluster import DaskExecutor
from productions import (
    TESTS,
    environment,
    left_over,
    run,
    shards,
    times,
    toy_job,
    workers,
)
from test_production_killed import PROGRAM, SLOW, gone, until

pytest.importorskip("distributed", reason="needs the extra 'cluster'")

# Stands in for a batch system: starts the job at once, and ends it by its number.
SBATCH = """#!/bin/sh
cp "$1" "$0.job"
setsid sh "$0.job" > "$0.log" 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = '#!/bin/sh\nkill -- "-$1"\n'


@pytest.fixture(autouse=True)
def findable(monkeypatch):
    """Worker processes find the toy simulators."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a slow toy job that local workers made."""
    folder = tmp_path_factory.mktemp("whole") / "job"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        patch.setenv("TOY_SECONDS", "0")
        run(toy_job(SLOW), folder)
    return folder


def dask_workers():
    """The processes of Dask's workers on this machine that this one has started."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if any("spawn_main" in word for word in child.cmdline())
    ]


def test_a_local_cluster_whose_workers_are_killed(whole, tmp_path):
    rng, folder = random.Random(1), tmp_path / "job"
    seen, killed = {}, []

    def told(stage, done, *_):
        for name, when in times(folder).items():
            assert seen.setdefault(name, when) == when, "a finished shard was made again"
        if done >= 16 * (1 + 2 * len(killed)) and len(killed) < 2:
            victims = (dask_workers, workers)[len(killed)]()
            killed.append(rng.choice(victims))
            killed[-1].kill()

    run(toy_job(SLOW), folder, DaskExecutor("local", 2), told=told)
    assert len(killed) == 2
    assert shards(folder) == shards(whole)
    assert not left_over(folder)
    assert gone(dask_workers() + workers())


@pytest.fixture
def scheduler(tmp_path):
    """A running scheduler with two workers: its address and its process."""
    file = tmp_path / "scheduler.json"
    started = [start("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", file)]
    end = time.monotonic() + 60
    while not file.is_file():
        assert time.monotonic() < end, "no scheduler"
        time.sleep(0.05)
    started += [start("worker", "--nthreads", "1", "--no-dashboard", "--scheduler-file", file)]
    yield file, started[0]
    for process in started:
        process.terminate()
    for process in started:
        process.wait(30)


def start(*words):
    """Starts a part of Dask as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + words[0], *map(str, words[1:])],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def address(file):
    return json.loads(file.read_text())["address"]


@pytest.mark.slow
def test_a_killed_scheduler_loses_nothing(start_python, scheduler, whole, tmp_path):
    folder = tmp_path / "job"
    file, process = scheduler
    engine = start_python(PROGRAM, folder, address(file), env=environment())
    until(engine, 40)
    process.kill()
    _, errors = engine.communicate(timeout=60)
    assert "SimulationError: lost the scheduler" in errors
    finished = times(folder)
    assert 0 < len(finished) < 7
    run(toy_job(SLOW), folder)
    assert finished.items() <= times(folder).items()
    assert shards(folder) == shards(whole)


@pytest.mark.slow
def test_a_batch_system(whole, tmp_path, monkeypatch):
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        path = tmp_path / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    described = tmp_path / "cluster.toml"
    described.write_text(
        'system = "slurm"\njobs = 1\n[options]\ncores = 1\nmemory = "1GB"\n'
        f'interface = "lo"\nlog_directory = "{tmp_path}"\n'
    )
    run(toy_job(SLOW), tmp_path / "job", DaskExecutor(str(described)))
    assert shards(tmp_path / "job") == shards(whole)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("system = ", "not a TOML file"),
        ('system = "cray"\njobs = 1', "system must be one of htcondor, lsf"),
        ('system = "slurm"', "jobs must say how many"),
        ('system = "slurm"\njobs = 1\ncores = 4', "unknown key 'cores'"),
    ],
)
def test_descriptions_that_make_no_sense(tmp_path, text, message):
    path = tmp_path / "cluster.toml"
    path.write_text(text)
    with pytest.raises(FormatError, match=message):
        DaskExecutor(str(path))


@pytest.mark.slow
def test_clusters_that_are_not_there(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        DaskExecutor(str(tmp_path / "no.toml"))
    with pytest.raises(SimulationError, match=r"no workers by --cluster tcp://"):
        run(toy_job(), tmp_path / "job", DaskExecutor("tcp://127.0.0.1:9"))
