"""Trends: golden numbers, borders, and errors that are the true ones."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN
from cloudburst.errors import DataError, ShapeError
from cloudburst.events import Events
from cloudburst.validation import Trend, response_resolution, trend


def calogan(energies: list[float], deposits: list[float]) -> Events:
    """CaloGAN events with incident energies in GeV and one cell's deposit in MeV."""
    readouts = {r.name: np.zeros((len(energies), *r.shape), np.float32) for r in CALOGAN.readouts}
    readouts["layer_1"][:, 3, 4] = deposits
    return Events(CALOGAN, np.array(energies, np.float32)[:, None], readouts)


def test_golden_trend() -> None:
    # bin 0..10: 1, 2, 3, 6 with mean 3, variance 14/3 and fourth moment (16+1+0+81)/4
    found = trend([1, 2, 3, 4, 15], [1, 2, 3, 6, 7], [0, 10, 20, 30])
    assert isinstance(found, Trend)
    assert found.centers.tolist() == [5, 15, 25]
    assert found.count.tolist() == [4, 1, 0]
    assert found.mean == pytest.approx([3, 7, math.nan], nan_ok=True)
    width = math.sqrt(14 / 3)
    assert found.width == pytest.approx([width, math.nan, math.nan], nan_ok=True)
    assert found.mean_error == pytest.approx([width / 2, math.nan, math.nan], nan_ok=True)
    variance = (98 / 4 - (14 / 3) ** 2 / 3) / 4
    expected = [math.sqrt(variance) / (2 * width), math.nan, math.nan]
    assert found.width_error == pytest.approx(expected, nan_ok=True)


def test_a_bin_holds_its_lower_edge_and_the_last_one_both() -> None:
    found = trend([0, 1, 2, -0.1, 2.1], [1, 10, 100, 5, 5], [0, 1, 2])
    assert found.count.tolist() == [1, 2]
    assert found.mean.tolist() == [1, 55]


def test_what_is_not_finite_is_left_out() -> None:
    bad = [math.nan, math.inf, -math.inf]
    found = trend([0.5] * 4 + bad, [3.0, *bad, 3.0, 3.0, 3.0], [0, 1])
    assert found.count.tolist() == [1]
    assert found.mean.tolist() == [3]


def test_no_entries_at_all() -> None:
    found = trend([], [], [0, 1, 2])
    assert found.count.tolist() == [0, 0]
    assert np.isnan([found.mean, found.mean_error, found.width, found.width_error]).all()


def test_constant_values_have_no_width_and_no_error() -> None:
    found = trend([0.5, 0.5, 0.5], [4, 4, 4], [0, 1])
    assert [c[0] for c in found[1:]] == [4, 0, 0, 0, 3]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-10, 10), st.floats(-1e3, 1e3)), max_size=30),
    st.sets(st.integers(-9, 9), min_size=2, max_size=6),
)
def test_every_entry_in_range_is_in_one_bin(
    pairs: list[tuple[float, float]], edges: set[int]
) -> None:
    limits = sorted(edges)
    x = np.array([pair[0] for pair in pairs])
    found = trend(x, np.array([pair[1] for pair in pairs]), limits)
    assert found.count.sum() == ((x >= limits[0]) & (x <= limits[-1])).sum()
    assert np.array_equal(np.isnan(found.mean), found.count == 0)
    assert np.array_equal(np.isnan(found.width_error), found.count < 2)


@pytest.mark.parametrize("shape", ["normal", "exponential", "uniform"])
def test_errors_are_the_spread_of_repeated_experiments(shape: str) -> None:
    rng = np.random.default_rng(0)
    draws = [trend(np.zeros(300), getattr(rng, shape)(size=300), [-1, 1]) for _ in range(400)]
    for value, error in (("mean", "mean_error"), ("width", "width_error")):
        spread = np.std([getattr(t, value)[0] for t in draws])
        assert np.mean([getattr(t, error)[0] for t in draws]) == pytest.approx(spread, rel=0.12)


@pytest.mark.parametrize("edges", [[1], [1, 1], [2, 1], [0, math.nan], [[0, 1]]])
def test_wrong_edges_are_refused(edges: list[float]) -> None:
    with pytest.raises(DataError, match="two increasing edges"):
        trend([1.0], [1.0], edges)


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(2,\) and \(1,\)"):
        trend([1.0, 2.0], [1.0], [0, 1])


def test_golden_response_and_resolution() -> None:
    # responses 0.8 and 1.0 at 10 GeV: mean 0.9, standard deviation sqrt 0.02; none at 75 GeV
    events = calogan([10, 10, 100], [8000, 10000, 90000])
    found = response_resolution(events, [0, 50, 99, 100])
    assert found.count.tolist() == [2, 0, 1]
    assert found.mean == pytest.approx([0.9, math.nan, 0.9], nan_ok=True)
    resolution = math.sqrt(0.02) / 0.9
    assert found.width == pytest.approx([resolution, math.nan, math.nan], nan_ok=True)
    assert found.mean_error[0] == pytest.approx(0.1)
    # two entries: m4 = 1e-4 and s^4 = 4e-4, so the width's error is half the width
    expected = resolution * math.hypot(0.1 / 0.9, math.sqrt(2.5e-4) / (2 * 0.02))
    assert found.width_error[0] == pytest.approx(expected)


def test_a_perfect_calorimeter_has_no_resolution() -> None:
    found = response_resolution(calogan([10, 10], [10000, 10000]), [0, 100])
    assert (found.width[0], found.width_error[0]) == (0, 0)


def test_response_needs_a_calorimeter() -> None:
    pads = Readout("pads", (Axis.regular("pad", 2, 0, 2),), "ADC")
    detector = Detector("tpc", (Condition("energy", "GeV", 0, 1),), (pads,))
    events = Events(detector, np.ones((1, 1), np.float32), {"pads": np.ones((1, 2), np.float32)})
    with pytest.raises(DataError, match="has no response"):
        response_resolution(events, [0, 1])
