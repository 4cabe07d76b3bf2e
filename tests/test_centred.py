"""Images about the track: what is moved comes back, and only what the cell was hit in is left."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import CALOGAN, LHCB_ECAL, MPD_TPC
from cloudburst.errors import ConditionError, SpecError
from cloudburst.networks import EcalTrackFeatures, MPDTPCFeatures, MPDTPCProducts
from cloudburst.testing import check_transform
from cloudburst.transforms import Centred, Track

CENTRED = Centred.fit(torch.empty(0, 900), torch.empty(0, 5), LHCB_ECAL)


def told(x=0.0, y=0.0, tx=0.0, ty=0.0, pz=10.0):
    """Conditions of one electron, in mm and GeV."""
    return torch.tensor([[tx * pz, ty * pz, pz, x, y]])


def drawn(n, seed=0):
    """Images, some of whose cells are empty, and conditions of tracks that hit the calorimeter."""
    rng = np.random.default_rng(seed)
    cells = rng.gamma(0.5, size=(n, 900)) * (rng.random((n, 900)) > 0.5)
    pz = rng.uniform(1, 100, (n, 1))
    slopes = rng.uniform(-1, 1, (n, 2)) * (0.36, 0.17)
    c = np.concatenate([slopes * pz, pz, rng.uniform(-5, 5, (n, 2))], axis=1)
    return torch.from_numpy(cells).float(), torch.from_numpy(c).float()


def test_a_track_along_the_axis_crosses_where_it_enters():
    track = Track.for_detector(LHCB_ECAL)
    assert track(told(x=3.0, y=-4.0))[0].tolist() == [3.0, -4.0]


def test_a_slanted_track_crosses_where_its_shower_lies():
    track = Track([3, 4, 0, 1, 2], depth=90.0, growth=15.0)
    # p = 5 GeV: 3 along x, 4 along z
    crossing = track(told(x=1.0, tx=0.75, pz=4.0))[0]
    depth = 90 + 15 * np.log(5)
    assert crossing.tolist() == pytest.approx([1 + 0.75 * depth, 0.0])


def test_the_cell_that_is_hit_becomes_the_middle_one():
    image = torch.zeros(30, 30)
    image[17, 13] = 1.0
    # cell 17 reaches from 40 to 60 mm, cell 13 from -40 to -20 mm
    depth = 90.8 + 15.5 * np.log(np.sqrt(1 + 0.4**2 + 0.2**2) * 10)
    tx, ty = 50 / depth, -30 / depth
    c = told(tx=tx, ty=ty)
    middle = CENTRED(image.reshape(1, 900), c).reshape(30, 30)
    assert middle[15, 15] == 1
    assert middle.sum() == 1


def test_what_leaves_on_one_side_comes_in_on_the_other():
    image = torch.zeros(30, 30)
    image[0, 29] = 1.0
    moved = CENTRED(image.reshape(1, 900), told(x=25.0, y=-25.0)).reshape(30, 30)
    assert moved[29, 1] == 1


def test_it_obeys_the_laws():
    check_transform(CENTRED, *drawn(40), 0.0, 0.0)


@given(st.integers(0, 2**31), st.floats(-60, 60), st.floats(-60, 60))
def test_nothing_is_lost(seed, x, y):
    cells, c = drawn(3, seed)
    c[:, 3:] = torch.tensor([x, y])
    moved = CENTRED(cells, c)
    assert torch.equal(moved.sort(1).values, cells.sort(1).values)
    assert torch.equal(CENTRED.inverse(moved, c), cells)


def test_detectors_without_a_track_or_an_image_are_refused():
    with pytest.raises(SpecError, match="has not one readout in x and y"):
        Centred.fit(torch.empty(0, 504), torch.empty(0, 1), CALOGAN)
    cells = dataclasses.replace(LHCB_ECAL, conditions=LHCB_ECAL.conditions[:3])
    with pytest.raises(ConditionError, match="'x'"):
        Centred.fit(torch.empty(0, 900), torch.empty(0, 3), cells)


def test_features_are_about_one_and_tell_the_place_in_the_cell():
    features = EcalTrackFeatures.for_detector(LHCB_ECAL)
    values = features(drawn(500)[1])
    assert values.shape == (500, features.size)
    assert values.abs().max() < 1.05
    first = features(told(x=5.0, y=-5.0, pz=1.0))[0]
    # 5 mm lies at a quarter of its cell, -5 mm at three quarters
    assert first[3:5].tolist() == pytest.approx([-0.5, 0.5])
    assert first[1:3].tolist() == [0, 0]


def test_corners_of_the_ranges_that_no_track_has_stay_finite():
    corner = torch.tensor([[condition.low for condition in LHCB_ECAL.conditions]])
    assert EcalTrackFeatures.for_detector(LHCB_ECAL)(corner).abs().max() <= 1.5**2
    assert Track.for_detector(LHCB_ECAL)(corner).abs().max() < 200


def test_products_follow_the_features():
    features = EcalTrackFeatures.for_detector(LHCB_ECAL)
    values = features(drawn(5)[1]).double()
    pairs = [(i, j) for i in range(5) for j in range(i, 5)]
    for column, (i, j) in enumerate(pairs, 5):
        np.testing.assert_allclose(values[:, column], values[:, i] * values[:, j], atol=1e-6)


def test_products_of_a_segment():
    plain, products = (f.for_detector(MPD_TPC) for f in (MPDTPCFeatures, MPDTPCProducts))
    c = torch.from_numpy(MPD_TPC.draw_conditions(20, np.random.default_rng(0)))
    few, all_ = plain(c), products(c)
    assert all_.shape == (20, products.size) == (20, 7 + 28)
    assert torch.equal(all_[:, :5], few[:, :5])
    np.testing.assert_allclose(all_[:, 5:7], 2 * few[:, 5:] - 1, atol=1e-6)
    np.testing.assert_allclose(all_[:, 7], few[:, 0] ** 2, atol=1e-6)
