"""What is expected of cells, and ranks given it: known laws are found again."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import LHCB_ECAL
from cloudburst.streams import Stream
from cloudburst.testing import check_transform
from cloudburst.transforms import (
    AboveThreshold,
    Expected,
    ExpectedQuantiles,
    Places,
    TrackExpectedQuantiles,
    TrackPlaces,
)

PADS = Detector(
    "pads",
    conditions=(Condition("at", "", 0.0, 10.0),),
    readouts=(Readout("pads", (Axis("x", (0.0, 1.0, 2.0, 3.0)),), "ADC", threshold=0.9),),
)


def share(at):
    """How a signal at the place `at` in a pad is shared among three pads."""
    place = 2 * (at % 1) - 1
    weights = torch.stack([-2 * place, torch.zeros_like(place), 2 * place], dim=1)
    return weights.softmax(1)


def drawn(n=6000, seed=0):
    """Signals that are gamma-distributed about what is expected, some missing; and conditions."""
    rng = np.random.default_rng(seed)
    at = torch.from_numpy(rng.uniform(0, 10, n)).float()
    total = torch.from_numpy(np.exp(rng.uniform(0, 4, n))).float()
    means = share(at) * total[:, None]
    hit = torch.from_numpy(rng.random((n, 3))) < 1 - (-means / 3).exp()
    gamma = torch.from_numpy(rng.gamma(4.0, 0.25, (n, 3))).float()
    cells = torch.where(hit, means / (1 - (-means / 3).exp()) * gamma, torch.zeros(()))
    return cells, torch.stack([at, total], dim=1), means


@pytest.fixture(scope="module")
def ranks():
    cells, c, _ = drawn()
    return ExpectedQuantiles.fit(cells, c, PADS, fractional=["at"], steps=600)


def test_places_follow_logarithms_and_what_is_after_the_point():
    c = torch.tensor([[1.0, 3.25], [100.0, -1.0], [10.0, 1.75]])
    places = Places.fit(c, fractional=[1])
    assert places.logarithmic == [0]
    # ranges leave out half a per cent on either side
    expected = torch.tensor([[-1.0, 1.0, -0.5], [1.0, -1.0, -1.0], [0.0, 0.294118, 0.5]])
    assert places(c).numpy() == pytest.approx(expected.numpy(), abs=0.02)


def test_a_track_is_where_in_its_cell_it_crosses():
    # p = 1 GeV along z: it crosses where it enters, 5 mm right of the edge of a 20 mm cell
    c = torch.tensor([[0.0, 0.0, 1.0, 5.0, -5.0], [0.2, -0.1, 1.0, 0.0, 0.0]])
    places = TrackPlaces.fit(c, LHCB_ECAL)(c)[0]
    assert places[1:].tolist() == pytest.approx([0, 0, -0.5, 0.5])


def test_what_is_expected_is_found_again():
    cells, c, means = drawn()
    expected = Expected.fit(cells, c, Places.fit(c, [0]), [3], steps=600)
    # a gamma law of width 0.5 and hits that are missing: a few hundred events about each place
    assert (expected(c) / means).log()[means > 2].std() < 0.08
    assert expected(c).sum(1).numpy() == pytest.approx(c[:, 1].numpy(), rel=1e-5)


def test_ranks_are_normal_wherever_an_event_lies(ranks):
    cells, c, _ = drawn(seed=1)
    z = ranks.redraw(ranks(cells, c), c, Stream(0))
    for part in (c[:, 0] % 1 < 0.25, c[:, 0] % 1 > 0.75, c[:, 1] < 3, c[:, 1] > 30):
        assert z[part].mean(0).abs().max() < 0.15
        assert (z[part].std(0) - 1).abs().max() < 0.15


def test_occupancy_follows_what_is_expected(ranks):
    _, c, _ = drawn(seed=2)
    cells, _, _ = drawn(seed=2)
    made = ranks.inverse(Stream(0).normal(len(c), 3), c)
    faint = c[:, 1] < 5
    for part in (faint & (c[:, 0] % 1 < 0.3), faint & (c[:, 0] % 1 > 0.7)):
        found, wanted = ((x[part] > 0).float().mean(0) for x in (made, cells))
        assert found.numpy() == pytest.approx(wanted.numpy(), abs=0.08)


def test_the_way_back_is_exact(ranks):
    cells, c, _ = drawn(200, seed=3)
    check_transform(ranks, cells, c)


def test_centred_images_follow_the_track():
    rng = np.random.default_rng(0)
    cells = torch.from_numpy(rng.gamma(0.5, 10, (60, 900)) * (rng.random((60, 900)) > 0.5)).float()
    pz = rng.uniform(1, 100, (60, 1))
    told = np.concatenate([0.1 * pz, 0.1 * pz, pz, rng.uniform(-5, 5, (60, 2))], axis=1)
    c = torch.cat([torch.from_numpy(told).float(), cells.sum(1, keepdim=True)], dim=1)
    ranks = TrackExpectedQuantiles.fit(cells, c, LHCB_ECAL, knots=2, hidden=(8,), steps=5)
    assert isinstance(ranks.expected.places, TrackPlaces)
    check_transform(ranks, cells, c)


@settings(max_examples=50)
@given(st.floats(0, 100, width=32))
def test_no_signal_lies_below_the_threshold(value):
    threshold = AboveThreshold.fit(torch.empty(0, 3), torch.empty(0, 1), PADS)
    made = threshold.inverse(torch.full((1, 3), value), torch.zeros(1, 1))
    assert ((made == 0) | (made >= 0.9)).all()


def test_signals_above_the_threshold_come_back():
    threshold = AboveThreshold.fit(torch.empty(0, 3), torch.empty(0, 1), PADS)
    x = torch.tensor([[0.0, 0.95, 300.0]])
    assert threshold(x, torch.zeros(1, 1))[0].tolist() == pytest.approx([0, 0.05, 299.1])
    check_transform(threshold, x, torch.zeros(1, 1))
