"""Timing: statistics worked by hand on a clock that the test sets, and a small surrogate."""

import json

import numpy as np
import pytest
import torch

from cloudburst.benchmark import machine, measure, speed_table, timing
from cloudburst.errors import DataError
from cloudburst.surrogate import Surrogate
from components import GENERATORS, TOY, toy_codec


class Clock:
    """Stands in for the time module; a call takes the next of the given seconds."""

    def __init__(self, seconds):
        self.now, self.seconds, self.batches = 0.0, list(seconds), []

    def perf_counter(self):
        return self.now

    def sample(self, n):
        self.batches.append(n)
        self.now += self.seconds[min(len(self.batches), len(self.seconds)) - 1]


@pytest.fixture
def clock(monkeypatch):
    def start(*seconds):
        clock = Clock(seconds)
        monkeypatch.setattr(timing, "time", clock)
        return clock

    return start


@pytest.fixture
def surrogate():
    codec = toy_codec()
    return Surrogate(codec, GENERATORS["LatentGenerator"](codec), {})


def test_the_statistics_of_five_calls(clock):
    # After a warm-up of 9 s, 1, 2, 3, 4 and 10 s for two events: 500 to 5000 ms each.
    calls = clock(9, 1, 2, 3, 4, 10)
    timed = measure(calls.sample, batch=2, repeats=5, warmup=1, seconds=100)
    assert (timed.batch, timed.calls, timed.device) == (2, 5, "cpu")
    assert (timed.mean, timed.median) == (2000, 1500)
    assert timed.p95 == pytest.approx(2000 + 0.8 * 3000)
    # the squared deviations 1500, 1000, 500, 0 and 3000 sum to 12.5e6, over 4 and then over 5
    assert timed.error == pytest.approx((12.5e6 / 4 / 5) ** 0.5)
    assert calls.batches == [2] * 6


@pytest.mark.parametrize(
    ("one_call", "expected"),
    [(0.001, 10 + 100), (60.0, 1 + 5), (0.1, 10 + 20)],
    ids=["fast", "slow", "between"],
)
def test_slow_calls_are_repeated_less_often(clock, one_call, expected):
    calls = clock(one_call)
    timed = measure(calls.sample, batch=1, seconds=1.95)
    assert len(calls.batches) == expected
    assert timed.mean == pytest.approx(1e3 * one_call)
    assert timed.error == pytest.approx(0, abs=1e-6)


def test_a_gpu_is_waited_for_after_each_call(clock, monkeypatch):
    events = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device: events.append(device))
    calls = clock(1)
    measure(calls.sample, batch=1, device="cuda:0", repeats=5, warmup=1, seconds=100)
    # once before and once after each call, for one warm-up and for five timed calls
    assert events == ["cuda:0"] * (1 + 1 + 1 + 5)


@pytest.mark.parametrize(("batch", "repeats"), [(0, 100), (1, 4)])
def test_nothing_to_time_is_refused(batch, repeats):
    with pytest.raises(DataError, match="timing needs one event and 5 repeats"):
        measure(print, batch, repeats=repeats)


def test_a_surrogate_is_timed_for_each_batch(surrogate):
    timings = speed_table(surrogate, batches=(1, 64), repeats=5, seconds=0.2)
    assert [t.batch for t in timings] == [1, 64]
    for timed in timings:
        assert timed.device == "cpu"
        assert timed.threads == torch.get_num_threads()
        assert timed.calls == 5
        assert 0 < timed.median <= timed.p95
        assert timed.error > 0
    assert timings[1].median < timings[0].median


def test_the_whole_way_to_events_is_timed_at_drawn_conditions(surrogate, monkeypatch):
    asked = []
    sample = Surrogate.sample

    def listen(self, conditions, seed, **options):
        asked.append((conditions, seed, options))
        return sample(self, conditions, seed, **options)

    monkeypatch.setattr(Surrogate, "sample", listen)
    speed_table(surrogate, batches=(3,), seed=8, repeats=5, seconds=0.01)
    drawn = TOY.draw_conditions(3, np.random.default_rng(8))
    assert len(asked) >= 6
    for conditions, seed, options in asked:
        np.testing.assert_array_equal(conditions, drawn)
        assert (seed, options) == (8, {"batch": 3, "engine": "eager"})


def test_the_machine_is_plain_data():
    found = machine()
    assert json.loads(json.dumps(found)) == found
    assert found.keys() == {"processor", "cores", "torch", "threads", "gpus"}
    assert found["cores"] >= 1
    assert found["torch"] == str(torch.__version__)
    assert len(found["gpus"]) == torch.cuda.device_count()
