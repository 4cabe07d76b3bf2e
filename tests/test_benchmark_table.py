"""The benchmark journey: contenders side by side, whole jobs, the roofline, and its report."""

import json

import numpy as np
import pytest

import components
from cloudburst.benchmark import (
    Contender,
    Roofline,
    Work,
    compare,
    job_times,
    peaks,
    watch,
    work_of,
)
from cloudburst.benchmark.roofline import Peaks
from cloudburst.errors import FileError, SpecError
from cloudburst.experiment import Wanted, benchmark_journey, time_table
from cloudburst.generators import LatentGenerator
from cloudburst.surrogate import Surrogate

FEW = Wanted(["eager"], (1, 64), 5, 0.02, others=False, jobs=0)


def test_contenders_are_timed_at_every_batch_that_they_take():
    made = []
    contenders = [
        Contender("a", "x", lambda n: made.append(n)),
        Contender("b", "", lambda n: made.append(-n), largest=4),
    ]
    rows = list(compare(contenders, (1, 4, 10), repeats=5, seconds=0.01))
    assert [(r.name, r.timing.batch) for r in rows] == [
        ("a", 1),
        ("a", 4),
        ("a", 10),
        ("b", 1),
        ("b", 4),
    ]
    assert {1, 4, 10, -1, -4} == set(made)
    for row in rows:
        assert row.rate == pytest.approx(1e3 / row.timing.median)
        assert row.memory > 10
        assert row.load >= 0


def test_a_job_is_loaded_each_time_and_divided_by_its_showers():
    loaded, made = [], []

    def load():
        loaded.append(1)
        return made.append

    jobs = list(job_times(load, (1, 100), jobs=3))
    assert len(loaded) == 6
    assert [(j.batch, j.showers, j.jobs) for j in jobs] == [(1, 1000, 3), (100, 1000, 3)]
    assert made.count(1) == 3000
    assert made.count(100) == 30
    assert all(j.mean > 0 and j.spread >= 0 for j in jobs)


def test_operations_and_bytes_are_those_counted_by_hand():
    codec = components.toy_codec()
    made = Surrogate(codec, LatentGenerator.for_codec(codec, 4, [16]), {})
    work = work_of(made)
    # a dense layer is 2 FLOP a weight: inputs are 4 numbers and 5 features, outputs 23 values;
    # decoding takes mean and width from 21 polynomials of 5 conditions for each of 21 cells
    assert work.products == 2 * ((4 + 5) * 16 + 16 * 23) + 2 * 2 * 21 * 21
    assert work.moved == 4 * (4 + 3 + 21)
    assert work.bytes(10) == work.moved + work.weights / 10


def test_the_roofline_of_a_time():
    peak = Peaks(single=1e9, half=4e9, bandwidth=1e8, threads=1)
    work = Work(products=1000.0, moved=10.0, weights=100.0)
    line = Roofline.of(work, peak, seconds=4e-6, batch=10, exact=True)
    # a microsecond of products, 0.2 of bytes
    assert line == pytest.approx((4e-6, 1e-6, 2.5e8, 0.25))
    assert Roofline.of(work, peak, 4e-6, 1, False).bound == pytest.approx(1.1e-6)


def test_peaks_and_resources_are_positive():
    peak = peaks()
    assert min(peak) > 0
    used = watch(lambda: np.zeros(1000))
    assert used.memory > 10
    assert used.energy is None or used.energy >= 0


def test_a_run_is_timed_and_reported(trained_run, tmp_path):
    told = []
    result = benchmark_journey(
        str(trained_run), FEW, tmp_path / "r", told=lambda *stage: told.append(stage)
    )
    assert [(r.engine, r.timing.batch) for r in result.rows] == [("eager", 1), ("eager", 64)]
    assert result.rooflines["eager"].share > 0
    assert {p.name for p in (tmp_path / "r").iterdir()} == {
        "benchmark.md",
        "benchmark.json",
        "benchmark.png",
    }
    document = json.loads((tmp_path / "r" / "benchmark.json").read_text())
    assert document["rows"][1]["timing"]["batch"] == 64
    text = (tmp_path / "r" / "benchmark.md").read_text()
    assert "| surrogate | eager | 64 |" in text
    assert "## Roofline" in text
    assert {stage[0] for stage in told} == {"loading", "starting", "timing"}
    heads, *lines = time_table(result.document())
    assert heads[:3] == ("", "engine", "batch")
    assert len(lines) == 2 + (result.full is not None)


def test_what_cannot_be_timed():
    with pytest.raises(FileError, match="neither the folder of a run nor a shipped recipe"):
        benchmark_journey("nowhere", FEW)
    with pytest.raises(SpecError, match="unknown engine 'egaer'; did you mean 'eager'"):
        benchmark_journey("demo", Wanted(["egaer"]))


@pytest.mark.slow
def test_everything_stands_side_by_side(trained_run):
    wanted = Wanted(["eager", "cuda-graphs"], (1,), 5, 0.02, jobs=1)
    result = benchmark_journey(str(trained_run), wanted)
    names = {row.name for row in result.rows}
    assert {"surrogate", "CaloGAN as published", "gflash"} <= names
    assert [j.batch for j in result.jobs["eager"]] == [1, 100, 10_000]
    assert "cuda-graphs" in result.left_out or result.machine["gpus"]
