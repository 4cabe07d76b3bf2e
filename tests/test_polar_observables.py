"""High-level features of showers in rings and sectors, by the CaloChallenge's convention."""

import dataclasses
import math

import numpy as np
import pytest

from cloudburst.detectors import (
    CALOCHALLENGE_1_PHOTONS,
    CALOCHALLENGE_1_PIONS,
    CALOCHALLENGE_2,
    CALOGAN,
    PolarLayer,
    is_polar,
    polar_detector,
)
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.observables import layer_features, observables_for, polar_features

DISC = polar_detector("disc", [PolarLayer(3, (0, 10, 30), 4)], (1e3, 1e6), threshold=0.5)


def shower(cells, detector=DISC):
    cells = np.asarray(cells, np.float32).reshape(1, 4, 2)
    return Events(detector, np.full((1, 1), 1e4, np.float32), {"layer_3": cells})


def values(events):
    return {o.name: o(events)[0] for o in polar_features(events.detector)}


def test_features_worked_by_hand():
    # sectors are centred at -135, -45, 45, 135 degrees, rings at 5 and 20 mm
    found = values(shower([[0, 0], [0, 6.0], [2.0, 0], [0.4, 0]]))
    half = math.sqrt(0.5)
    x, y = np.array([20 * half, 5 * half]), np.array([-20 * half, 5 * half])
    weights = np.array([0.75, 0.25])
    assert found["E_layer_3"] == 8.0  # 0.4 MeV lies below threshold
    assert found["EC_eta_3"] == pytest.approx(weights @ x)
    assert found["EC_phi_3"] == pytest.approx(weights @ y)
    assert found["width_eta_3"] == pytest.approx(math.sqrt(weights @ x**2 - (weights @ x) ** 2))
    assert found["width_phi_3"] == pytest.approx(math.sqrt(weights @ y**2 - (weights @ y) ** 2))
    assert found["EC_r_3"] == pytest.approx(0.75 * 20 + 0.25 * 5)
    assert found["width_r_3"] == pytest.approx(math.sqrt(0.75 * 0.25) * 15)
    assert found["sparsity_3"] == pytest.approx(6 / 8)


def test_an_empty_layer_has_its_features_at_zero():
    found = values(shower(np.full((4, 2), 0.4)))
    assert found.pop("sparsity_3") == 1
    assert set(found.values()) == {0.0}


def test_a_single_cell_has_no_width():
    found = values(shower([[0, 7.3], [0, 0], [0, 0], [0, 0]]))
    assert [found[f"width_{name}_3"] for name in ("eta", "phi", "r")] == pytest.approx([0] * 3)


def test_layers_of_one_sector_have_no_centre():
    names = [o.name for o in layer_features(CALOCHALLENGE_1_PHOTONS.readout("layer_12"))]
    assert names == ["E_layer_12", "EC_r_12", "width_r_12", "sparsity_12"]


def test_published_detectors_have_the_published_numbers_of_features():
    # 4 for each layer, 4 more where there are sectors
    assert len(polar_features(CALOCHALLENGE_1_PHOTONS)) == 5 * 4 + 2 * 4
    assert len(polar_features(CALOCHALLENGE_1_PIONS)) == 7 * 4 + 4 * 4
    assert len(polar_features(CALOCHALLENGE_2)) == 45 * 8
    assert CALOCHALLENGE_1_PHOTONS.cells == 368
    assert CALOCHALLENGE_1_PIONS.cells == 533


def test_reports_show_the_first_and_the_last_of_many_layers():
    names = [o.name for o in observables_for(CALOCHALLENGE_2)]
    assert len(names) == len(set(names)) == 4 + 9 * 8
    assert {"Etot", "shower_depth", "E_layer_0", "E_layer_22", "EC_eta_44"} <= set(names)
    few = [o.name for o in observables_for(CALOCHALLENGE_1_PHOTONS)]
    assert len(few) == 4 + 28


def test_whole_showers_worked_by_hand():
    layers = [PolarLayer(i, (0, 10), 2) for i in range(3)]
    detector = polar_detector("stack", layers, (1, 10))
    cells = {f"layer_{i}": np.array([[[a], [b]]], np.float32)
             for i, (a, b) in enumerate([(1, 0), (0, 0), (2, 1)])}  # fmt: skip
    events = Events(detector, np.full((1, 1), 5, np.float32), cells)
    found = {o.name: o(events)[0] for o in observables_for(detector)}
    assert found["Etot"] == 4
    assert found["sparsity"] == pytest.approx(0.5)
    assert found["shower_depth"] == pytest.approx(0.25 * 0 + 0.75 * 2)
    assert found["shower_depth_width"] == pytest.approx(math.sqrt(0.75 * 4 - 1.5**2))


def test_other_detectors_are_not_polar():
    assert is_polar(DISC)
    assert not is_polar(CALOGAN)
    named = dataclasses.replace(DISC.readouts[0], name="ring")
    assert not is_polar(dataclasses.replace(DISC, readouts=(named,)))
    with pytest.raises(DataError, match="'calogan' is not read out in layers of alpha"):
        polar_features(CALOGAN)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ((0, (0, 5, 5), 1), "increasing radii"),
        ((0, (0,), 1), "two or more"),
        ((0, (-1, 5), 1), "from 0 mm on"),
        ((0, (0, 5), 0), "at least one bin"),
        ((-1, (0, 5), 1), "number >= 0"),
    ],
)
def test_impossible_layers_are_refused(layer, message):
    with pytest.raises(DataError, match=message):
        PolarLayer(*layer)


def test_centroids_are_watched_where_conditions_move_them():
    angle = dataclasses.replace(CALOGAN.conditions[0], name="theta", unit="rad", low=0, high=0.3)
    angled = dataclasses.replace(CALOGAN, conditions=(*CALOGAN.conditions, angle))
    extra = {o.name for o in observables_for(angled)} - {o.name for o in observables_for(CALOGAN)}
    assert extra == {f"layer_{i}.{axis}.centroid" for i in range(3) for axis in "xy"}
