"""What the tests of production share: toy jobs, and what lies in their folders."""

import os
from pathlib import Path

import psutil

from cloudburst.production import Job, LocalExecutor, SimulatorMaker, produce

PACKAGES = ["simulators_toy", "simulators_broken"]
TESTS = Path(__file__).parent


def maker(simulator="simulators_toy:ToySimulator", **settings):
    return SimulatorMaker(simulator, {"detector": None, **settings}, PACKAGES)


def toy_job(simulator="simulators_toy:ToySimulator", events=100, size=16, seed=3, **ranges):
    return Job.of(maker(simulator), events, seed, size, ranges)


def run(job, folder, executor=2, warnings=None, told=None, check=True):
    """Produces a job on so many local workers, or by an executor; notes warnings."""
    executor = LocalExecutor(executor) if isinstance(executor, int) else executor
    warn = (lambda text: None) if warnings is None else warnings.append
    return produce(job, folder, executor, {}, told or (lambda *_: None), warn, check)


def shards(folder):
    """The bytes of all shards by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.h5"))}


def times(folder):
    """When each shard was made, by name."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.h5")}


def left_over(folder):
    """What killed processes left half-written."""
    hidden = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    return [name for name in hidden if name != ".lock"]


def workers(process=None):
    """The worker processes that a process has started, its children's too."""
    return [
        child
        for child in psutil.Process(process).children(recursive=True)
        if "cloudburst.production.worker" in _command(child)
    ]


def _command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def environment(**variables):
    """Variables of a process that finds the toy simulators."""
    return {**os.environ, "PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1", **variables}
