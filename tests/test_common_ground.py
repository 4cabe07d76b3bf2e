"""What is judged of two samples that are not alike: what both have, with what was left out."""

import dataclasses

import numpy as np
import pytest

from cloudburst.detector import Condition
from cloudburst.errors import ConditionError, DataError
from cloudburst.events import Events
from cloudburst.experiment.common import common_ground, usable
from cloudburst.experiment.salvage import salvage
from components import TOY, showers


def relabelled(events, **changes):
    """The same events as if of another detector."""
    return Events(dataclasses.replace(TOY, **changes), events.conditions, events.readouts)


def test_events_that_cannot_be_used_are_counted_and_named():
    events = showers(TOY, 30)
    name = TOY.readouts[0].name
    cells = {k: v.copy() for k, v in events.readouts.items()}
    cells[name][4].flat[0] = np.nan
    cells[name][7].flat[1] = -2.5
    kept, left_out = usable(Events(TOY, events.conditions, cells), "file.h5")
    assert len(kept) == 28
    assert (left_out.count, left_out.total) == (2, 30)
    assert left_out.reason == f"{name} holds nan in event 4"
    assert np.array_equal(kept.conditions, np.delete(events.conditions, [4, 7], axis=0))
    same, none = usable(events, "file.h5")
    assert same is events
    assert none.count == 0
    with pytest.raises(DataError, match=r"file\.h5: no event can be used"):
        usable(Events(TOY, np.full_like(events.conditions, np.nan), events.readouts), "file.h5")


def test_samples_of_one_detector_are_compared_as_they_are():
    reference, candidate = showers(TOY, 200), showers(TOY, 150, seed=1)
    common = common_ground(reference, candidate)
    assert (len(common.reference), len(common.candidate)) == (200, 150)
    assert common.warnings == []


def test_what_only_one_sample_has_is_left_out_and_named():
    reference = showers(TOY, 200)
    candidate = showers(TOY, 150, seed=1)
    first, *others = TOY.readouts
    in_gev = relabelled(candidate, readouts=(dataclasses.replace(first, unit="GeV"), *others))
    common = common_ground(reference, in_gev)
    assert [r.name for r in common.reference.detector.readouts] == [r.name for r in others]
    assert common.warnings == [f"left out: {first.name} is in {first.unit} there, in GeV here"]
    assert common.reference.detector == common.candidate.detector


def test_conditions_that_only_one_sample_has_are_left_out():
    reference, plain = showers(TOY, 200), showers(TOY, 150, seed=1)
    angle = Condition("angle", "rad", 0.0, 1.0)
    conditions = np.hstack([plain.conditions, np.zeros((150, 1), np.float32)])
    detector = dataclasses.replace(TOY, conditions=(*TOY.conditions, angle))
    common = common_ground(reference, Events(detector, conditions, plain.readouts))
    assert common.candidate.conditions.shape == (150, len(TOY.conditions))
    assert common.warnings == ["left out: angle, not a condition of both in one unit"]


def test_only_conditions_that_both_reach_are_compared():
    reference, candidate = showers(TOY, 400), showers(TOY, 400, seed=1)
    name = TOY.conditions[0].name
    values = candidate.condition(name)
    middle = float(np.median(values))
    common = common_ground(reference, candidate[values > middle])
    assert f"the full simulation has {name}" in common.warnings[0]
    assert common.reference.condition(name).min() > middle * 0.8
    low, high = reference[reference.condition(name) < 0.5 * middle], candidate[values > middle]
    with pytest.raises(DataError, match="no events at common conditions"):
        common_ground(low, high)


def test_conditions_that_are_spread_otherwise_are_told():
    reference, candidate = showers(TOY, 2000), showers(TOY, 2000, seed=1)
    name = TOY.conditions[0].name
    rank = np.argsort(np.argsort(candidate.condition(name)))
    skewed = candidate[np.random.default_rng(0).random(2000) < rank / 2000]
    warnings = common_ground(reference, skewed).warnings
    assert any("not spread alike" in warning for warning in warnings)


def test_nothing_in_common_is_an_error_that_says_why():
    reference = showers(TOY, 60)
    others = tuple(dataclasses.replace(r, name=f"other_{r.name}") for r in TOY.readouts)
    renamed = {f"other_{k}": v for k, v in reference.readouts.items()}
    candidate = Events(dataclasses.replace(TOY, readouts=others), reference.conditions, renamed)
    with pytest.raises(DataError, match="no readout in common"):
        common_ground(reference, candidate)
    angle = tuple(dataclasses.replace(c, unit="furlong") for c in TOY.conditions)
    with pytest.raises(DataError, match="no condition in common"):
        common_ground(reference, relabelled(reference, conditions=angle))


class Broken:
    """A surrogate that fails at some of its events."""

    def __init__(self, bad, error=DataError):
        self.bad, self.error = set(bad), error

    def sample(self, conditions, seed=0, first=0):
        if self.bad & set(range(first, first + len(conditions))):
            raise self.error("cells is not finite")
        events = showers(TOY, len(conditions))
        return Events(TOY, conditions, events.readouts)


def test_events_that_a_surrogate_cannot_make_are_counted_and_the_rest_comes():
    conditions = showers(TOY, 1500).conditions
    told = []
    made = salvage(Broken([3, 1400]), conditions, 0, told.append)
    assert told == [1024, 1500]
    np.testing.assert_array_equal(made.events.conditions, np.delete(conditions, [3, 1400], axis=0))
    assert (made.unusable.count, made.unusable.total) == (2, 1500)
    assert made.unusable.reason == "event 3: cells is not finite"
    with pytest.raises(DataError):
        salvage(Broken(range(1500)), conditions, 0, told.append)
    with pytest.raises(ConditionError):
        salvage(Broken([5], ConditionError), conditions, 0, told.append)
