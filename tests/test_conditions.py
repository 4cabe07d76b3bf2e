"""Observables against conditions: bins, tails, distances by bin, ratios, slices."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.binning import quantile_edges
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.distances import kolmogorov_smirnov, separation
from cloudburst.errors import ConditionError, DataError
from cloudburst.events import Events
from cloudburst.observables import Observable
from cloudburst.validation.conditions import (
    bin_ratios,
    condition_bins,
    held_out,
    profiles,
    response_ratios,
    without_slice,
)
from cloudburst.validation.conditions.distances import weighted_ks, weighted_separation
from cloudburst.validation.conditions.tails import tails
from cloudburst.validation.metrics import Marginal

ENERGY = Condition("energy", "GeV", 1.0, 100.0)
SIGNAL = Observable("signal", "MeV", lambda e: e.readouts["cell"][:, 0])
COUNTER = Detector(
    "counter",
    (ENERGY, Condition("angle", "rad", -1.0, 1.0), Condition("kind", "", 0, 2, ("a", "b", "c"))),
    (Readout("cell", (Axis.regular("x", 1, 0, 1),), "MeV"),),
)


def counted(n, seed=0, scale=1.0, spread=1.0):
    """Signals of mean 1 per GeV and relative width 10 % / sqrt(E), times what is given."""
    rng = np.random.default_rng(seed)
    conditions = COUNTER.draw_conditions(n, rng)
    energy = conditions[:, 0].astype(np.float64)
    signal = 1000 * scale * (energy + spread * 0.1 * np.sqrt(energy) * rng.standard_normal(n))
    return Events(COUNTER, conditions, {"cell": signal.astype(np.float32)[:, None]})


def test_few_values_get_a_bin_each():
    found = condition_bins(ENERGY, np.repeat([1.0, 2.0, 4.0], 20))
    assert found.edges.tolist() == [0.5, 1.5, 3.0, 5.0]
    assert found.places([1, 2, 4, 0.4, 9]).tolist() == [0, 1, 2, -1, -1]
    kind = condition_bins(COUNTER.conditions[2], np.repeat([0.0, 1.0, 2.0], 9))
    assert kind.edges.tolist() == [-0.5, 0.5, 1.5, 2.5]
    one = condition_bins(ENERGY, [10.0] * 3)
    assert one.places([10.0]).tolist() == [0]


def test_bins_are_equal_where_that_fills_them_most_evenly():
    rng = np.random.default_rng(0)
    assert not condition_bins(ENERGY, rng.uniform(1, 100, 500)).log
    falling = condition_bins(ENERGY, 100 ** rng.uniform(0, 1, 500))
    assert falling.log
    np.testing.assert_allclose(falling.centers**2, falling.edges[1:] * falling.edges[:-1])
    assert not condition_bins(COUNTER.conditions[1], rng.uniform(-1, 1, 500)).log


def test_bins_without_values_are_refused():
    with pytest.raises(DataError, match="8 bins from 0 values of energy"):
        condition_bins(ENERGY, [])


@given(st.lists(st.floats(1, 100), min_size=1, max_size=60), st.integers(1, 9))
def test_every_reference_value_has_a_bin(values, bins):
    found = condition_bins(ENERGY, values, bins)
    assert (np.diff(found.edges) > 0).all() or len(set(values)) > 1
    assert (found.places(values) >= 0).all()


def test_golden_tails():
    # 1000 values 0..999: ranks 9.99 and 989.01, spread sqrt(1000 * 0.01 * 0.99) = 3.146
    values = np.random.default_rng(0).permutation(1000.0 * np.arange(1000) / 1000)
    found = tails(np.zeros(1000, int), values, 2)
    assert found.low == pytest.approx([9.99, math.nan], nan_ok=True)
    assert found.high == pytest.approx([989.01, math.nan], nan_ok=True)
    assert [found.low_error[0], found.high_error[0]] == pytest.approx([math.sqrt(9.9)] * 2)


def test_a_tail_takes_a_hundred_defined_events():
    values = np.append(np.arange(99.0), np.nan)
    assert np.isnan(tails(np.zeros(100, int), values, 1).low).all()
    values[-1] = 99.0
    assert np.isfinite(tails(np.zeros(100, int), values, 1).low).all()


def test_errors_of_tails_are_the_spread_of_repeated_experiments():
    rng = np.random.default_rng(1)
    draws = [tails(np.zeros(2000, int), rng.normal(size=2000), 1) for _ in range(300)]
    for value, error in (("low", "low_error"), ("high", "high_error")):
        spread = np.std([getattr(t, value)[0] for t in draws])
        assert np.mean([getattr(t, error)[0] for t in draws]) == pytest.approx(spread, rel=0.15)


def test_weighted_distances_are_those_of_repeated_values():
    rng = np.random.default_rng(2)
    x, y = np.round(rng.normal(size=60), 1), np.append(np.round(rng.normal(0.3, 1, 39), 1), np.nan)
    u, v = rng.poisson(1.0, (4, 60)).astype(float), rng.poisson(1.0, (4, 40)).astype(float)
    u[0], v[0] = 1, 1
    ks, separations = weighted_ks(x, y, u, v), weighted_separation(x, y, u, v)
    for i in range(4):
        pair = np.repeat(x, u[i].astype(int)), np.repeat(y, v[i].astype(int))
        assert ks[i] == pytest.approx(kolmogorov_smirnov(*pair))
        assert separations[i] == pytest.approx(separation(*pair, quantile_edges(x, 20)))


def test_profiles_of_one_law_are_at_their_floor():
    found = profiles(counted(2000, 1), counted(1000, 2), [SIGNAL])
    assert [p.name for p in found] == [
        "signal against energy", "signal against angle", "signal against kind",
    ]  # fmt: skip
    for profile in found:
        pulls = (profile.ks.value - profile.ks.floor) / np.hypot(
            profile.ks.error, profile.ks.floor_error
        )
        assert np.abs(pulls).max() < 4
        assert profile.worst_ratio < 2.5
        assert not profile.extrapolated.any()
        assert profile.reference.count.sum() == 2000
    assert found[2].bins.size == 3


def test_profiles_say_in_which_bins_a_candidate_is_wrong():
    candidate = counted(1500, 4)
    high = candidate.condition("energy") > 75
    signals = np.where(high[:, None], candidate.readouts["cell"] * 1.2, candidate.readouts["cell"])
    wrong = dataclasses.replace(candidate, readouts={"cell": signals})
    found = profiles(counted(3000, 3), wrong, [SIGNAL], trained={"energy": (1, 75)}, bins=4)[0]
    assert (found.ks.value[:3] < 3 * found.ks.floor[:3]).all()
    assert found.ks.value[3] > 0.3 > 2 * found.ks.floor[3]
    assert found.separation.value[3] > 2 * found.separation.floor[3]
    assert found.worst_ratio > 3
    assert found.extrapolated.tolist() == [False, False, False, True]
    ratio = found.candidate.mean / found.reference.mean
    assert ratio[3] == pytest.approx(1.2, abs=0.03)


def test_bins_of_too_few_events_have_no_distance_and_what_is_beyond_is_counted():
    reference, candidate = counted(60, 5), counted(60, 6)
    found = profiles(reference, candidate, [SIGNAL], bins=8)[0]
    assert np.isnan(found.ks.value).all()
    assert math.isnan(found.worst_ratio)
    low = reference[reference.condition("energy") < 30]
    assert profiles(low, candidate, [SIGNAL])[0].lost > 20


def test_constant_and_undefined_observables():
    constant = Observable("constant", "", lambda e: np.ones(len(e)))
    undefined = Observable("undefined", "", lambda e: np.full(len(e), np.nan))
    for found in profiles(counted(600, 7), counted(300, 8), [constant, undefined], bins=2):
        assert np.nansum(found.ks.value) == 0
        assert np.nansum(found.separation.value) == 0


def test_bin_ratios_find_a_scale_and_a_width():
    same = bin_ratios(counted(4000, 9), counted(4000, 10), SIGNAL, "kind")
    found = bin_ratios(counted(4000, 9), counted(4000, 10, 1.03), SIGNAL, "kind")
    assert (np.abs(same.bias) < 4 * same.bias_error).all()
    assert found.bias - same.bias == pytest.approx(0.03, abs=0.002)
    assert found.resolution == pytest.approx(same.resolution, abs=1e-5)
    with pytest.raises(ConditionError, match="no condition 'speed'"):
        bin_ratios(counted(9), counted(9), SIGNAL, "speed")


def test_response_ratios_have_true_errors():
    found = [
        response_ratios(counted(600, 2 * i), counted(600, 2 * i + 1, 1, 2), 3) for i in range(99)
    ]
    for value, error in (("bias", "bias_error"), ("resolution", "resolution_error")):
        values, errors = (np.array([getattr(f, name) for f in found]) for name in (value, error))
        assert errors.mean() == pytest.approx(values.std(axis=0).mean(), rel=0.2)
    # twice the spread of the response, of which energy's change within a bin takes nothing
    assert np.mean([f.resolution for f in found]) == pytest.approx(1.0, abs=0.05)
    assert found[0].bins.condition.name == "energy"
    assert found[0].count.sum() <= 600


def test_a_slice_is_left_out():
    events = counted(500, 11)
    rest = without_slice(events, "energy", 40, 60)
    values = rest.condition("energy")
    assert 350 < len(rest) < 450
    assert not ((values >= 40) & (values <= 60)).any()
    with pytest.raises(DataError, match=r"0 of 500 events have energy in 200\.\.300"):
        without_slice(events, "energy", 200, 300)
    with pytest.raises(DataError, match="low < high"):
        without_slice(events, "energy", 60, 40)


def test_a_slice_that_is_wrong_has_its_price():
    metrics = (Marginal(SIGNAL),)
    reference, candidate = counted(2000, 12), counted(1500, 13)
    good = held_out(reference, candidate, "energy", 40, 60, metrics)
    energy, cells = candidate.condition("energy"), candidate.readouts["cell"]
    signals = np.where(((energy >= 40) & (energy <= 60))[:, None], 0.8 * cells, cells)
    wrong = dataclasses.replace(candidate, readouts={"cell": signals})
    bad = held_out(reference, wrong, "energy", 40, 60, metrics)
    assert abs(good.price.value - 1) < 3 * good.price.error + 0.3
    assert bad.price.value > 2 * good.price.value
    assert bad.beside == good.beside
    assert not good.extrapolated
    assert good.inside.reference_events == good.beside.reference_events
    assert held_out(reference, candidate, "energy", 80, 100, metrics).extrapolated


def test_a_slice_needs_events():
    with pytest.raises(DataError, match=r"slice energy 40\.\.41: 40 reference and 20"):
        held_out(counted(100, 14), counted(100, 15), "energy", 40, 41)
