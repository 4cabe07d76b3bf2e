"""Codecs lose nothing that a classifier sees, and a codec that does is found out."""

import numpy as np
import pytest

from cloudburst.classifier import TEXTURE, ClassifierTest, Trees
from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.errors import DataError
from cloudburst.experiment import load_recipe, locate
from cloudburst.experiment.recipe import CodecTable
from cloudburst.experiment.round_trip import go_and_return, judge_round_trip
from cloudburst.formats import read_events
from cloudburst.transforms import LogScale

QUICK = (ClassifierTest(TEXTURE, Trees(iterations=30), trainings=2),)
# A fair coin lies farther from the floor once in ten thousand times.
LARGEST_EXCESS = 4.0
SHIPPED = [
    ("demo", "sample:calogan-eplus"),
    ("copula", "sample:calogan-eplus"),
    ("copula-gamma", "sample:calogan-eplus"),
    ("calogan-eplus", "sample:calogan-eplus"),
    ("copula-tpc", "sample:mpd-tpc"),
    ("mpd-tpc", "sample:mpd-tpc"),
]


def events_for(recipe, file, most):
    events, _ = read_events(locate(file), slice(most))
    return events.select(recipe.data.readouts)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "file"), SHIPPED)
def test_the_codec_of_a_recipe_is_at_the_floor(name, file):
    recipe = load_recipe(name)
    found = judge_round_trip(recipe.codec, events_for(recipe, file, 1500), QUICK)
    assert found.events == 500
    assert found.excess < LARGEST_EXCESS
    assert found.hits == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(("name", "file"), [("copula", SHIPPED[1][1])])
def test_ranks_come_back_as_they_went(name, file):
    recipe = load_recipe(name)
    found = judge_round_trip(recipe.codec, events_for(recipe, file, 300), ())
    assert found.moved.mean < 1e-3
    assert found.hits == pytest.approx(1, abs=1e-3)
    assert found.ranks is not None
    assert 0 < found.ranks.expected < 0.3


def test_codecs_without_ranks_have_none():
    recipe = load_recipe("demo")
    found = judge_round_trip(recipe.codec, events_for(recipe, "sample:calogan-eplus", 60), ())
    assert found.ranks is None


def test_photons_and_positrons_are_ranked_rightly():
    recipe = load_recipe("copula-gamma")
    found = judge_round_trip(recipe.codec, events_for(recipe, "sample:calogan-eplus", 900), ())
    # the first three columns are response and layers, the others 504 cells; of 300 events the
    # worst of 507 normal columns is expected at 0.11
    assert found.ranks.worst < 0.15


def test_a_codec_that_cuts_is_found_out():
    recipe = load_recipe("demo")
    events = events_for(recipe, "sample:calogan-eplus", 600)
    steps = [{"class": "cloudburst.transforms:Threshold", "level": 5.0}]
    found = judge_round_trip(CodecTable(steps=steps), events, QUICK)
    assert found.hits < 0.9
    assert found.excess > LARGEST_EXCESS


def test_events_go_there_and_back_in_blocks():
    recipe = load_recipe("demo")
    events = events_for(recipe, "sample:calogan-eplus", 1100)
    codec = Codec(events.detector, PhysicalFeatures(1), LogScale(1.0))
    back = go_and_return(codec, events)
    assert len(back) == len(events)
    np.testing.assert_array_equal(back.conditions, events.conditions)
    np.testing.assert_allclose(back.flat(), events.flat(), rtol=1e-4, atol=1e-5)


def test_too_few_events_are_refused():
    recipe = load_recipe("demo")
    with pytest.raises(DataError):
        judge_round_trip(recipe.codec, events_for(recipe, "sample:calogan-eplus", 2), QUICK)
