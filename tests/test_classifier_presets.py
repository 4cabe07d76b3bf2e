"""Classifier presets: by name, as published, on every kind of detector."""

import dataclasses

import numpy as np
import pytest
import torch

from cloudburst.classifier import (
    CHALLENGE_HIGH_LEVEL,
    LOW_LEVEL,
    PRESETS,
    ClassifierTest,
    Network,
    Trees,
    giveaways,
    named_tests,
    published_tests,
    quick_tests,
)
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import is_polar
from cloudburst.errors import DataError
from cloudburst.formats import load_events
from cloudburst.validation.conditions import profiles
from cloudburst.validation.multivariate import QUICK, compare_jointly
from components import showers
from test_classifier import CELLS, Recorder, counts

POLAR = Detector(
    "polar",
    (Condition("energy", "GeV", 1.0, 1000.0),),
    tuple(
        Readout(
            f"layer_{i}",
            (Axis.regular("alpha", 4, -np.pi, np.pi, "rad"), Axis("r", (0, 5, 12, 30), "mm")),
            "MeV",
            0.5,
        )
        for i in (0, 1, 12)
    ),
)
IMAGE = Detector(
    "image",
    (Condition("pt", "GeV", 250.0, 300.0), Condition("process", "", 0, 1, ("QCD", "W"))),
    (Readout("image", (Axis.regular("eta", 5, -1, 1), Axis.regular("phi", 5, -1, 1)), "GeV"),),
)
PADS = Detector(
    "pads",
    (Condition("dip", "deg", 1.0, 60.0), Condition("drift", "", 25.0, 300.0)),
    (Readout("response", (Axis.regular("pad", 4, 0, 4), Axis.regular("time", 6, 0, 6)), "ADC"),),
)


def test_presets_are_had_by_name():
    for name in PRESETS:
        tests = named_tests(name)
        assert len({test.name for test in tests}) == len(tests) > 1
    with pytest.raises(DataError, match="did you mean 'standard'"):
        named_tests("standart")


def test_the_published_network_is_the_published_one():
    tests = named_tests("calochallenge-512")
    assert [t.inputs.name for t in tests] == [
        "low_level", "layer_normalised", "challenge_high_level",
    ]  # fmt: skip
    for test in tests:
        judge = test.judge
        assert judge.hidden == (512, 512, 512)
        assert (judge.learning_rate, judge.batch, judge.epochs) == (2e-4, 1000, 50)
        assert (judge.dropout, judge.weight_decay, judge.precision) == (0.0, 0.0, torch.float64)
        assert judge.patience >= judge.epochs
        assert (test.trainings, test.rotate) == (10, False)
    assert published_tests("cuda")[0].judge.hidden == (2048, 2048, 2048)
    assert published_tests("cuda")[0].judge.device == "cuda"


def test_published_sets_are_the_same_in_all_trainings():
    recorder = Recorder()
    test = ClassifierTest(CELLS, recorder, blocks=5, trainings=3, select=0.2, rotate=False)
    result = test(counts(100, 1), counts(50, 2))
    assert (result.training_events, result.test_events) == (30, 10)
    assert [len(x) for x in (recorder.given[0].train, recorder.given[0].select)] == [60, 20]
    for one in recorder.given[2::2]:  # between them, the floor
        np.testing.assert_array_equal(one.train, recorder.given[0].train)
        np.testing.assert_array_equal(one.test, recorder.given[0].test)
    assert len(set(recorder.seeds)) == 6
    # the judge does not depend on its seed here, and one test set has one error
    assert result.spread == 0
    single = dataclasses.replace(test, trainings=1)(counts(100, 1), counts(50, 2))
    assert single.spread == 0
    assert single.auc == pytest.approx(result.auc)


def test_no_more_events_are_used_than_wanted():
    test = ClassifierTest(CELLS, Recorder(), most=40)
    result = test(counts(300, 1), counts(100, 2))
    assert result.training_events == 40 - 8 - 6
    assert test(counts(50, 1), counts(100, 2)).training_events == 25 - 5 - 4


def test_a_network_computes_in_double_precision():
    network = Network((8,), epochs=3, precision=torch.float64)
    single = dataclasses.replace(network, precision=torch.float32)
    test = ClassifierTest(CELLS, network, trainings=1)
    pair = counts(200, 1), counts(100, 2, 1.0)
    first, second = test(*pair), dataclasses.replace(test, judge=single)(*pair)
    assert first.auc.value == pytest.approx(second.auc.value, abs=0.1)
    assert first == test(*pair)


def test_golden_challenge_inputs():
    assert is_polar(POLAR)
    events = showers(POLAR, 3)
    for name in events.readouts:
        events.readouts[name][:] = 0
    # one cell at alpha -3/4 pi and r 8.5 mm of 20 MeV, one below the threshold
    events.readouts["layer_1"][0, 0, 1] = 20.0
    events.readouts["layer_1"][0, 1, 0] = 0.4
    found = dict(
        zip(CHALLENGE_HIGH_LEVEL.names(POLAR), CHALLENGE_HIGH_LEVEL(events)[0], strict=True)
    )
    assert found["log energy"] == pytest.approx(np.log10(events.conditions[0, 0]))
    assert found["log E_layer_1"] == pytest.approx(np.log10(20))
    assert found["log E_layer_0"] == pytest.approx(-8)
    assert found["log Etot"] == pytest.approx(np.log10(20))
    assert found["EC_eta_1"] == pytest.approx(-0.085 / np.sqrt(2))
    assert found["EC_r_1"] == pytest.approx(0.085)
    assert found["width_r_1"] == pytest.approx(0, abs=1e-6)
    assert found["sparsity_1"] == pytest.approx(11 / 12)
    cells = dict(zip(LOW_LEVEL.names(POLAR), LOW_LEVEL(events)[0], strict=True))
    assert cells["layer_1[0,1]"] == pytest.approx(20 / 1000 / events.conditions[0, 0])
    assert cells["layer_1[1,0]"] == 0


@pytest.mark.parametrize("detector", [POLAR, IMAGE, PADS], ids=lambda d: d.name)
def test_every_kind_of_detector_is_judged(detector):
    reference, candidate = showers(detector, 240, 1), showers(detector, 120, 2)
    wrong = {name: np.sqrt(array) for name, array in candidate.readouts.items()}
    damaged = dataclasses.replace(candidate, readouts=wrong)
    for test in quick_tests():
        fast = dataclasses.replace(test, judge=Trees(iterations=10))
        assert fast(reference, damaged).auc.value > 0.9
        same = fast(reference, candidate)
        assert abs(same.auc.value - 0.5) < 4 * same.auc.error
    for test in published_tests(width=8):
        short = dataclasses.replace(
            test, judge=dataclasses.replace(test.judge, epochs=2), trainings=1
        )
        assert 0 <= short(reference, damaged).auc.value <= 1
    assert giveaways(reference, damaged, repeats=1).auc.value > 0.9
    report = compare_jointly(reference, damaged, settings=QUICK)
    assert report.correlations is not None
    assert report.correlations.distance.value > report.correlations.floor.value
    found = profiles(reference, damaged, bins=2)
    assert len({p.bins.condition.name for p in found}) == len(detector.conditions)
    assert max(p.worst_ratio for p in found if np.isfinite(p.worst_ratio)) > 2


@pytest.mark.parametrize("name", ["mpd_tpc.h5", "calochallenge2_electron.h5"])
def test_real_pads_and_rings_are_judged(shared_data, name):
    path = shared_data(name)
    try:
        events = load_events(path, slice(0, 400))
    except DataError:
        pytest.skip(f"{name} is in no layout that is read")
    report = compare_jointly(events[:260], events[260:], settings=QUICK)
    assert {check.name.split(",")[0] for check in report.checks} >= {"KPD", "coverage"}
    for check in report.checks:
        assert abs(check.excess) < 5, check
    result = quick_tests()[0](events[:260], events[260:])
    assert abs(result.auc.value - 0.5) < 5 * result.auc.error
