"""Areas, calibration and errors, and judges that learn from labelled numbers."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from cloudburst.classifier import Network, Sets, Trees, accuracy, likelihood, ranking
from cloudburst.classifier.scaling import Scaling
from cloudburst.classifier.scores import area, calibrate, combine, divergence, roc_area
from cloudburst.distances import Measurement

SMALL = Network(hidden=(16,), dropout=0.0, learning_rate=1e-2, batch=64, epochs=8, patience=4)


def sets(x, labels, test, spreads=1.0):
    """The same labelled inputs to learn from and to select by."""
    x, labels, test = (np.asarray(a, np.float32) for a in (x, labels, test))
    return Sets(x, labels, x, labels, test, np.full(x.shape[1], spreads, np.float32))


def test_area_counts_pairs_in_order_and_half_of_ties():
    # pairs (x < y): (1,2) (1,4) (2,4) (3,4) and one tie, of 3 * 2
    assert area(np.array([1, 2, 3]), np.array([2, 4])) == (4 + 0.5) / 6


def test_delongs_error_worked_by_hand():
    # Shares of y above x = 1, 2, 4: 1, 1/2 (a tie), 1/3; of x below y = 2, 3, 5: 1/2, 2/3, 1.
    found = roc_area(np.array([1, 2, 4]), np.array([2, 3, 5]))
    above, below = np.array([1, 5 / 6, 1 / 3]), np.array([1 / 2, 2 / 3, 1])
    assert found.value == pytest.approx(13 / 18)
    assert found.error == pytest.approx(math.sqrt(above.var(ddof=1) / 3 + below.var(ddof=1) / 3))


scores = st.lists(st.integers(-5, 5), min_size=2, max_size=30).map(np.array)


@given(scores, scores)
def test_area_agrees_with_scikit_learn_and_mirrors(x, y):
    labels = np.repeat([0, 1], [len(x), len(y)])
    expected = roc_auc_score(labels, np.concatenate([x, y]))
    assert area(x, y) == pytest.approx(expected)
    assert roc_area(x, y).value == pytest.approx(expected)
    there, back = roc_area(x, y), roc_area(y, x)
    assert there.value + back.value == pytest.approx(1)
    assert there.error == pytest.approx(back.error)
    assert there.error >= 0.5 / min(len(x), len(y))


def test_delongs_error_is_the_spread_of_repeated_samples():
    rng = np.random.default_rng(0)
    found = [roc_area(rng.standard_normal(80), rng.normal(1, 1, 120)) for _ in range(400)]
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.1)


def test_calibration_is_isotonic_and_never_certain():
    # 0.2 and 0.4 are out of order and pooled; 6 scores resolve no less than 1/8.
    old = np.array([0.0, 0.1, 0.2, 0.4, 0.8, 0.9])
    labels = np.array([0, 0, 1, 0, 1, 1])
    p = calibrate(old, labels, np.array([-9, 0.2, 0.3, 0.4, 9]))
    np.testing.assert_allclose(p, [1 / 8, 1 / 2, 1 / 2, 1 / 2, 7 / 8])


def test_divergence_of_given_answers():
    right = np.array([1, 1 / 2, 1 / 4, 1 / 4])
    found = divergence(right)
    assert found.value == pytest.approx((1 + 0 - 1 - 1) / 4)
    assert found.error == pytest.approx(np.std([1, 0, -1, -1], ddof=1) / 2)


def test_errors_of_trainings_combine():
    # Two rounds of two disjoint test sets of error 0.02: 0.02 / sqrt(2), as rounds do not help.
    same = [[Measurement(0.6, 0.02)] * 2] * 2
    assert combine(same).value == pytest.approx(0.6)
    assert combine(same).error == pytest.approx(0.02 / math.sqrt(2))
    # The values vary by 0.04 about 0.6 (variance 0.0064 / 3), of which 0.0004 is expected.
    varied = [[Measurement(v, 0.02) for v in (0.56, 0.64)]] * 2
    assert combine(varied).error == pytest.approx(math.sqrt(0.0002 + (0.0064 / 3 - 0.0004) / 4))


def test_scaling_centres_spreads_cuts_and_marks():
    x = np.array([[1, 5, 7, 2], [3, 5, np.nan, 4], [1, 5, 7, 6], [3, 5, 9, 8]], np.float32)
    scaling = Scaling.fit(x, np.array([1, 1, 0.5, np.nan], np.float32))
    found = scaling(np.array([[4, 6, np.nan, 3], [90, 5, 8, 1]], np.float32))
    # means 2, 5, 23/3; the second does not vary; the fourth is left; the last marks a hole
    third = (8 - 23 / 3) * 0.5 / math.sqrt(8 / 9)
    np.testing.assert_allclose(found, [[2, 0, 0, 3, 1], [8, 0, third, 1, 0]], rtol=1e-6)


def test_scaling_of_what_is_never_defined():
    x = np.full((3, 1), np.nan, np.float32)
    scaling = Scaling.fit(x, np.ones(1, np.float32))
    np.testing.assert_array_equal(scaling(x), [[0, 1]] * 3)


def test_criteria_of_given_logits():
    logits, labels = torch.tensor([-1.0, 2.0, 0.5, 3.0]), torch.tensor([0.0, 0.0, 1.0, 1.0])
    assert accuracy(logits, labels) == 0.75
    assert ranking(logits, labels) == 0.75
    losses = [math.log1p(math.exp(v)) for v in (-1, 2, -0.5, -3)]
    assert likelihood(logits, labels) == pytest.approx(-np.mean(losses))


@pytest.mark.parametrize(
    "judge", [Network(hidden=(32, 32), batch=64, epochs=40), Trees(iterations=20)]
)
def test_judges_learn_what_no_single_input_tells(judge):
    # The candidate's two numbers have equal signs: each of them alone says nothing.
    rng = np.random.default_rng(1)
    x = rng.standard_normal((1200, 2))
    labels = x.prod(axis=1) > 0
    chosen, tested = judge(sets(x[:800], labels[:800], x[800:]), 0, lambda step: None)
    assert chosen.shape == (800,)
    assert area(tested[~labels[800:]], tested[labels[800:]]) > 0.97


@pytest.mark.parametrize("judge", [SMALL, Trees(iterations=5)], ids=lambda j: j.name)
def test_judges_repeat_themselves_and_leave_global_randomness_alone(judge):
    x = np.random.default_rng(1).standard_normal((200, 3))
    told = sets(x, x[:, 0] > 0, x[:50])
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, again = (judge(told, 2**62 + 1, lambda step: None) for _ in range(2))
    assert torch.equal(torch.rand(3), expected)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == np.float64


def test_another_seed_trains_another_network():
    x = np.random.default_rng(1).standard_normal((200, 3))
    told = sets(x, x[:, 0] > 0, x[:50])
    one, two = (SMALL(told, seed, lambda step: None)[1] for seed in (0, 1))
    assert not np.array_equal(one, two)


def test_a_network_stops_after_its_patience_and_keeps_the_best_epoch():
    marks = iter([0.5, 0.7, 0.6, 0.7, 0.1, 0.9])
    steps, x = [], np.random.default_rng(1).standard_normal((100, 2))
    network = dataclasses.replace(SMALL, patience=3, criterion=lambda *_: next(marks))
    told = sets(x, x[:, 0] > 0, x)
    chosen, tested = network(told, 0, steps.append)
    assert steps == [1, 2, 3, 4, 5]
    # test and selection set are the same here, and so must be their scores, of one epoch
    np.testing.assert_array_equal(chosen, tested)
    marks = iter([0.1, 0.2])
    two_epochs = dataclasses.replace(SMALL, epochs=2, criterion=lambda *_: next(marks))
    np.testing.assert_array_equal(two_epochs(told, 0, steps.append)[1], tested)


def test_undefined_inputs_tell_a_candidate():
    x = np.random.default_rng(1).standard_normal((400, 2)).astype(np.float32)
    labels = np.arange(400) % 2 == 1
    x[labels, 1] = np.where(np.arange(200) % 2, np.nan, x[labels, 1])
    for judge in (SMALL, Trees(iterations=20)):
        _, tested = judge(sets(x, labels, x), 0, lambda step: None)
        assert area(tested[~labels], tested[labels]) > 0.7
