"""Kinds of events by themselves, and what their mean images differ by."""

import json

import numpy as np
import pytest

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.experiment.inquiries import Subject, inquiries
from cloudburst.validation.inquiries import image_differences, kinds_apart
from cloudburst.validation.inquiries.differences import MeanImage
from cloudburst.validation.kinds import shared_kinds, telling_condition
from cloudburst.validation.plots import by_category, difference_maps, to_svg
from cloudburst.validation.rendering import plain

IMAGE = Readout("image", (Axis.regular("x", 4, 0, 4), Axis.regular("y", 4, 0, 4)), "GeV")
PROCESS = Condition("process", "", 0, 1, ("QCD", "W"))
DETECTOR = Detector("toy", (PROCESS,), (IMAGE,))
NAMES = ("Pythia", "GAN")


def sample(n: int, seed: int, bright: float = 3.0) -> Events:
    """W events have one cell that is so many times as bright; QCD events have none."""
    rng = np.random.default_rng(seed)
    process = rng.integers(0, 2, n)
    cells = rng.exponential(size=(n, 4, 4))
    cells[:, 1, 2] *= np.where(process == 1, bright, 1.0)
    conditions = process[:, None].astype(np.float32)
    return Events(DETECTOR, conditions, {"image": cells.astype(np.float32)})


def without_kinds(events: Events, readouts: int = 1) -> Events:
    images = [Readout(f"layer_{i}", IMAGE.axes, "GeV") for i in range(readouts)]
    detector = Detector("plain", (Condition("energy", "GeV", 0, 1),), tuple(images))
    return Events(detector, events.conditions, {r.name: events.readouts["image"] for r in images})


def test_kinds_are_what_both_samples_have():
    events = sample(200, 0)
    only = events[np.flatnonzero(events.condition("process") == 1)]
    first, second = shared_kinds(events, only)
    assert list(first) == list(second) == ["W"]
    assert len(first["W"]) == len(second["W"]) == len(only)
    plain_events = without_kinds(events)
    assert telling_condition(plain_events.detector) is None
    assert [list(part) for part in shared_kinds(plain_events, plain_events)] == [[""], [""]]


@pytest.fixture(scope="module")
def apart():
    return kinds_apart(sample(900, 1), sample(1200, 2, bright=1.0), 0)


def test_a_candidate_that_is_wrong_for_one_kind_is_wrong_for_that_alone(apart):
    numbers = apart.numbers()
    assert set(numbers) == {"QCD", "W"}
    name = apart.observables[0].name
    right, wrong = (numbers[kind][name] for kind in ("QCD", "W"))
    assert right["kolmogorov_smirnov"]["value"] < 2 * right["floor"]["value"]
    assert wrong["kolmogorov_smirnov"]["value"] > 2 * wrong["floor"]["value"]
    # sums of 16 cells of mean one, one of them three times as bright
    assert wrong["reference"]["value"] == pytest.approx(18, rel=0.05)
    assert wrong["candidate"]["value"] == pytest.approx(16, rel=0.05)
    json.dumps(plain(numbers), allow_nan=False)


def test_the_section_has_a_figure_of_each_observable_and_marks_what_is_off(apart):
    section = apart.section(NAMES)
    assert section.title == "By process"
    assert len(section.plates) == len(apart.observables)
    assert "<svg" in to_svg(section.plates[0].draw())
    (table,) = section.tables
    assert [head.text for head in table.heads] == ["Observable", "QCD", "Floor", "W", "Floor"]
    assert not table.rows[0][1].off
    assert table.rows[0][3].off


def test_events_of_one_kind_are_refused():
    events = sample(100, 0)
    only = events[np.flatnonzero(events.condition("process") == 1)]
    for pair in ((events, only), (without_kinds(events), without_kinds(events))):
        with pytest.raises(DataError, match="not of two kinds"):
            kinds_apart(*pair)


def test_the_misplaced_share_by_hand():
    metric = MeanImage("image")
    even = np.ones((5, 4))
    # a quarter of all moves from one cell to another
    moved = np.array([[2.0, 0.0, 1.0, 1.0]])
    assert metric.compare(even, moved) == pytest.approx(0.25)
    assert metric.compare(even, 7 * even) == 0
    assert metric.compare(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])) == 1
    assert metric.compare(np.zeros((2, 2)), np.array([[0.0, 1.0]])) == pytest.approx(0.5)


def test_differences_tell_which_kind_is_misplaced():
    found = image_differences(sample(900, 1), sample(1200, 2, bright=1.0))
    numbers = found.numbers()["image"]
    assert numbers["QCD"]["measured"]["value"] < 2 * numbers["QCD"]["floor"]["value"]
    # a share of 3/18 became 1/16
    assert numbers["W"]["measured"]["value"] == pytest.approx(3 / 18 - 1 / 16, abs=0.03)
    section = found.section(NAMES)
    assert "one kind less another" in section.text
    assert "<svg" in to_svg(section.plates[0].draw())
    assert [head.text for head in section.tables[0].heads][1] == "Misplaced, QCD"


def test_one_image_needs_no_kinds_and_several_need_them():
    events, others = (without_kinds(sample(200, seed)) for seed in (0, 1))
    section = image_differences(events, others).section(NAMES)
    assert len(section.plates) == 1
    assert section.tables[0].heads[1].text == "Misplaced"
    two = without_kinds(sample(200, 0), readouts=2)
    with pytest.raises(DataError, match="has not one image"):
        image_differences(two, two)


def panels(made):
    return [axes.get_title("left") for axes in made.axes if axes.get_title("left")]


def test_maps_have_a_row_for_each_sample_and_one_for_what_they_differ_by():
    first, second = shared_kinds(sample(300, 0), sample(300, 1))
    images = ({k: e.readouts["image"] for k, e in part.items()} for part in (first, second))
    made = difference_maps(*images, IMAGE, NAMES)
    assert panels(made) == [
        "Pythia: QCD", "Pythia: W", "Pythia: W − QCD",
        "GAN: QCD", "GAN: W", "GAN: W − QCD",
        "GAN − Pythia: QCD", "GAN − Pythia: W", "(W − QCD): GAN − Pythia",
    ]  # fmt: skip
    alone = difference_maps({"": np.ones((9, 4, 4))}, {"": np.ones((9, 4, 4))}, IMAGE, NAMES)
    assert panels(alone) == ["Pythia", "GAN", "GAN − Pythia"]


def test_empty_images_and_empty_kinds_can_be_drawn():
    empty = np.zeros((3, 4, 4))
    assert "<svg" in to_svg(difference_maps({"": empty}, {"": empty}, IMAGE))
    values = {"a": np.array([np.nan]), "b": np.array([1.0, 2.0])}
    assert "<svg" in to_svg(by_category(values, values, "x", "GeV", names=NAMES))
    spread = {"a": np.array([0.1, 10.0, 1000.0])}
    assert "<svg" in to_svg(by_category(spread, spread, "x", log=True))


def test_events_that_tell_only_kinds_have_no_attribute_to_read():
    subject = Subject(sample(400, 0), sample(400, 1), None, sample(600, 2), 0)
    made, absences = inquiries(subject, lambda *_: None)
    assert {inquiry.name for inquiry in made} >= {"kinds", "image differences", "tagging"}
    assert "attributes" not in {inquiry.name for inquiry in made}
    assert all(inquiry.section(NAMES).plates[0].draw() for inquiry in made)
    assert "films along the conditions" in {absence.name for absence in absences}
