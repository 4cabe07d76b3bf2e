import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.validation.plots.bins import Binning, binning, spectrum_binning

VALUES = st.lists(st.floats(-1e6, 1e6, allow_nan=False, width=32), max_size=60)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@given(VALUES, VALUES, st.booleans())
def test_no_entry_is_lost_whatever_the_values(reference, candidate, log):
    bins = binning(reference, candidate, log)
    assert np.all(np.diff(bins.edges) > 0)
    for sample in (reference, candidate):
        assert bins.fill(sample).values.sum() == len(sample)
    assert len(bins.extended) == len(bins.fill([]).values) + 1


def test_bars_hold_counts_with_poisson_errors_and_flow():
    bars = Binning(np.array([0.0, 1.0, 2.0])).fill([-1, 0.5, 0.5, 0.7, 1.5, 9, 9, 9, 9], 2.0)
    np.testing.assert_array_equal(bars.values, [2, 6, 2, 8])
    np.testing.assert_allclose(bars.errors, 2 * np.sqrt([1, 3, 1, 4]))
    np.testing.assert_array_equal(bars.inner, [6, 2])


def test_flow_bins_are_as_wide_as_their_neighbours():
    np.testing.assert_allclose(Binning(np.array([0.0, 1.0, 3.0])).extended, [-1, 0, 1, 3, 5])
    log = Binning(np.array([1.0, 10.0, 100.0]), log=True)
    np.testing.assert_allclose(log.extended, [0.1, 1, 10, 100, 1000])


@pytest.mark.parametrize("cells", [2, 7, 72, 288])
def test_fractions_of_cells_share_bins_evenly(cells):
    points = np.arange(cells + 1) / cells
    bins = binning(np.repeat(points, 20), points)
    counts = bins.fill(points).inner
    assert counts[:-1].min() == counts[:-1].max(), "a comb is an artefact of the bins"
    assert not bins.integer


def test_whole_numbers_are_bin_centres():
    bins = binning([0, 1, 1, 2, 2, 2] * 5, [1])
    np.testing.assert_allclose(bins.edges, [-0.5, 0.5, 1.5, 2.5])
    assert bins.integer


def test_zeros_are_underflow_of_logarithmic_bins(rng):
    values = np.concatenate([np.zeros(30), np.exp(rng.normal(0, 3, 1000))])
    bins = binning(values, values, log=True)
    assert bins.log
    np.testing.assert_allclose(np.diff(np.log(bins.edges)), np.log(bins.edges[1] / bins.edges[0]))
    assert bins.fill(values).values[0] >= 30


def test_the_range_ignores_a_few_wild_candidates(rng):
    reference = rng.normal(size=5000)
    bins = binning(reference, np.append(rng.normal(size=5000), 1e9))
    assert -5 < bins.edges[0] < bins.edges[-1] < 5


def test_spectrum_bins_cover_all_decades_but_not_the_noise_of_rounding():
    values = np.array([1e-24, *np.geomspace(1e-3, 1e4, 5000)])
    bins = spectrum_binning(values, values)
    assert bins.edges[0] > 1e-9
    assert bins.edges[0] < 2e-3
    assert bins.edges[-1] > 1e4
    assert bins.fill(values).values.sum() == len(values)
