"""Films along a condition, neighbours in full simulation, conditions read off events."""

import dataclasses

import numpy as np
import pytest

import components
from cloudburst.classifier import attribute_regression
from cloudburst.errors import ConditionError, DataError
from cloudburst.events import Events
from cloudburst.formats import read_events
from cloudburst.surrogate import Surrogate
from cloudburst.validation import interpolate, similar_events
from components import TOY

BASE = {"energy": 10.0, "x": 0.0, "particle": 1.0}


def toy(conditions):
    """Cells of one noise, times the energy; all in the front where x is positive."""
    noise = np.random.default_rng(0).random((len(conditions), 21))
    cells = noise * conditions[:, :1]
    cells[:, 12:] *= conditions[:, 1:2] <= 0
    return Events(
        TOY,
        conditions,
        {
            "front": cells[:, :12].reshape(-1, 3, 4).astype(np.float32),
            "back": cells[:, 12:].reshape(-1, 3, 3).astype(np.float32),
        },
    )


def test_means_follow_the_condition_from_one_noise():
    film = interpolate(toy, TOY, BASE, "energy", [1.0, 10.0, 100.0], showers=4)
    assert film.values.tolist() == [1, 10, 100]
    front = film.means["front"]
    assert front.shape == (3, 3, 4)
    np.testing.assert_allclose(front[1], 10 * front[0], rtol=1e-5)
    np.testing.assert_allclose(front[2], 100 * front[0], rtol=1e-5)
    noise = np.random.default_rng(0).random((4, 21))
    np.testing.assert_allclose(front[0].ravel(), noise[:, :12].mean(0), rtol=1e-5)


def test_differences_are_to_the_middle():
    film = interpolate(toy, TOY, BASE, "x", [-5.0, 0.0, 5.0])
    gaps = film.differences()
    assert not gaps["front"].any()
    assert not gaps["back"][:2].any()
    np.testing.assert_allclose(gaps["back"][2], -film.means["back"][1])


def test_films_need_conditions_within_range():
    with pytest.raises(ConditionError, match="energy = 200 GeV is outside"):
        interpolate(toy, TOY, BASE, "energy", [200.0])
    with pytest.raises(ConditionError, match="no condition 'enrgy'"):
        interpolate(toy, TOY, BASE, "enrgy", [20.0])
    with pytest.raises(DataError, match="needs particle too"):
        interpolate(toy, TOY, {"x": 0.0}, "energy", [20.0])
    with pytest.raises(DataError, match="needs values and showers"):
        interpolate(toy, TOY, BASE, "energy", [])


def test_a_surrogate_makes_a_film():
    codec = components.toy_codec()
    surrogate = Surrogate(codec, components.GENERATORS["LatentGenerator"](codec), {})
    film = interpolate(lambda c: surrogate.sample(c, seed=3), TOY, BASE, "energy", [5, 6], 2)
    again = interpolate(lambda c: surrogate.sample(c, seed=3), TOY, BASE, "energy", [5, 6], 2)
    assert np.array_equal(film.means["front"], again.means["front"])


def test_similar_events_are_the_nearest_first():
    reference = components.showers(n=30)
    index, distance = similar_events(reference[4:6], reference, count=3)
    assert index[:, 0].tolist() == [4, 5]
    assert distance[:, 0].tolist() == [0, 0]
    gaps = np.linalg.norm(reference.flat() - reference.flat()[4], axis=1)
    assert index[0].tolist() == np.argsort(gaps)[:3].tolist()
    np.testing.assert_allclose(distance[0], np.sort(gaps)[:3], rtol=1e-5)


def test_similar_events_of_other_readouts_or_too_few_are_refused():
    few = components.showers(n=4)
    with pytest.raises(DataError, match="different readouts"):
        similar_events(few, few.select(["front"]))
    with pytest.raises(DataError, match="5 neighbours of 4 events"):
        similar_events(few, few)


def test_attributes_are_read_as_well_off_events_of_one_law():
    reference, candidate = components.showers(n=600), components.showers(n=600, seed=1)
    readings = attribute_regression(reference, candidate, ["energy", "x"])
    kinds = [(r.attribute, r.trained, r.tried) for r in readings]
    samples = [(a, b) for a in ("reference", "candidate") for b in ("reference", "candidate")]
    assert kinds == [(name, *pair) for name in ("energy", "x") for pair in samples]
    for reading in readings[:4]:
        # the energy is nearly what is deposited
        assert reading.unit == "GeV"
        assert reading.error.value < 0.25 * reading.spread
        assert abs(reading.bias.value) < 4 * reading.bias.error + 0.5
    # nothing depends on x
    assert min(r.error.value for r in readings[4:]) > 0.9 * readings[4].spread


def test_a_candidate_whose_energies_are_wrong_is_found():
    reference, candidate = components.showers(n=600), components.showers(n=600, seed=1)
    low = {name: 0.8 * cells for name, cells in candidate.readouts.items()}
    readings = attribute_regression(
        reference, dataclasses.replace(candidate, readouts=low), ["energy"]
    )
    bias = [r.bias.value for r in readings]
    # 50 GeV on average are taken for 40, and by trees of the candidate for 60
    assert abs(bias[0]) < 1.5
    assert bias[1] == pytest.approx(-10, abs=2)
    assert abs(bias[3]) < 1.5
    assert bias[2] == pytest.approx(10, abs=3)


def test_too_few_events_or_other_detectors_are_refused():
    events = components.showers(n=120)
    with pytest.raises(DataError, match="100 events of each sample, got 120 and 50"):
        attribute_regression(events, events[:50], ["energy"])
    with pytest.raises(DataError, match="different detectors"):
        attribute_regression(events, events.select(["front"]), ["energy"])
    with pytest.raises(ConditionError, match="did you mean 'energy'"):
        attribute_regression(events, events, ["enrgy"])


def test_angles_are_read_off_real_showers(shared_data):
    events = read_events(shared_data("calogan_eplus_angles.h5"))[0]
    layers = events.select(["layer_0", "layer_1", "layer_2"])
    readings = attribute_regression(layers[:600], layers[600:], ["energy", "y0", "theta"])
    # impact point and angle move a shower alike, which few events do not tell apart
    for reading, share in zip(readings, [0.1] * 4 + [0.6] * 4 + [0.75] * 4, strict=True):
        assert reading.error.value < share * reading.spread, reading
