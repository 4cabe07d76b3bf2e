"""Bins: they hold all of the reference, and counting loses nothing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloudburst.binning import bin_edges, count, quantile_edges
from cloudburst.errors import DataError

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


@pytest.mark.parametrize("make", [bin_edges, quantile_edges])
@settings(max_examples=100, deadline=None)
@given(x=rows(st.one_of(loose, st.floats(-1e300, 1e300))), bins=st.integers(1, 60))
def test_edges_hold_all_of_the_reference(make, x: np.ndarray, bins: int) -> None:
    if not np.isfinite(x).any():
        with pytest.raises(DataError, match="from 0 finite values"):
            make(x, bins)
        return
    edges = make(x, bins)
    assert np.all(np.diff(edges) > 0)
    assert len(edges) == bins + 1 if make is bin_edges else len(edges) <= 2 * bins + 2
    finite = count(x[np.isfinite(x)], edges)
    assert finite[1:-2].sum() == np.isfinite(x).sum()


@settings(max_examples=50, deadline=None)
@given(x=rows(loose), edges=st.sets(numbers, min_size=2, max_size=9))
def test_counting_loses_nothing(x: np.ndarray, edges: set[float]) -> None:
    limits = sorted(edges)
    counts = count(x, limits)
    assert len(counts) == len(limits) + 2
    assert counts.sum() == len(x)
    assert counts[0] == (x < limits[0]).sum()
    assert counts[-2] == (x >= limits[-1]).sum()
    assert counts[-1] == np.isnan(x).sum()


def test_quantile_edges_hold_equal_shares() -> None:
    shares = count(normal(1001, 14), quantile_edges(normal(1001, 14), 20))[1:-2]
    assert len(shares) == 20
    assert set(shares) <= {50.0, 51.0}


@pytest.mark.parametrize("atom", ["low", "middle", "high"])
def test_frequent_values_have_a_bin_of_their_own(atom: str) -> None:
    rest = np.linspace(1, 2, 60)
    value = {"low": 0.0, "middle": 1.5, "high": 3.0}[atom]
    x = np.concatenate([np.full(40, value), rest])
    edges = quantile_edges(x, 10)
    assert value in edges
    assert np.nextafter(value, np.inf) in edges
    assert 40 in count(x, edges)


def test_constant_reference_has_edges() -> None:
    assert bin_edges([2.0, 2.0], 4).tolist() == [1.5, 1.75, 2.0, 2.25, 2.5]
    assert quantile_edges([2.0, 2.0], 4).tolist() == [2.0, np.nextafter(2.0, 3.0)]
    assert count([1e17], bin_edges([1e17], 50))[1:-2].sum() == 1
    with pytest.raises(DataError, match="0 bins"):
        bin_edges([1.0], 0)
