"""Distances: golden numbers, agreement with scipy, invariances, nothing lost."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy import stats
from scipy.spatial import distance as scipy_distance

from cloudburst.binning import count, quantile_edges
from cloudburst.distances import (
    Measurement,
    bootstrap,
    chi2_ndf,
    jensen_shannon,
    kolmogorov_smirnov,
    kullback_leibler,
    normalized_wasserstein,
    separation,
    total_variation,
    wasserstein,
)
from cloudburst.errors import DataError

BINNED = (total_variation, kullback_leibler, jensen_shannon, separation, chi2_ndf)
UNBINNED = (kolmogorov_smirnov, wasserstein, normalized_wasserstein)
ALL = BINNED + UNBINNED
BOUNDED = {total_variation: 1, jensen_shannon: math.log(2), separation: 1, kolmogorov_smirnov: 1}

numbers = st.floats(-1e6, 1e6)
loose = st.one_of(numbers, st.just(math.nan), st.just(math.inf), st.just(0.0), st.integers(-3, 3))


def rows(elements: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    return npst.arrays(np.float64, st.integers(1, 40), elements=elements)


def normal(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


# Histograms (3, 1, 0) and (1, 2, 1) in the bins 0..1..2..3.
X = [0.1, 0.2, 0.3, 1.5]
Y = [0.1, 1.2, 1.3, 2.5]
EDGES = [0.0, 1.0, 2.0, 3.0]


def test_golden_total_variation() -> None:
    assert total_variation(X, Y, EDGES) == pytest.approx((0.5 + 0.25 + 0.25) / 2)


def test_golden_separation() -> None:
    # half of 0.5^2 / 1, 0.25^2 / 0.75 and 0.25^2 / 0.25 together
    assert separation(X, Y, EDGES) == pytest.approx((1 / 4 + 1 / 12 + 1 / 4) / 2)


def test_golden_chi2() -> None:
    # (3-1)^2 / 4 + (1-2)^2 / 3 + (0-1)^2 / 1 over two degrees of freedom
    assert chi2_ndf(X, Y, EDGES) == pytest.approx((1 + 1 / 3 + 1) / 2)


def test_golden_jensen_shannon() -> None:
    p, q = (0.75, 0.25, 0.0), (0.25, 0.5, 0.25)
    m = (0.5, 0.375, 0.125)
    expected = sum(
        0.5 * a * math.log(a / c) for s in (p, q) for a, c in zip(s, m, strict=True) if a > 0
    )
    assert jensen_shannon(X, Y, EDGES) == pytest.approx(expected)


def test_golden_kullback_leibler() -> None:
    # half an entry more in each of 3 bins, below, above and undefined: 4 + 3 entries
    n, m = (3.5, 1.5, 0.5, 0.5, 0.5, 0.5), (1.5, 2.5, 1.5, 0.5, 0.5, 0.5)
    expected = sum(a / 7 * math.log(a / b) for a, b in zip(n, m, strict=True))
    assert kullback_leibler(X, Y, EDGES) == pytest.approx(expected)


def test_golden_kolmogorov_smirnov() -> None:
    # above 0.3 the reference has 3/4 and the candidate 1/4
    assert kolmogorov_smirnov(X, Y) == pytest.approx(0.5)


def test_golden_wasserstein() -> None:
    # sorted pairs move by 0, 1, 1 and 1
    assert wasserstein(X, Y) == pytest.approx(0.75)
    assert normalized_wasserstein(X, Y) == pytest.approx(0.75 / np.std(X))


def test_samples_of_different_sizes() -> None:
    # the fractions are 1 and 0 against 1/2 and 1/2
    assert separation([0.5], [0.5, 1.5], [0, 1, 2]) == pytest.approx((0.25 / 1.5 + 0.5) / 2)
    assert wasserstein([0.0], [0.0, 2.0]) == pytest.approx(1.0)
    # n = (1, 0), m = (1, 1): (sqrt 2 - 1/sqrt 2)^2 / 2 + (1/sqrt 2)^2
    assert chi2_ndf([0.5], [0.5, 1.5], [0, 1, 2]) == pytest.approx(0.25 + 0.5)


def test_agreement_with_scipy() -> None:
    x, y = normal(500, 0), 0.3 + 1.2 * normal(700, 1)
    edges = quantile_edges(x, 20)
    n, m = count(x, edges), count(y, edges)
    filled = n + m > 0
    table = np.array([n[filled], m[filled]])
    contingency = stats.chi2_contingency(table)
    assert chi2_ndf(x, y, 20) == pytest.approx(contingency.statistic / contingency.dof)
    assert jensen_shannon(x, y, 20) == pytest.approx(scipy_distance.jensenshannon(n, m) ** 2)
    assert kullback_leibler(x, y, 20) == pytest.approx(stats.entropy(n + 0.5, m + 0.5))
    assert total_variation(x, y, 20) == pytest.approx(
        scipy_distance.cityblock(n / n.sum(), m / m.sum()) / 2
    )
    assert kolmogorov_smirnov(x, y) == pytest.approx(stats.ks_2samp(x, y).statistic)
    assert wasserstein(x, y) == pytest.approx(stats.wasserstein_distance(x, y))
    pairs = np.abs(np.sort(x) - np.sort(y[:500])).mean()
    assert wasserstein(x, y[:500]) == pytest.approx(pairs)


def test_separation_is_chi2_over_twice_the_events() -> None:
    x, y = normal(400, 2), normal(400, 3)
    edges = quantile_edges(x, 10)
    filled = np.count_nonzero(count(x, edges) + count(y, edges))
    assert separation(x, y, 10) == pytest.approx(chi2_ndf(x, y, 10) * (filled - 1) / 800)


def test_one_source_reaches_the_statistical_floor() -> None:
    pairs = [(normal(1000, 2 * i), normal(500, 2 * i + 1)) for i in range(60)]
    edges = stats.norm.ppf(np.linspace(0, 1, 21)[1:-1])
    floor = np.mean([separation(x, y, edges) for x, y in pairs])
    assert floor == pytest.approx(19 / 4 * (1 / 1000 + 1 / 500), rel=0.1)
    assert np.mean([chi2_ndf(x, y, edges) for x, y in pairs]) == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("distance", ALL)
@settings(max_examples=30, deadline=None)
@given(x=rows(loose))
def test_equal_samples_have_no_distance(distance, x: np.ndarray) -> None:
    assert distance(x, x[::-1]) == 0
    if distance is not kullback_leibler:
        # which adds half an entry, whatever the number of events
        assert distance(x, np.repeat(x, 2)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("distance", ALL)
@settings(max_examples=40, deadline=None)
@given(x=rows(loose), y=rows(loose))
def test_distances_are_finite_and_in_range(distance, x: np.ndarray, y: np.ndarray) -> None:
    value = distance(x, y)
    assert math.isfinite(value)
    assert 0 <= value <= BOUNDED.get(distance, math.inf) * (1 + 1e-12)


@pytest.mark.parametrize("distance", ALL)
@settings(max_examples=20, deadline=None)
@given(x=rows(loose), y=rows(loose), seed=st.integers(0, 99))
def test_order_does_not_matter(distance, x: np.ndarray, y: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert distance(rng.permutation(x), rng.permutation(y)) == pytest.approx(
        distance(x, y), rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("distance", [d for d in ALL if d is not wasserstein])
@pytest.mark.parametrize(("scale", "shift"), [(1000.0, 0.0), (0.25, -7.0)])
def test_unit_and_origin_do_not_matter(distance, scale: float, shift: float) -> None:
    x, y = normal(300, 4), normal(200, 5) + 0.2
    moved = distance(scale * x + shift, scale * y + shift)
    assert moved == pytest.approx(distance(x, y), rel=1e-9)


def test_wasserstein_scales_with_the_unit() -> None:
    x, y = normal(300, 6), normal(200, 7)
    assert wasserstein(3 * x + 1, 3 * y + 1) == pytest.approx(3 * wasserstein(x, y))
    assert wasserstein(x, x + 0.7) == pytest.approx(0.7)


@pytest.mark.parametrize("distance", [kolmogorov_smirnov, *BINNED])
def test_only_the_order_of_values_matters(distance) -> None:
    x, y = normal(300, 8), normal(300, 9) + 0.3
    assert distance(np.exp(x), np.exp(y)) == pytest.approx(distance(x, y), rel=1e-9)


@pytest.mark.parametrize("distance", [total_variation, jensen_shannon, separation, chi2_ndf])
def test_binned_distances_are_symmetric_in_given_bins(distance) -> None:
    x, y = normal(100, 10), normal(150, 11) * 2
    edges = np.linspace(-2, 2, 9)
    assert distance(x, y, edges) == pytest.approx(distance(y, x, edges))


@pytest.mark.parametrize("distance", ALL)
def test_distances_grow_with_the_difference(distance) -> None:
    x, y = normal(2000, 12), normal(2000, 13)
    values = [distance(x, y + shift) for shift in (0.0, 0.3, 1.0)]
    assert values == sorted(values)
    assert values[0] < 0.7 * values[1]


@pytest.mark.parametrize("distance", [total_variation, separation])
def test_candidates_out_of_range_are_not_lost(distance) -> None:
    x = np.linspace(0, 1, 100)
    assert distance(x, x + 5) == pytest.approx(1)
    assert distance(x, x - 5) == pytest.approx(1)
    # a tenth of the candidate beyond the reference: p 1, q 0.9, and 0, 0.1
    y = np.concatenate([x[:90], np.full(10, 9.0)])
    expected = {total_variation: 0.1, separation: (0.01 / 1.9 + 0.1) / 2}
    assert distance(x, y, [0.0, 1.1]) == pytest.approx(expected[distance])


def test_undefined_values_count_as_a_value_of_their_own() -> None:
    x, y = [1.0, 2.0, math.nan, math.nan], [1.0, 2.0, 1.0, 2.0]
    edges = [0.5, 1.5, 2.5]
    # fractions (1/4, 1/4, undefined 1/2) and (1/2, 1/2, 0)
    assert total_variation(x, y, edges) == pytest.approx(0.5)
    assert separation(x, y, edges) == pytest.approx((2 * (1 / 16) / 0.75 + 0.5) / 2)
    assert kolmogorov_smirnov(x, y) == pytest.approx(0.5)
    assert normalized_wasserstein(x, y) == pytest.approx(0.5)
    assert wasserstein(x, y) == pytest.approx(0.5 * 0.5)


@pytest.mark.parametrize("distance", ALL)
def test_a_sample_without_defined_values(distance) -> None:
    none, some = np.full(40, math.nan), np.arange(40.0)
    assert distance(none, none) == 0
    assert distance(none, some) > 0.5
    assert distance(some, none) > 0.5


@pytest.mark.parametrize("distance", ALL)
def test_constant_samples(distance) -> None:
    same, other = np.full(30, 2.0), np.full(30, 3.0)
    assert distance(same, same) == 0
    assert distance(same, other) > 0.5
    assert distance(same, np.append(same, 3.0)) > 0


def test_wasserstein_of_a_constant_reference_is_in_units_of_both() -> None:
    # moved by 1; both samples together are 0 and 1, whose standard deviation is 1/2
    assert normalized_wasserstein([0.0, 0.0], [1.0, 1.0]) == pytest.approx(2.0)


@pytest.mark.parametrize("distance", ALL)
def test_empty_samples_are_refused(distance) -> None:
    with pytest.raises(DataError, match="between 0 and 1 values"):
        distance([], [1.0])
    with pytest.raises(DataError, match="between 1 and 0 values"):
        distance([1.0], [])


def test_bootstrap_finds_the_statistical_error() -> None:
    # far apart, the distance is the difference of the means
    x, y = normal(400, 15), 10 + 2 * normal(900, 16)
    found = bootstrap(wasserstein, x, y, np.random.default_rng(0), repeats=400)
    assert found.value == wasserstein(x, y)
    assert found.error == pytest.approx(math.sqrt(1 / 400 + 4 / 900), rel=0.15)


def test_bootstrap_repeats_with_its_seed() -> None:
    x, y = normal(50, 17), normal(50, 18)
    first, second, other = (
        bootstrap(separation, x, y, np.random.default_rng(seed), 5) for seed in (1, 1, 2)
    )
    assert isinstance(first, Measurement)
    assert first == second
    assert first.error != other.error
    assert first.value == other.value


def test_bootstrap_resamples_whole_events() -> None:
    x = np.stack([np.arange(30.0), -np.arange(30.0)], axis=1)

    def broken_rows(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.abs(a.sum(axis=1)).sum() + np.abs(b.sum(axis=1)).sum())

    assert bootstrap(broken_rows, x, x, np.random.default_rng(0), 3) == (0.0, 0.0)


def test_bootstrap_needs_repeats_and_events() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(DataError, match="got 1 repeats"):
        bootstrap(wasserstein, np.ones(3), np.ones(3), rng, repeats=1)
    with pytest.raises(DataError, match="3 and 0 events"):
        bootstrap(wasserstein, np.ones(3), np.ones(0), rng)
