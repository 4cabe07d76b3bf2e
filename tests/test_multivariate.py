"""Joint figures: JetNet's numbers, cases worked by hand, errors that are the true ones."""

import math

import numpy as np
import pytest
from scipy import linalg, stats

from cloudburst.distances import Measurement, kolmogorov_smirnov
from cloudburst.errors import DataError
from cloudburst.validation.multivariate import (
    JointCheck,
    correlation_matrix,
    correlations,
    frechet_distance,
    frechet_physics_distance,
    kernel_physics_distance,
    manifold_scores,
    memorisation,
    neighbours,
    polynomial_mmd,
    prd_curve,
    prd_from_shares,
    worth_of,
)
from cloudburst.validation.multivariate.worth import _Yardstick


def normal(n, columns=3, seed=0, shift=0.0):
    return np.random.default_rng(seed).standard_normal((n, columns)) + shift


def test_frechet_distance_by_matrix_square_root():
    x, y = normal(300, 4, 1), normal(200, 4, 2) @ np.diag([1, 2, 0.5, 1]) + 0.3
    covariances = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    means = x.mean(axis=0) - y.mean(axis=0)
    expected = means @ means + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet_distance(x, y) == pytest.approx(expected)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-10)


def test_weights_of_the_frechet_distance_are_repeated_events():
    x, y = normal(40, 2, 3), normal(30, 2, 4)
    times = np.arange(40) % 3, np.arange(30) % 2
    repeated = np.repeat(x, times[0], axis=0), np.repeat(y, times[1], axis=0)
    weights = times[0].astype(float), times[1].astype(float)
    assert frechet_distance(x, y, weights) == pytest.approx(frechet_distance(*repeated))


def test_mmd_is_that_of_all_pairs():
    x, y = normal(2500, 2, 5), normal(7, 2, 6)

    def kernel(a, b):
        return (a @ b / 2 + 1) ** 4

    expected = 0.0
    for sample in (x[:9], y):
        n = len(sample)
        pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
        expected += np.mean([kernel(sample[i], sample[j]) for i, j in pairs])
    expected -= 2 * np.mean([[kernel(a, b) for b in y] for a in x[:9]])
    assert polynomial_mmd(x[:9], y) == pytest.approx(expected)
    # more rows than are in memory at once
    whole = (x @ x.T / 2 + 1) ** 4
    same = (whole.sum() - np.trace(whole)) / (2500 * 2499)
    assert polynomial_mmd(x, x) == pytest.approx(2 * same - 2 * whole.mean())


@pytest.mark.parametrize("entries", [10, 10_000])
def test_distances_do_not_depend_on_the_blocks(monkeypatch, entries):
    monkeypatch.setattr(neighbours, "_ENTRIES", entries)
    x, y = normal(23, 3, 7), normal(31, 3, 8)
    apart = np.linalg.norm(x[:, None] - y[None], axis=2)
    index, distance = neighbours.nearest(x, y)
    np.testing.assert_array_equal(index[:, 0], apart.argmin(axis=1))
    np.testing.assert_allclose(distance[:, 0], apart.min(axis=1))
    two, distances = neighbours.nearest(x, y, 2)
    np.testing.assert_array_equal(two, apart.argsort(axis=1)[:, :2])
    np.testing.assert_allclose(distances, np.sort(apart, axis=1)[:, :2])
    own = np.sort(np.linalg.norm(x[:, None] - x[None], axis=2), axis=1)
    np.testing.assert_allclose(neighbours.radii(x, 4), own[:, 4])


def test_golden_manifold_scores():
    # on a line, k = 1: reference 0, 1, 2, ... has balls of radius 1 about each point
    x = np.arange(60.0)[:, None]
    found = manifold_scores(x, x[:50] + 0.25, neighbours=1)
    assert found.precision.value == 1.0
    assert found.recall.value == pytest.approx(51 / 60)  # 0..50 are in a ball of the candidate
    # each candidate is in the balls of the two nearest points
    assert found.density.value == pytest.approx(2.0)
    assert found.coverage.value == pytest.approx(51 / 60)
    far = manifold_scores(x, x + 1000.0)
    assert [m.value for m in far] == [0.0, 0.0, 0.0, 0.0]


def test_each_manifold_score_sees_what_it_is_for():
    reference, same = normal(600, 2, 9), normal(600, 2, 10)
    narrow = manifold_scores(reference, 0.2 * same)
    wide = manifold_scores(reference, 4 * same)
    assert narrow.precision.value > 0.97
    assert narrow.recall.value < 0.4
    assert narrow.coverage.value < 0.5
    assert wide.precision.value < 0.5
    assert wide.recall.value > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_errors_of_manifold_scores_are_the_spread_of_repeated_experiments(shift):
    draws = [
        manifold_scores(normal(300, 2, 2 * i), normal(300, 2, 2 * i + 1, shift)) for i in range(80)
    ]
    for part in range(4):
        values, errors = np.array([draw[part] for draw in draws]).T
        assert 0.6 < errors.mean() / values.std(ddof=1) < 2.2, draws[0]._fields[part]


def test_golden_prd():
    # all of the candidate is in one of two equal clusters
    precision, recall = prd_from_shares(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    assert precision.max() == pytest.approx(1)
    assert recall.max() == pytest.approx(0.5)
    precision, recall = prd_from_shares(np.array([0.2, 0.8]), np.array([0.2, 0.8]))
    assert np.maximum(precision, recall) == pytest.approx(1)


def test_prd_tells_missing_modes_from_false_ones():
    two = np.concatenate([normal(300, 2, 11), normal(300, 2, 12, 30.0)])
    one = normal(600, 2, 13)
    same = np.concatenate([normal(300, 2, 14), normal(300, 2, 15, 30.0)])
    missing, false, equal = prd_curve(two, one), prd_curve(one, two), prd_curve(two, same)
    assert missing.recall_score.value < 0.55 < 0.9 < missing.precision_score.value
    assert false.precision_score.value < 0.55 < 0.9 < false.recall_score.value
    assert min(equal.recall_score.value, equal.precision_score.value) > 0.95
    assert missing.recall.max() == pytest.approx(0.5, abs=0.02)
    assert equal == equal
    # half of what there is, all of it real: a rectangle of 1 by 1/2; and nearly the unit square
    assert missing.area.value == pytest.approx(0.5, abs=0.03)
    assert equal.area.value == pytest.approx(0.97, abs=0.03)
    again = prd_curve(two, same)
    np.testing.assert_array_equal(equal.precision, again.precision)


def test_correlations_are_those_of_numpy_and_of_pairs_that_are_defined():
    x = normal(400, 4, 16) @ normal(4, 4, 17)
    np.testing.assert_allclose(correlation_matrix(x), np.corrcoef(x, rowvar=False))
    x[::3, 1] = np.nan
    known = np.isfinite(x[:, 1])
    expected = np.corrcoef(x[known, 0], x[known, 1])[0, 1]
    assert correlation_matrix(x)[0, 1] == pytest.approx(expected)
    times = np.arange(400) % 4
    np.testing.assert_allclose(
        correlation_matrix(x, times.astype(float)), correlation_matrix(np.repeat(x, times, axis=0))
    )


def test_a_constant_column_has_no_correlation():
    x = normal(100, 3, 18)
    x[:, 2] = 7.7
    found = correlation_matrix(x)
    assert np.isnan(found[2]).all()
    assert np.isfinite(found[:2, :2]).all()
    result = correlations(("a", "b", "c"), x, x, x)
    assert result.distance.value == 0
    assert all(name != "c" for a, b, _ in result.worst(1) for name in (a, b))


def test_a_lost_correlation_is_found_beside_the_floor():
    mix = np.array([[1.0, 0.8, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.0]])
    half, other = normal(900, 3, 19) @ mix, normal(900, 3, 20) @ mix
    found = correlations(("a", "b", "c"), half, other, normal(900, 3, 21))
    first, second, difference = found.worst(1)[0]
    assert (first, second) == ("a", "b")
    assert difference.value == pytest.approx(-0.8, abs=0.06)
    # the errors of both: (1 - r^2) / sqrt n for normal numbers
    assert difference.error == pytest.approx(math.hypot(0.36, 1) / 30, rel=0.4)
    assert found.distance.value > 5 * found.floor.value
    assert found.floor.value < 0.08


def test_worth_of_candidates_whose_worth_is_known():
    names = ("a", "b", "c")
    # enough that chance in the yardstick itself does not matter
    half, other = normal(8000, 3, 22), normal(8000, 3, 23)
    same = worth_of(names, half, other, normal(8000, 3, 24))
    few = worth_of(names, half, other, np.repeat(normal(200, 3, 25), 40, axis=0))
    far = worth_of(names, half, other, normal(8000, 3, 26, 1.0))
    assert same.worth > 1500
    # 200 events, each forty times over
    assert 80 < few.worth < 500
    assert few.low <= few.worth <= few.high
    assert not few.at_least
    assert far.worth < 12
    assert (np.diff(few.curve) < 0).mean() > 0.8
    assert len(few.by_observable) == 3


def test_the_yardstick_measures_kolmogorov_and_smirnov():
    x = np.append(np.round(normal(300, 1, 27)[:, 0], 1), np.nan)
    for n in (1, 5, 400):
        y = np.append(np.round(normal(n, 1, 28)[:, 0] + 0.2, 1), np.nan)
        assert _Yardstick(x)(y) == pytest.approx(kolmogorov_smirnov(x, y))


def test_memorised_events_are_found():
    training, test = normal(500, 4, 29), normal(700, 4, 30)
    fresh = memorisation(training, test, normal(400, 4, 31))
    assert abs(fresh.share.value - 0.5) < 3 * fresh.share.error
    assert fresh.p_value > 0.01
    assert (fresh.copies, fresh.events) == (0, 500)
    copied = memorisation(training, test, np.concatenate([normal(350, 4, 31), training[:50]]))
    assert copied.copies == 50
    assert copied.p_value < 0.01
    assert copied.suspects.value == 1
    near = memorisation(training, test, training[:400] + 1e-3)
    assert near.share.value > 0.97
    assert near.p_value < 0.001


def test_chances_of_memorisation_are_uniform_without_any():
    chances = [
        memorisation(normal(100, 2, 3 * i), normal(100, 2, 3 * i + 1), normal(150, 2, 3 * i + 2),
                     deals=200).p_value
        for i in range(60)
    ]  # fmt: skip
    assert stats.kstest(chances, "uniform").pvalue > 0.001


@pytest.mark.parametrize(
    ("figure", "needed"),
    [
        (frechet_physics_distance, 30),
        (kernel_physics_distance, 100),
        (manifold_scores, 50),
        (prd_curve, 200),
        (lambda x, y: correlations(("a", "b", "c"), x, x, y), 50),
        (lambda x, y: worth_of(("a", "b", "c"), x, x, y), 100),
        (lambda x, y: memorisation(x, x, y), 100),
    ],
)
def test_too_few_events_are_refused_with_the_number_it_takes(figure, needed):
    with pytest.raises(DataError, match=f"{needed} events are needed in each sample, got 9"):
        figure(normal(300), normal(9))


def test_excess_is_worse_on_either_side_of_the_ideal():
    worse = JointCheck("a", Measurement(0.9, 0.03), Measurement(0.98, 0.04), 1.0, 100)
    dense = JointCheck("a", Measurement(1.3, 0.0), Measurement(1.0, 0.1), 1.0, 100)
    assert worse.excess == pytest.approx(1.6)
    assert dense.excess == pytest.approx(3.0)
    exact = Measurement(0.0, 0.0)
    assert JointCheck("a", exact, exact, 0.0, 100).excess == 0.0
