"""Separation powers in the bins of the CaloChallenge, worked by hand."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import (
    CALOCHALLENGE_1_PHOTONS,
    CALOCHALLENGE_2,
    CALOGAN,
    PolarLayer,
    polar_detector,
)
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.validation.challenge import (
    challenge_metrics,
    counted_separation,
    visible_separation,
)

DISC = polar_detector("disc", [PolarLayer(0, (0, 10, 20), 4)], (1e3, 1e6), threshold=0.1)


def showers(n, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    cells = scale * rng.gamma(1.0, 100, (n, 4, 2)) * (rng.random((n, 4, 2)) < 0.7)
    energy = rng.uniform(1e3, 2e3, (n, 1))
    return Events(DISC, energy.astype(np.float32), {"layer_0": cells.astype(np.float32)})


def published(x, y, edges):
    """The convention as it is defined: densities times widths of the bins."""
    h, g = (np.histogram(v, edges, density=True)[0] * np.diff(edges) for v in (x, y))
    return 0.5 * ((h - g) ** 2 / (h + g + 1e-16)).sum()


def test_hand_worked_values():
    edges = [0, 1, 2, 3]
    # p = (1/2, 1/2, 0), q = (1/4, 1/4, 1/2): 1/2 (1/16 / (3/4) x 2 + 1/4 / (1/2))
    assert visible_separation([0, 1], [0, 1, 2, 3], edges) == pytest.approx(1 / 3)
    # of x, 1/3 lies above: p = (1/3, 1/3, 0 | 1/3), q = (1/4, 1/4, 1/2 | 0)
    p, q = np.array([1, 1, 0, 1]) / 3, np.array([1, 1, 2, 0]) / 4
    assert counted_separation([0, 1, 9], [0, 1, 2, 2.5], edges) == pytest.approx(
        0.5 * ((p - q) ** 2 / (p + q)).sum()
    )
    assert visible_separation([0, 1, 9], [0, 1, 2, 2.5], edges) == pytest.approx(1 / 3)


@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=30),
    st.lists(st.floats(-5, 5), min_size=1, max_size=30),
)
def test_it_is_the_published_formula_while_anything_is_visible(x, y):
    edges = np.linspace(-2, 2, 11)
    if all(((np.array(v) >= -2) & (np.array(v) <= 2)).any() for v in (x, y)):
        assert visible_separation(x, y, edges) == pytest.approx(published(x, y, edges))
    assert 0 <= visible_separation(x, y, edges) <= 1
    assert 0 <= counted_separation(x, y, edges) <= 1


def test_what_leaves_the_range_is_seen_by_the_twin_alone():
    rng = np.random.default_rng(1)
    x = rng.uniform(0.9, 1.1, 4000)
    away = np.where(np.arange(4000) % 4 == 0, 3.0, rng.uniform(0.9, 1.1, 4000))
    edges = np.linspace(0.5, 1.5, 101)
    assert visible_separation(x, away, edges) < 0.01
    # 1/2 ((1 - 3/4)^2 / (7/4) + (1/4)^2 / (1/4)) = 1/56 + 1/8
    assert counted_separation(x, away, edges) == pytest.approx(1 / 56 + 1 / 8, abs=0.01)


def test_bins_are_those_of_the_convention():
    metrics = {m.quantity: m for m in challenge_metrics(CALOCHALLENGE_1_PHOTONS)}
    reference = np.array([0.0, 50.0, 1e4])

    def span(name, metrics=metrics):
        edges = metrics[name].edges(reference)
        return len(edges) - 1, round(edges[0], 6), round(edges[-1], 6)

    assert span("Etot/Einc") == (100, 0.5, 1.5)
    assert span("E_layer_0") == (39, 1, 10_000)
    assert span("cell") == (49, 1, 10_000)
    assert span("EC_eta_1") == span("EC_phi_2") == (100, -100, 100)
    assert span("width_phi_1") == (100, 0, 100)
    assert span("EC_r_3") == span("width_r_3") == (100, 0, 500)
    assert span("EC_r_12") == span("width_r_12") == (100, 0, 1500)
    assert span("sparsity_12") == (20, 0, 1)
    assert "EC_eta_12" not in metrics
    edges = metrics["E_layer_0"].edges(reference)
    np.testing.assert_allclose(edges, np.logspace(0, 4, 40))
    electrons = {m.quantity: m for m in challenge_metrics(CALOCHALLENGE_2)}
    assert span("EC_eta_12", electrons) == (100, -30, 30)
    assert span("width_eta_13", electrons) == (100, 0, 30)
    assert span("EC_r_0", electrons) == (100, 0, 42)
    assert span("width_r_0", electrons) == (100, 0, 20)
    assert len(challenge_metrics(CALOCHALLENGE_2)) == 2 * (2 + 45 * 8)


def test_metrics_have_errors_and_tell_samples_apart():
    full, same, hot = showers(400), showers(400, 1), showers(400, 2, 1.3)
    rng = np.random.default_rng(0)
    metrics = {m.name: m for m in challenge_metrics(DISC)}
    energy = metrics["E_layer_0:visible_separation"]
    near, far = energy(full, same, rng), energy(full, hot, rng)
    assert near.value < 0.05 < far.value
    assert far.error > 0
    x, y = (e.readouts["layer_0"].reshape(400, 8).astype(float).sum(1) for e in (full, hot))
    edges = np.geomspace(0.1, x.max(), 40)
    assert far.value == pytest.approx(published(x, y, edges))


def test_detectors_without_threshold_need_to_be_told_where_bins_begin():
    plain = tuple(dataclasses.replace(r, threshold=0.0) for r in DISC.readouts)
    detector = dataclasses.replace(DISC, readouts=plain)
    with pytest.raises(DataError, match="'disc' has no threshold, at which"):
        challenge_metrics(detector)
    assert len(challenge_metrics(detector, lowest=0.1)) == 2 * (2 + 8)
    with pytest.raises(DataError, match="not read out in layers"):
        challenge_metrics(CALOGAN, lowest=1)
