"""Taggers that learned from a surrogate, on samples whose best tagger is known."""

import numpy as np
import pytest
from scipy.stats import norm

from cloudburst.classifier import Trees, tag
from cloudburst.classifier.tagger import _curve
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import DataError
from cloudburst.events import Events

DETECTOR = Detector(
    "toy",
    (Condition("process", "", 0, 1, ("QCD", "W")),),
    (Readout("image", (Axis.regular("x", 2, 0, 2), Axis.regular("y", 2, 0, 2)), "GeV"),),
)
GAP = 1.5


def sample(n: int, seed: int, gap: float = GAP) -> Events:
    """One cell of W events is larger by `gap` standard deviations; nothing else tells."""
    rng = np.random.default_rng(seed)
    process = rng.integers(0, 2, n)
    cells = 20 + rng.normal(size=(n, 2, 2))
    cells[:, 0, 0] += gap * process
    return Events(
        DETECTOR, process[:, None].astype(np.float32), {"image": cells.astype(np.float32)}
    )


@pytest.fixture(scope="module")
def found():
    judge = Trees(iterations=20)
    wrong = sample(3000, 3, gap=0.0)
    return [tag(sample(2000, 1), c, sample(4000, 2), 0, judge) for c in (sample(3000, 4), wrong)]


def test_a_tagger_reaches_what_can_be_reached(found):
    # the area of two Gaussians of unit width a distance d apart
    best = norm.cdf(GAP / np.sqrt(2))
    for tagger in found[0].taggers:
        assert best - 0.06 < tagger.auc.value < best + 0.03
        assert 0.003 < tagger.auc.error < 0.03
    # half of the signal is kept above its mean, where norm.sf(d) of the background lies
    assert found[0].taggers[0].rejection.value == pytest.approx(1 / norm.sf(GAP), rel=0.45)


def test_all_learn_from_as_many_events(found):
    assert [tagger.trained for tagger in found[0].taggers] == [
        "reference", "candidate", "other reference",
    ]  # fmt: skip
    assert (found[0].learned, found[0].tried) == (2000, 2000)
    assert (found[0].signal, found[0].background) == ("W", "QCD")


def test_a_surrogate_that_knows_no_difference_makes_no_tagger(found):
    by_name = {tagger.trained: tagger for tagger in found[1].taggers}
    assert by_name["reference"].auc.value > 0.8
    assert abs(by_name["candidate"].auc.value - 0.5) < 0.2
    assert by_name["candidate"].rejection.value < by_name["reference"].rejection.value / 2


def test_the_section_and_its_numbers_name_every_sample(found):
    section = found[0].section(("Pythia", "GAN"))
    assert [cells[0].text for cells in section.tables[0].rows] == [
        "trained on Pythia", "trained on GAN", "trained on other Pythia",
    ]  # fmt: skip
    assert section.plates[0].draw() is not None
    numbers = found[0].numbers()
    assert set(numbers) == {"reference", "candidate", "other reference", "learned", "tried"}
    assert numbers["candidate"]["auc"]["value"] == found[0].taggers[1].auc.value


def test_the_curve_is_one_over_the_share_that_passes():
    signal, background = np.arange(10.0), np.arange(10.0) - 5
    # above the signal's mean of 4.5 no background is left but what cannot be told from none
    assert _curve(signal, background, np.array([0.5])) == pytest.approx([10.0])
    assert _curve(signal, background, np.array([1.0])) == pytest.approx([2.0])


def test_without_training_events_half_of_the_reference_teaches():
    found = tag(sample(1200, 1), sample(800, 2), None, 0, Trees(iterations=5))
    assert (found.learned, found.tried) == (300, 600)


def test_too_few_events_and_one_kind_are_refused():
    with pytest.raises(DataError, match="needs 100 events to learn from"):
        tag(sample(150, 1), sample(800, 2), None, 0, Trees(iterations=5))
    only = Detector("toy", (Condition("energy", "GeV", 0, 1),), DETECTOR.readouts)
    events = Events(only, sample(300, 1).conditions, sample(300, 1).readouts)
    with pytest.raises(DataError, match="not of two kinds"):
        tag(events, events)
