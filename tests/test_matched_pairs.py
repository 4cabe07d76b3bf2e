"""Pairs of events under the same conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import ConditionError
from cloudburst.events import Events
from cloudburst.experiment.candidate import Candidate
from cloudburst.validation import matched_pairs
from cloudburst.validation.pairs import leading_condition

DETECTOR = Detector(
    "toy",
    (
        Condition("x", "mm", -5, 5),
        Condition("energy", "GeV", 1, 100),
        Condition("particle", "", 0, 1, ("electron", "photon")),
    ),
    (Readout("cells", (Axis.regular("x", 3, 0, 3), Axis.regular("y", 3, 0, 3)), "MeV"),),
)


def sample(n: int = 200, seed: int = 0) -> Events:
    """The energy alone sets the signal."""
    rng = np.random.default_rng(seed)
    conditions = np.stack(
        [rng.uniform(-5, 5, n), 100 ** rng.uniform(0, 1, n), rng.integers(0, 2, n)], axis=1
    )
    cells = conditions[:, 1, None, None] * rng.uniform(0.9, 1.1, (n, 3, 3))
    return Events(DETECTOR, conditions.astype(np.float32), {"cells": cells.astype(np.float32)})


def test_the_leading_condition_is_that_which_sets_the_signal():
    assert leading_condition(sample()) == "energy"


def test_a_detector_with_categories_only_shows_all_of_them():
    events = sample()
    only = Detector("toy", DETECTOR.conditions[2:], DETECTOR.readouts)
    some = Events(only, np.ascontiguousarray(events.conditions[:, 2:]), events.readouts)
    reference, candidate = matched_pairs(some, some)
    assert reference.condition("particle").tolist() == [0, 0, 1, 1]
    assert candidate.condition("particle").tolist() == [0, 0, 1, 1]
    assert len(np.unique(candidate.readouts["cells"][:, 0, 0])) == 4
    lonely = matched_pairs(some, some[:1])[1]
    assert len(lonely) == 4


def test_pairs_spread_over_the_leading_condition():
    reference, candidate = matched_pairs(sample(), sample(seed=1))
    energies = reference.condition("energy")
    assert len(energies) == len(candidate) == 4
    assert np.all(np.diff(energies) > 0)
    assert energies[0] < 3
    assert energies[-1] > 50
    # a logarithmic spectrum: near in its ranks is near as a factor
    assert np.abs(np.log(candidate.condition("energy") / energies)).max() < 1


def test_a_candidate_at_the_very_conditions_is_found():
    events = sample()
    order = np.random.default_rng(3).permutation(len(events))
    reference, candidate = matched_pairs(events, events[order])
    np.testing.assert_array_equal(reference.conditions, candidate.conditions)


@settings(max_examples=20)
@given(st.floats(1, 100), st.integers(0, 1))
def test_wanted_conditions_are_met_in_ranks(energy: float, particle: int):
    events = sample()
    (pair,) = [matched_pairs(events, events, [{"energy": energy, "particle": particle}])]
    found = pair[0].condition("energy")[0]
    assert pair[0].condition("particle")[0] == particle
    between = np.sort([energy, found])
    # of 100 events with that particle none may lie clearly nearer
    inside = (events.condition("energy") > between[0]) & (events.condition("energy") < between[1])
    assert inside.sum() < 10


def test_none_is_shown_twice():
    reference, _ = matched_pairs(sample(), sample(), [{"energy": 10.0}, {"energy": 10.0}])
    assert reference.condition("energy")[0] != reference.condition("energy")[1]


def test_unknown_conditions_and_too_many_pairs_are_refused():
    events = sample(3)
    with pytest.raises(ConditionError, match=r"no condition .enrgy.; .*energy"):
        matched_pairs(events, events, [{"enrgy": 1.0}])
    with pytest.raises(ConditionError, match="4 pairs cannot be chosen out of 3 events"):
        matched_pairs(events, events, [{"energy": 1.0}] * 4)


def test_conditions_that_do_not_vary_lead_nowhere():
    events = sample()
    conditions = events.conditions.copy()
    conditions[:, 0] = 2.0
    fixed = Events(DETECTOR, conditions, events.readouts)
    reference, candidate = matched_pairs(fixed, fixed)
    assert len(reference) == len(candidate) == 4


def test_a_recipe_that_names_no_condition_is_refused_before_anything_is_judged():
    known = Candidate("run", sample(50), {"recipe": {"validation": {"pairs": [{"energy": 9.0}]}}})
    assert known.rules.pairs == [{"energy": 9.0}]
    wrong = Candidate("run", sample(50), {"recipe": {"validation": {"pairs": [{"enrgy": 9.0}]}}})
    with pytest.raises(ConditionError, match="no condition 'enrgy'"):
        _ = wrong.rules
