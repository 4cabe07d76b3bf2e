"""Films, nearest training events, conditions read off events and trends of moments in reports."""

import dataclasses
import json
import math

import numpy as np
import pytest

import components
from cloudburst.classifier import attribute_regression
from cloudburst.detectors import CALOGAN_ANGLES, MPD_TPC
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.experiment.data import locate
from cloudburst.experiment.inquiries import Subject, inquiries
from cloudburst.formats import read_events
from cloudburst.surrogate import Surrogate
from cloudburst.validation.inquiries import Attributes, films, moment_trends, neighbours
from cloudburst.validation.plots import to_svg
from cloudburst.validation.rendering import plain
from cloudburst.validation.trends import bootstrap_trend, trend

NAMES = ("Geant4", "Surrogate")


def scaled(conditions):
    """Cells of one noise, times the energy, of the toy detector."""
    noise = np.random.default_rng(0).random((len(conditions), 21)).astype(np.float32)
    cells = noise * conditions[:, :1]
    shapes = {"front": (slice(12), (-1, 3, 4)), "back": (slice(12, 21), (-1, 3, 3))}
    return Events(
        components.TOY, conditions, {n: cells[:, s].reshape(h) for n, (s, h) in shapes.items()}
    )


def pads(n=1200, seed=0, shift=0.0):
    """Segments of the MPD chamber whose barycentre goes with where in a pad the track passes."""
    rng = np.random.default_rng(seed)
    conditions = MPD_TPC.draw_conditions(n, rng)
    conditions[:, MPD_TPC.condition_index("pt")] = 0.5
    place = conditions[:, MPD_TPC.condition_index("pad_coordinate")] % 1 + shift
    i, j = np.arange(8)[:, None] - 3, np.arange(16)[None] - 7
    images = np.exp(-2 * (i - place[:, None, None] + rng.normal(0, 0.2, (n, 1, 1))) ** 2 - j**2)
    return Events(MPD_TPC, conditions, {"pads": (100 * images).astype(np.float32)})


def drawn(inquiry):
    """An inquiry's section, after a figure of it was drawn and its numbers kept."""
    section = inquiry.section(NAMES)
    assert to_svg(section.plates[0].draw()).startswith("<svg")
    assert json.loads(json.dumps(plain(inquiry.numbers()), allow_nan=False))
    return section


def test_films_go_along_every_condition_that_varies():
    reference = components.showers(n=60)
    found = films(scaled, reference, showers=3)
    section = drawn(found)
    assert [plate.title for plate in section.plates] == ["energy", "x", "particle"]
    energy, _, particle = found.found
    low, high = np.quantile(reference.condition("energy").astype(float), (0.02, 0.98))
    np.testing.assert_allclose(energy.values, np.linspace(low, high, 5), rtol=1e-6)
    np.testing.assert_allclose(energy.means["front"][4], energy.means["front"][0] * high / low,
                               rtol=1e-5)  # fmt: skip
    # one frame for each category
    assert particle.values.tolist() == [0, 1]
    signals = found.numbers()[0]["signals"]["front"]
    np.testing.assert_allclose(signals[4] / signals[0], high / low, rtol=1e-5)


def test_films_need_something_that_varies_and_images():
    still = components.showers(n=5)
    still = Events(still.detector, np.repeat(still.conditions[:1], 5, 0), still.readouts)
    with pytest.raises(DataError, match="no condition of"):
        films(scaled, still)
    rows = read_events(locate("sample:calogan-eplus"), slice(20))[0].select(["overflow"])
    with pytest.raises(DataError, match="no readout that is an image"):
        films(scaled, rows)


def test_copies_of_training_events_are_nearer_to_them():
    test, training = components.showers(n=400), components.showers(n=300, seed=1)
    copies = neighbours(test, training, training)
    drawn(copies)
    assert copies.pool == 200
    # two thirds of the training events are searched, and these are copies
    assert copies.candidate["training"].value == 0
    assert copies.distances[:, 0].tolist() == [0] * 4
    honest = neighbours(test, components.showers(n=400, seed=2), training)
    near, far = (honest.candidate[name] for name in ("training", "test"))
    assert abs(near.value - far.value) < 5 * math.hypot(near.error, far.error)
    assert all(m.value > 0 for m in honest.reference.values())


def test_generated_events_at_the_conditions_searched_are_left_out():
    test, training = components.showers(n=400), components.showers(n=300, seed=1)
    again = neighbours(test, test, training)
    # those that are left are the very events of the other half
    assert again.candidate["test"].value == pytest.approx(again.reference["test"].value)
    with pytest.raises(DataError, match="need 50 training and test events, got 45"):
        neighbours(test[:90], test, training)


def test_angles_that_come_full_circle_are_read_by_cosine_and_sine():
    rng = np.random.default_rng(1)
    conditions = CALOGAN_ANGLES.draw_conditions(600, rng)
    phi = conditions[:, CALOGAN_ANGLES.condition_index("phi")]
    x, y = np.arange(12)[:, None] - 5.5, np.arange(12)[None] - 5.5
    cells = np.exp(-((x - 3 * np.cos(phi)[:, None, None]) ** 2) / 4
                   - (y - 3 * np.sin(phi)[:, None, None]) ** 2 / 4)  # fmt: skip
    detector = CALOGAN_ANGLES.select(["layer_1"])
    events = Events(detector, conditions, {"layer_1": cells.astype(np.float32)})
    readings = attribute_regression(events[:300], events[300:], ["phi"])
    assert [r.attribute for r in readings] == ["cos phi"] * 4 + ["sin phi"] * 4
    assert all(r.error.value < 0.1 * r.spread for r in readings)
    section = drawn(Attributes(readings))
    assert [len(t.rows) for t in section.tables] == [8]
    assert section.tables[0].rows[1][1:3] == (("Geant4", False, False, ""),
                                              ("Surrogate", False, False, ""))  # fmt: skip


def test_trends_of_one_law_are_as_far_apart_as_the_floor():
    found = moment_trends(pads(), pads(seed=1))
    section = drawn(found)
    names = [along.name for along in found.along]
    # row and momentum do not vary, time bins are taken modulo one too, and pads only so
    assert names == ["crossing_angle", "dip_angle", "drift_length", "drift_length mod 1",
                     "pad_coordinate mod 1"]  # fmt: skip
    assert len(section.plates) == len(names)
    assert 940 < found.terms <= 950
    assert found.chi2.value == pytest.approx(found.floor.value, rel=0.1)
    moved = moment_trends(pads(), pads(seed=1, shift=0.1))
    assert moved.chi2.value > 1.2 * moved.floor.value


def test_empty_images_do_not_spoil_trends():
    some = pads(seed=1)
    cells = some.readouts["pads"].copy()
    cells[:7] = 0
    found = moment_trends(pads(), dataclasses.replace(some, readouts={"pads": cells}))
    assert found.empty == (0, 7)
    assert np.isfinite(found.chi2.value)
    assert found.chi2.value == pytest.approx(moment_trends(pads(), some).chi2.value, rel=0.1)
    nothing = dataclasses.replace(some, readouts={"pads": np.zeros_like(cells)})
    with pytest.raises(DataError, match="200 events with signal of each sample, got 1200 and 0"):
        moment_trends(pads(), nothing)
    with pytest.raises(DataError, match="got 100 and 1193"):
        moment_trends(pads(100), dataclasses.replace(some, readouts={"pads": cells}))


def test_errors_by_drawing_anew_are_those_of_the_formulas():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 1, 4000), rng.normal(5, 2, 4000)
    edges = np.linspace(0, 1, 5)
    known, found = trend(x, y, edges), bootstrap_trend(x, y, edges, rng, draws=400)
    np.testing.assert_array_equal(found.mean, known.mean)
    np.testing.assert_array_equal(found.width, known.width)
    np.testing.assert_allclose(found.mean_error, known.mean_error, rtol=0.15)
    np.testing.assert_allclose(found.width_error, known.width_error, rtol=0.15)
    alone = bootstrap_trend([0.5], [1.0], [0, 1], rng)
    assert np.isnan([alone.mean_error[0], alone.width_error[0]]).all()


def test_what_cannot_be_had_is_named():
    test, candidate = components.showers(n=240), components.showers(n=240, seed=1)
    made, absences = inquiries(Subject(test, candidate, None, None, 0), lambda *_: None)
    assert "attributes" in [inquiry.name for inquiry in made]
    found = {absence.name: absence.reason for absence in absences}
    assert "cannot be made anew" in found["films along the conditions"]
    assert "are not at hand" in found["nearest training events"]


def test_a_surrogate_with_its_training_has_them_all():
    codec = components.toy_codec()
    surrogate = Surrogate(codec, components.GENERATORS["LatentGenerator"](codec), {})
    test, training = components.showers(n=240), components.showers(n=240, seed=1)
    subject = Subject(test, surrogate.sample(training.conditions), surrogate, training, 0)
    heard = []
    made, _ = inquiries(subject, lambda *told: heard.append(told))
    assert {"films", "neighbours", "attributes"} <= {inquiry.name for inquiry in made}
    assert "moment_trends" not in {inquiry.name for inquiry in made}
    assert heard[-1][1] == heard[-1][2]
