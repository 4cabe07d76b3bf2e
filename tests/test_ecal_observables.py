"""Shapes about the track, worked by hand."""

import numpy as np
import pytest

from cloudburst.detectors import LHCB_ECAL, SHOWER_DEPTH
from cloudburst.events import Events
from cloudburst.formats import read_events
from cloudburst.observables import has_track, observables_for, sparsity, track_shape

GRID = LHCB_ECAL.readout("cells").axes[0].centers
NAMES = ["asymmetry.along", "asymmetry.across", "width.along", "width.across"]


def shape(cells, direction, impact=(0.0, 0.0), depth=0.0):
    found = track_shape(
        np.asarray(cells)[None], (GRID, GRID), np.array([direction]), np.array([impact]), depth
    )
    return {name: value[0] for name, value in found.items()}


def hits(*points):
    """Cells with energies, given as (x, y, energy) with x and y centres in mm."""
    cells = np.zeros((30, 30))
    for x, y, energy in points:
        cells[np.argmin(np.abs(GRID - x)), np.argmin(np.abs(GRID - y))] += energy
    return cells


def test_a_track_along_x():
    # u = x, v = y: 3 in front at 50, 1 behind at -10; y is 30 with 3, -30 with 1
    found = shape(hits((50, 30, 3), (-10, -30, 1)), (0.3, 0.0))
    assert found["asymmetry.along"] == pytest.approx((3 - 1) / 4)
    assert found["asymmetry.across"] == pytest.approx((3 - 1) / 4)
    # means 35 and 15; widths sqrt(3/4 15^2 + 1/4 45^2) and the like
    assert found["width.along"] == pytest.approx(np.sqrt((3 * 15**2 + 45**2) / 4))
    assert found["width.across"] == pytest.approx(np.sqrt((3 * 15**2 + 45**2) / 4))
    assert (found["delta_x"], found["delta_y"]) == pytest.approx((35, 15))


def test_a_track_along_negative_y_has_its_left_at_positive_x():
    found = shape(hits((50, 30, 3), (-10, -70, 1)), (0.0, -0.2))
    # u = -y = -30 and 70; v = y cos - x sin = x
    assert found["asymmetry.along"] == pytest.approx((1 - 3) / 4)
    assert found["asymmetry.across"] == pytest.approx((3 - 1) / 4)
    assert found["width.along"] == pytest.approx(np.sqrt((3 * 25**2 + 75**2) / 4))
    assert found["width.across"] == pytest.approx(np.sqrt((3 * 15**2 + 45**2) / 4))


def test_a_diagonal_track():
    # (10, 10) lies on the track, 10 sqrt 2 along; (10, -10) lies across it, to the right
    found = shape(hits((10, 10, 1), (10, -10, 1)), (0.1, 0.1))
    assert found["asymmetry.along"] == pytest.approx(0.5)
    assert found["asymmetry.across"] == pytest.approx(-0.5)
    assert found["width.along"] == pytest.approx(5 * np.sqrt(2))
    assert found["width.across"] == pytest.approx(5 * np.sqrt(2))


def test_the_track_starts_at_the_impact_point_and_goes_to_the_depth_of_showers():
    cells = hits((30, 10, 2))
    found = shape(cells, (0.25, 0.05), impact=(5.0, 2.0), depth=100.0)
    # the track is at x = 30 mm, y = 7 mm
    assert (found["delta_x"], found["delta_y"]) == pytest.approx((0, 3))
    far = shape(cells, (0.5, 0.05), impact=(5.0, 2.0), depth=100.0)
    assert far["delta_x"] == pytest.approx(-25)
    assert far["asymmetry.along"] == -1


def test_no_track_or_no_signal_is_undefined():
    straight = shape(hits((30, 10, 2)), (0.0, 0.0))
    assert np.isnan([straight[name] for name in NAMES]).all()
    assert (straight["delta_x"], straight["delta_y"]) == (30, 10)
    assert np.isnan(list(shape(np.zeros((30, 30)), (0.1, 0.1)).values())).all()


def test_turning_detector_and_track_together_changes_nothing():
    rng = np.random.default_rng(0)
    cells = rng.gamma(0.2, size=(30, 30))
    first = shape(cells, (0.2, 0.1), (3.0, -2.0), 126.0)
    # a quarter turn: (x, y) becomes (-y, x)
    turned = shape(cells[:, ::-1].T, (-0.1, 0.2), (2.0, 3.0), 126.0)
    for name in NAMES:
        assert turned[name] == pytest.approx(first[name])


def test_sparsity_counts_cells_above_thresholds():
    cells = hits((10, 10, 1), (30, 10, 10), (50, 10, 100))[None]
    assert (sparsity(cells, [0.0, 1.0, 50.0]) * 900).tolist() == [[3, 2, 1]]


def test_observables_of_the_detector():
    assert has_track(LHCB_ECAL)
    cells = hits((50, 30, 3), (-10, -30, 1))[None].astype(np.float32)
    conditions = np.array([[3, 0, 10, 1, 2]], np.float32)
    values = {
        o.name: o(Events(LHCB_ECAL, conditions, {"cells": cells}))[0]
        for o in observables_for(LHCB_ECAL)
    }
    assert values["cells.total"] == 4
    assert values["delta_x"] == pytest.approx(35 - 1 - 0.3 * SHOWER_DEPTH)
    assert values["delta_y"] == pytest.approx(15 - 2)
    assert values["sparsity(1 MeV)"] == pytest.approx(1 / 900)
    assert values["sparsity(10 MeV)"] == 0


def test_showers_lie_about_the_projected_track(shared_data):
    events = read_events(shared_data("lhcb_ecal_electron.h5"), slice(1000))[0]
    values = {o.name: o(events) for o in observables_for(events.detector)}
    for name, value in values.items():
        assert np.isfinite(value).all(), name
    assert abs(values["delta_x"].mean()) < 1
    assert values["delta_x"].std() < 10
    assert abs(values["asymmetry.across"].mean()) < 0.05
    # showers are longer along the track
    assert values["width.along"].mean() > values["width.across"].mean() > 10
