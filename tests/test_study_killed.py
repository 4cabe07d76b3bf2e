"""A study that is really killed leaves no process behind and goes on to the same numbers."""

import signal
import subprocess
import time

import psutil
import pytest
import tomli_w

from cloudburst.experiment.study import study
from commands import PROGRAM
from test_study import PLAN, RATE, changed, times

SLOW = {
    "seeds": [3],
    "axes": {"rate": {"one": {RATE: 1e-3}, "two": {RATE: 2e-3}}},
    "changes": {**PLAN["changes"], "training.steps": 40, "training.log_every": 10},
}


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def qualities(summary):
    return [[one.quality for one in row.outcomes.values()] for row in summary.rows]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_study_goes_on_to_the_same_numbers(tmp_path, number):
    source = tmp_path / "study.toml"
    source.write_text(tomli_w.dumps(changed(**SLOW)))
    whole = study(source, tmp_path / "whole", jobs=2)
    folder = tmp_path / "killed"
    arguments = [PROGRAM, "study", source, folder, "--jobs", "1"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE) as process:
        until(lambda: times(folder, "outcome.json"))
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.send_signal(number)
        assert process.wait() in (-number, 128 + number)
    assert not psutil.wait_procs(children, timeout=10)[1]
    first = times(folder, "outcome.json")
    assert len(first) == 1
    again = study(source, folder, jobs=1)
    assert qualities(again) == qualities(whole)
    assert {run: t for run, t in times(folder, "outcome.json").items() if run in first} == first
