"""Validation: metrics, the floor, reports, and real showers against themselves."""

import dataclasses
import math
from pathlib import Path

import h5py
import numpy as np
import pytest

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN
from cloudburst.distances import (
    kolmogorov_smirnov,
    normalized_wasserstein,
    separation,
)
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.observables import Observable
from cloudburst.validation import (
    Marginal,
    Metric,
    standard_metrics,
    validate,
)

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "calogan_eplus.h5"

COUNTER = Detector(
    "counter",
    (Condition("energy", "GeV", 0.0, 1.0),),
    (Readout("signal", (Axis.regular("x", 1, 0, 1),), "ADC"),),
)
SIGNAL = Observable("signal", "ADC", lambda e: e.readouts["signal"][:, 0])
ENERGY = Observable("energy", "GeV", lambda e: e.condition("energy"))
ROOT = Observable("root", "", lambda e: np.sqrt(e.readouts["signal"][:, 0]))
MARGINALS = (Marginal(SIGNAL), Marginal(SIGNAL, normalized_wasserstein), Marginal(ENERGY))


def counts(n: int, seed: int, shift: float = 0.0, like: Events | None = None) -> Events:
    """A signal that follows the energy, smeared by a unit Gaussian."""
    rng = np.random.default_rng(seed)
    energies = COUNTER.draw_conditions(n, rng) if like is None else like.conditions
    noise = rng.normal(shift, 1.0, (len(energies), 1))
    return Events(COUNTER, energies, {"signal": (energies + noise).astype(np.float32)})


def geant4(scale: float = 1.0) -> Events:
    if not DATA.exists():
        pytest.skip(f"no Geant4 showers at {DATA}")
    with h5py.File(DATA) as file:
        readouts = {r.name: np.float32(scale) * file[r.name][:4000] for r in CALOGAN.readouts}
        return Events(CALOGAN, file["energy"][:4000].astype(np.float32), readouts)


def test_marginal_measures_the_distance_of_an_observable() -> None:
    x, y = counts(100, 0), counts(80, 1, shift=0.5)
    metric = Marginal(SIGNAL, kolmogorov_smirnov)
    found = metric(x, y, np.random.default_rng(0))
    assert metric.name == "signal:kolmogorov_smirnov"
    assert found.value == kolmogorov_smirnov(SIGNAL(x), SIGNAL(y))
    assert 0.02 < found.error < 0.2
    assert Marginal(SIGNAL).distance is separation


def test_marginal_sees_values_that_are_undefined() -> None:
    # the root of a negative signal is undefined; the defined ones are the same in both
    x = counts(200, 0)
    y = Events(COUNTER, x.conditions, {"signal": np.abs(x.readouts["signal"])})
    more = np.isnan(ROOT(x)).mean()
    assert 0.1 < more < 0.5
    twice = np.concatenate([ROOT(x)[~np.isnan(ROOT(x))], np.full(60, np.nan)])
    fewer = np.concatenate([ROOT(x)[~np.isnan(ROOT(x))], np.full(10, np.nan)])
    for distance in (separation, normalized_wasserstein, kolmogorov_smirnov):
        metric = Marginal(ROOT, distance)
        assert metric(x, y, np.random.default_rng(0)).value > 0.05
        assert metric.compare(twice, fewer) > 0.01
        assert metric.compare(twice, twice) == 0


def test_metrics_need_enough_events() -> None:
    with pytest.raises(DataError, match="needs 20 events in each sample, got 50 of the ref"):
        Marginal(SIGNAL)(counts(50, 0), counts(19, 1), np.random.default_rng(0))


def test_standard_metrics_of_a_calorimeter_in_layers() -> None:
    names = [metric.name for metric in standard_metrics(CALOGAN)]
    assert len(set(names)) == len(names) == 2 * (20 + 1)
    assert names[:2] == ["E0:separation", "E0:normalized_wasserstein"]
    assert names[-2:] == ["response:separation", "response:normalized_wasserstein"]


def test_standard_metrics_of_any_other_detector() -> None:
    names = {metric.name.split(":")[0] for metric in standard_metrics(COUNTER)}
    assert names == {"signal.total", "signal.occupancy"}


def test_a_perfect_candidate_stays_at_the_floor() -> None:
    ratios, excesses = [], []
    for seed in range(12):
        report = validate(counts(400, 2 * seed), counts(300, 2 * seed + 1), MARGINALS, seed)
        ratios.append([c.measured.value / c.floor.value for c in report.checks])
        excesses.append([c.excess for c in report.checks])
    assert np.mean(ratios, axis=0) == pytest.approx(np.ones(3), abs=0.25)
    assert np.all(np.abs(excesses) < 4)
    # errors are never too small, and not absurdly large
    assert np.all(np.std(excesses, axis=0) < 1.3)
    assert np.all(np.std(excesses, axis=0) > 0.2)


def test_a_candidate_at_the_reference_conditions_gains_nothing_by_it() -> None:
    reference = counts(600, 0)
    report = validate(reference, counts(0, 1, like=reference), MARGINALS)
    energy = report.checks[2]
    assert energy.measured.value == pytest.approx(energy.floor.value)
    assert validate(reference, reference, MARGINALS).checks[0].ratio == pytest.approx(1)


def test_a_wrong_candidate_is_flagged() -> None:
    report = validate(counts(1000, 0), counts(1000, 1, shift=1.0), MARGINALS)
    for flagged in report.checks[:2]:
        assert flagged.ratio > 3
        assert flagged.excess > 5
    assert abs(report.checks[2].excess) < 3
    assert {c.name for c in report.worst(2)} == {c.name for c in report.checks[:2]}


def test_errors_far_from_the_floor_are_statistical() -> None:
    # 5 apart, the Wasserstein distance is the difference of the means
    metric = Marginal(SIGNAL, lambda x, y: float(y.mean() - x.mean()))
    found = validate(counts(2000, 0), counts(1000, 1, shift=5.0), [metric], repeats=200)
    width = math.sqrt(1 + 1 / 12)
    expected = width * math.sqrt(1 / 2000 + 1 / 1000)
    assert found.checks[0].measured.value == pytest.approx(5, abs=5 * expected)
    assert found.checks[0].measured.error == pytest.approx(expected, rel=0.2)


def test_a_report_knows_its_input() -> None:
    report = validate(counts(100, 0), counts(30, 1), MARGINALS, seed=7)
    assert (report.detector, report.seed) == ("counter", 7)
    assert (report.reference_events, report.candidate_events) == (100, 30)
    names = ["signal:separation", "signal:normalized_wasserstein", "energy:separation"]
    assert [c.name for c in report.checks] == names


def test_the_size_of_the_smaller_sample_rules() -> None:
    sizes = []

    def record(x: np.ndarray, y: np.ndarray) -> float:
        sizes.append((len(x), len(y)))
        return 0.0

    validate(counts(100, 0), counts(30, 1), [Marginal(SIGNAL, record)], splits=1)
    assert sizes[0] == (30, 30)
    sizes.clear()
    validate(counts(101, 0), counts(900, 1), [Marginal(SIGNAL, record)], splits=1)
    assert sizes[0] == (50, 50)


def test_the_seed_decides_and_the_other_metrics_do_not() -> None:
    x, y = counts(200, 0), counts(200, 1)
    report = validate(x, y, MARGINALS, seed=3)
    assert validate(x, y, MARGINALS, seed=3) == report
    assert validate(x, y, MARGINALS[::-1], seed=3).checks == report.checks[::-1]
    assert validate(x, y, MARGINALS, seed=4).checks != report.checks


def test_progress_names_each_metric() -> None:
    lines: list[str] = []
    validate(counts(60, 0), counts(60, 1), MARGINALS[:2], splits=1, progress=lines.append)
    assert lines == ["signal:separation (1 of 2)", "signal:normalized_wasserstein (2 of 2)"]


def test_observables_are_computed_once_per_metric_and_sample() -> None:
    calls = []
    counted = Observable("c", "", lambda e: calls.append(len(e)) or SIGNAL(e))
    validate(counts(100, 0), counts(1000, 1), [Marginal(counted)], splits=2)
    assert calls[0] == 100
    assert len(calls) == 2
    assert calls[1] <= 100


def test_any_metric_can_be_used() -> None:
    class Means(Metric):
        name = "means"

        def prepare(self, events: Events) -> np.ndarray:
            return events.flat()

        def compare(self, reference: np.ndarray, candidate: np.ndarray) -> float:
            return float(np.abs(reference.mean(axis=0) - candidate.mean(axis=0)).max())

    report = validate(counts(400, 0), counts(400, 1, shift=1.0), [Means()])
    assert report.checks[0].measured.value == pytest.approx(1, abs=0.3)
    assert report.checks[0].excess > 5


@pytest.mark.parametrize(
    ("reference", "candidate", "options", "message"),
    [
        (39, 100, {}, "needs 40 reference and 20 candidate events, got 39 and 100"),
        (100, 19, {}, "got 100 and 19"),
        (100, 100, {"splits": 0}, "a split and two repeats"),
        (100, 100, {"repeats": 1}, "a split and two repeats"),
    ],
)
def test_too_little_is_refused(
    reference: int, candidate: int, options: dict[str, int], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        validate(counts(reference, 0), counts(candidate, 1), MARGINALS, **options)


def test_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(DataError, match="distinct names"):
        validate(counts(50, 0), counts(50, 1), [*MARGINALS, MARGINALS[0]])


def test_another_detector_is_refused() -> None:
    x = counts(50, 0)
    (signal,) = COUNTER.readouts
    readout = dataclasses.replace(COUNTER, readouts=(dataclasses.replace(signal, unit="mV"),))
    condition = dataclasses.replace(COUNTER, conditions=(Condition("angle", "rad", 0, 1),))
    for detector in (readout, condition):
        other = Events(detector, x.conditions, x.readouts)
        with pytest.raises(DataError, match="does not have the readouts and conditions"):
            validate(x, other, MARGINALS)
    narrow = dataclasses.replace(COUNTER, conditions=(Condition("energy", "GeV", 0.2, 0.5),))
    validate(x, Events(narrow, x.conditions, x.readouts), MARGINALS[:1])


def test_geant4_against_itself_stays_at_the_floor() -> None:
    events = geant4()
    report = validate(events[:2000], events[2000:], standard_metrics(CALOGAN), repeats=5)
    ratios = np.array([c.ratio for c in report.checks])
    assert np.mean(ratios) == pytest.approx(1, abs=0.25)
    assert np.median(ratios) == pytest.approx(1, abs=0.3)
    assert max(c.least_ratio for c in report.checks) < 2


def test_a_wrong_energy_scale_is_flagged() -> None:
    # one per cent, ten times the spread of the response
    metrics = [m for m in standard_metrics(CALOGAN) if m.name.startswith(("response", "sigma"))]
    report = validate(geant4()[:2000], geant4(1.01)[2000:], metrics, repeats=5)
    assert {c.name.split(":")[0] for c in report.worst(2)} == {"response"}
    assert all(c.ratio > 20 and c.excess > 2 for c in report.worst(2))
    assert all(c.ratio < 3 for c in report.worst(9)[2:])
