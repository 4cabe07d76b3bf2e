import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.errors import ConditionError, DataError, SimulationError, SpecError
from cloudburst.simulators import SIMULATORS, Simulator, simulator, stream
from cloudburst.simulators.conditions import check_ranges, draw
from cloudburst.testing import check_simulator
from components import TOY as CATEGORIES
from simulators_toy import TOY, ToySimulator


def test_streams_are_those_of_philox_at_the_counts_of_the_event():
    state = stream(7, 5, 3).bit_generator.state["state"]
    assert state["counter"].tolist() == [0, 3, 5, 0]
    assert state["key"].tolist() == [7, 0]


def test_streams_differ_by_event_seed_and_purpose():
    firsts = [stream(s, i, p).random() for s in range(3) for i in range(4) for p in range(2)]
    assert len(set(firsts)) == len(firsts)
    assert stream(1, 2).random() == stream(1, 2).random()


def test_laws():
    check_simulator(ToySimulator())


class Shifted(ToySimulator):
    """Uses the first event's numbers for all."""

    def respond(self, conditions, streams):
        return super().respond(conditions, [streams[0]] * len(streams))


class Creating(ToySimulator):
    """Makes more energy than comes in."""

    def __init__(self, detector=None, share=1.2):
        super().__init__(detector, share)


class Unseeded(ToySimulator):
    """Draws from nobody knows where."""

    def shower(self, condition, rng):
        return super().shower(condition, np.random.default_rng())


class Careless(ToySimulator):
    """Takes any conditions."""

    def check(self, conditions):
        return np.nan_to_num(np.asarray(conditions, np.float32), posinf=1)


class Forgetful(ToySimulator):
    """Loses a setting on the way to another process."""

    def arguments(self):
        return {"detector": None}


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (Shifted(), "starting at event 6"),
        (Creating(), "MeV came in"),
        (Unseeded(), "the second time"),
        (Careless(), "simulates at conditions of nan"),
        (Forgetful(share=0.5), "its twin has another description"),
    ],
)
def test_laws_catch(broken, message):
    with pytest.raises(AssertionError, match=message):
        check_simulator(broken)


def test_energy_may_be_created_by_a_calibrated_one():
    check_simulator(Creating(), creates_energy=True)


def test_blocks_do_not_matter():
    conditions = draw(TOY, 3, 0, 150, {})
    whole = ToySimulator()(conditions, 3)

    class Blocks(ToySimulator):
        block = 7

    assert (Blocks()(conditions, 3).flat() == whole.flat()).all()


def test_nothing_to_simulate():
    with pytest.raises(DataError, match="no conditions to simulate 'toy' at"):
        ToySimulator()(np.zeros((0, 2)))


@pytest.mark.parametrize(
    ("conditions", "message"),
    [([[0.0, 0.0]], "energy = 0 GeV is outside the range 1..100 GeV"), ([[5, 9]], "-5..5 mm")],
)
def test_conditions_that_make_no_sense_name_the_range(conditions, message):
    with pytest.raises(ConditionError, match=message):
        ToySimulator()(conditions)


@given(st.integers(0, 2**63), st.integers(0, 10**12), st.integers(1, 20), st.integers(0, 19))
def test_drawn_conditions_belong_to_the_event(seed, first, n, k):
    whole = draw(TOY, seed, first, n, {"x": (-5, 0)})
    k = min(k, n - 1)
    assert (draw(TOY, seed, first + k, n - k, {"x": (-5, 0)}) == whole[k:]).all()
    TOY.check_conditions(whole)
    assert (whole[:, 1] <= 0).all()


def test_drawn_conditions_are_uniform():
    n = 20_000
    drawn = draw(CATEGORIES, 1, 10, n, {"energy": (10, 20)})
    energy, _, particle = drawn.T
    assert set(particle) == {0, 1}
    # three standard errors of the mean of a uniform and of a fair coin
    assert abs(energy.mean() - 15) < 3 * 10 / math.sqrt(12 * n)
    assert abs(particle.mean() - 0.5) < 3 * 0.5 / math.sqrt(n)
    assert abs(np.corrcoef(energy, drawn[:, 1])[0, 1]) < 3 / math.sqrt(n)


def test_conditions_are_fixed_and_narrowed():
    drawn = draw(CATEGORIES, 0, 0, 100, {"energy": (50, 50), "particle": (1, 1)})
    assert (drawn[:, 0] == 50).all()
    assert (drawn[:, 2] == 1).all()


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({"enrgy": (1, 2)}, "did you mean 'energy'"),
        ({"energy": (2, 1)}, "or empty"),
        ({"energy": (0.5, 1)}, r"outside the range 1\.\.100 GeV"),
        ({"energy": (math.nan, 1)}, "or empty"),
        ({"particle": (0.5, 0.5)}, "no category"),
    ],
)
def test_ranges_that_make_no_sense(ranges, message):
    with pytest.raises(ConditionError, match=message):
        check_ranges(CATEGORIES, ranges)


def test_unknown_simulators_and_settings():
    with pytest.raises(SimulationError, match="no simulator 'gflahs'"):
        simulator("gflahs", "calogan")
    for name in SIMULATORS:
        with pytest.raises(SpecError, match="has no argument 'colour'"):
            simulator(name, "calogan", colour="red")


@pytest.mark.parametrize("name", SIMULATORS)
def test_every_shipped_simulator_is_held_to_the_laws(name):
    assert issubclass(SIMULATORS[name], Simulator)
    assert SIMULATORS[name].name == name
    assert "check_simulator(" in Path(__file__).with_name(f"test_{name}.py").read_text()
