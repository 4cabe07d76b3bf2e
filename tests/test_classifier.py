"""Classifier tests: what must be invisible, what must be seen, and what gives it away."""

import dataclasses
import math

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.classifier import (
    HIGH_LEVEL,
    TEXTURE,
    ClassifierTest,
    Group,
    Inputs,
    Judge,
    Network,
    Trees,
    giveaways,
    published_tests,
    standard_tests,
    thorough_tests,
)
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import DataError
from cloudburst.events import Events
from components import showers

COUNTER = Detector(
    "counter",
    (Condition("x", "mm", -1.0, 1.0), Condition("energy", "GeV", 1.0, 3.0)),
    (Readout("pads", (Axis.regular("pad", 4, 0, 4),), "ADC"),),
)
CELLS = Inputs(
    "cells",
    (
        Group(
            lambda detector: ("first", "second", "third", "fourth"),
            lambda events: events.readouts["pads"],
            1.0,
        ),
    ),
)
SMALL = Network(hidden=(16,), dropout=0.0, learning_rate=1e-2, batch=64, epochs=8, patience=4)


def counts(n, seed=0, shift=0.0):
    """Events of four independent normal numbers, the second of which may be shifted."""
    rng = np.random.default_rng(seed)
    pads = rng.standard_normal((n, 4))
    pads[:, 1] += shift
    conditions = COUNTER.draw_conditions(n, rng)
    return Events(COUNTER, conditions, {"pads": pads.astype(np.float32)})


class Recorder(Judge):
    """Keeps what it is given and answers with the first input."""

    name, steps = "recorder", 2

    def __init__(self):
        self.given, self.seeds = [], []

    def __call__(self, sets, seed, tick):
        self.given.append(sets)
        self.seeds.append(seed)
        tick(1)
        return sets.select[:, 0].astype(np.float64), sets.test[:, 0].astype(np.float64)


def test_every_event_is_judged_once_a_round_by_who_never_saw_it():
    recorder = Recorder()
    test = ClassifierTest(CELLS, recorder, blocks=4, trainings=6, select=0.25)
    reference, candidate = counts(81, 1), counts(60, 2)
    result = test(reference, candidate, seed=3)
    assert (result.name, result.training_events, result.test_events) == ("recorder, cells", 20, 40)
    assert len(recorder.given) == 2 * 6
    assert len(set(recorder.seeds)) == 2 * 6
    for one in recorder.given:
        assert (len(one.train), len(one.select), len(one.test)) == (40, 20, 20)
        np.testing.assert_array_equal(one.train_labels, np.repeat([0, 1], 20))
        rows = np.concatenate([one.train, one.select, one.test])
        assert len(np.unique(rows, axis=0)) == 80
    first_round = recorder.given[:4]
    judged = np.concatenate([one.test for one in first_round])
    assert len(np.unique(judged, axis=0)) == 80
    known = {"candidate": candidate.readouts["pads"], "reference": reference.readouts["pads"]}
    for one, origin in ((first_round[0], "candidate"), (recorder.given[4], "reference")):
        for row in one.test[10:]:
            assert (known[origin] == row).all(axis=1).any()


def test_equal_samples_are_a_coin_and_a_shift_is_seen_beside_the_floor():
    test = ClassifierTest(CELLS, SMALL)
    reference = counts(1600, 1)
    equal, shifted = (test(reference, counts(800, 2, shift), 4) for shift in (0.0, 1.0))
    assert abs(equal.auc.value - 0.5) < 3 * equal.auc.error < 0.1
    assert abs(equal.floor_auc.value - 0.5) < 3 * equal.floor_auc.error
    assert equal.floor_auc == shifted.floor_auc
    # normal numbers that are one standard deviation apart: Phi(1 / sqrt(2)) = 0.760
    assert shifted.auc.value == pytest.approx(0.760, abs=3 * shifted.auc.error)
    assert shifted.jsd.value > 3 * shifted.jsd.error
    assert shifted.jsd.value < 0.2  # the divergence itself is 0.16 bits
    assert (shifted.training_events, shifted.test_events) == (520, 800)


def test_claimed_errors_are_the_spread_of_repeated_experiments():
    test = ClassifierTest(CELLS, Trees(iterations=10, leaves=4))
    found = [test(counts(240, 2 * s), counts(120, 2 * s + 1), s) for s in range(20)]
    values, errors = np.array([r.auc for r in found]).T
    assert abs(values.mean() - 0.5) < 4 * values.std() / math.sqrt(20)
    assert 0.6 < values.std(ddof=1) / errors.mean() < 1.5


def test_the_same_seed_gives_the_same_result():
    test = ClassifierTest(CELLS, SMALL, trainings=2)
    reference, candidate = counts(200, 1), counts(100, 2)
    first, again, other = (test(reference, candidate, seed) for seed in (0, 0, 1))
    assert first == again != other


def test_progress_only_rises_and_ends_at_its_total():
    told = []
    ClassifierTest(CELLS, SMALL, trainings=3)(
        counts(100), counts(50, 1), progress=lambda *line: told.append(line)
    )
    texts, done, totals = zip(*told, strict=True)
    assert texts[0] == "network, cells, training 1 of 6"
    assert list(done) == sorted(done)
    assert set(totals) == {2 * 3 * 8}
    assert done[-1] == totals[-1]


def test_the_size_is_what_both_samples_allow():
    test = ClassifierTest(CELLS, Recorder())
    assert test(counts(60), counts(500, 1)).training_events == 30 - 6 - 4
    assert test(counts(500), counts(30, 1)).training_events == 30 - 6 - 4


@pytest.mark.parametrize(("n", "m"), [(39, 100), (100, 19)])
def test_too_few_events_are_refused(n, m):
    with pytest.raises(DataError, match="needs 20 candidate events"):
        ClassifierTest(CELLS, SMALL)(counts(n), counts(m))


def test_another_detector_is_refused():
    with pytest.raises(DataError, match="candidate's detector 'toy' does not have the readouts"):
        ClassifierTest(CELLS, SMALL)(counts(100), showers())


@pytest.mark.parametrize("wrong", [{"blocks": 1}, {"trainings": 0}, {"select": 0.8}])
def test_tests_that_leave_nothing_to_train_on_are_refused(wrong):
    with pytest.raises(DataError, match="events to train on"):
        ClassifierTest(CELLS, SMALL, **wrong)


def test_giveaways_name_what_was_changed():
    result = giveaways(counts(800, 1), counts(500, 2, shift=1.5), CELLS)
    found = result.importances
    assert found[0].name == "second"
    assert {f.name for f in found} == {"first", "second", "third", "fourth"}
    falls = [f.fall.value for f in found]
    assert falls == sorted(falls, reverse=True)
    assert falls[0] > 0.2 > 10 * abs(falls[1])
    assert found[0].fall.error < 0.05
    assert found[0].shift == pytest.approx(1.5, abs=0.2)
    assert found[0].spread == pytest.approx(1.0, abs=0.1)
    assert found[0] in result.worst(3)
    # normal numbers that are 1.5 standard deviations apart: Phi(1.5 / sqrt(2)) = 0.856
    assert result.auc.value == pytest.approx(0.856, abs=0.05)
    assert abs(result.floor.value - 0.5) < 4 * result.floor.error
    assert (result.inputs, result.training_events) == ("cells", 200)


def test_nothing_gives_full_simulation_away():
    result = giveaways(counts(2000, 3), counts(1000, 4), CELLS)
    assert abs(result.auc.value - 0.5) < 4 * result.auc.error
    assert all(abs(one.fall.value) < 0.05 for one in result.importances)


def test_giveaways_need_events():
    with pytest.raises(DataError, match="20 candidate events and twice as many"):
        giveaways(counts(39), counts(30), CELLS)


@pytest.fixture(scope="module")
def halves(sample_path):
    """1,000 real showers, as 600 of the reference and 300 of a candidate; some are left."""
    events = storage.read(sample_path)
    return events[:600], events[600:900]


def test_real_showers_cannot_be_told_from_mirrored_ones(halves):
    reference, candidate = halves
    mirrored = {name: array[..., ::-1].copy() for name, array in candidate.readouts.items()}
    mirrored["overflow"] = candidate.readouts["overflow"]
    result = ClassifierTest(TEXTURE, Trees(iterations=30))(
        reference, dataclasses.replace(candidate, readouts=mirrored), 1
    )
    assert abs(result.auc.value - 0.5) < 3 * result.auc.error
    assert abs(result.floor_auc.value - 0.5) < 3 * result.floor_auc.error


def test_one_per_cent_of_one_layer_is_seen(halves):
    reference, candidate = halves
    scaled = dict(candidate.readouts) | {"layer_1": candidate.readouts["layer_1"] * 1.01}
    damaged = dataclasses.replace(candidate, readouts=scaled)
    result = ClassifierTest(HIGH_LEVEL, dataclasses.replace(Network(), epochs=20))(
        reference, damaged, 1
    )
    assert result.auc.value > 0.9
    assert result.jsd.value > 0.5
    assert abs(result.floor_auc.value - 0.5) < 3 * result.floor_auc.error
    given = giveaways(reference, damaged, HIGH_LEVEL, Trees(iterations=20), repeats=2)
    best = given.importances[0]
    assert best.name in {"balance", "response"}


def test_presets_have_names_of_their_own():
    for tests in (standard_tests(), thorough_tests(), published_tests()):
        assert len({test.name for test in tests}) == len(tests)
    for test in published_tests("cuda"):
        assert test.judge.hidden == (2048, 2048, 2048)
        assert (test.trainings, test.judge.epochs, test.judge.device) == (10, 50, "cuda")
