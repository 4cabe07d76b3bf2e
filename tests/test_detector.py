"""Detectors: what may be described, drawn conditions, and the round trip through JSON."""

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN
from cloudburst.errors import ConditionError, DataError, ShapeError
from strategies import conditions, detectors, intervals, readouts

ENERGY = Condition("energy", "GeV", 1, 100)
PARTICLE = Condition("particle", "", 0, 2, ("e+", "gamma", "pi+"))
CELLS = Readout("cells", (Axis.regular("x", 3, -1.5, 1.5, "mm"), Axis("t", (0, 1, 4))), "MeV")
TOY = Detector("toy", (ENERGY, PARTICLE), (CELLS, Readout("veto", (), "keV", 0.5)))


def test_sizes_and_centres_by_hand():
    x, t = CELLS.axes
    assert x.edges == (-1.5, -0.5, 0.5, 1.5)
    assert x.centers.tolist() == [-1, 0, 1]
    assert t.centers.tolist() == [0.5, 2.5]
    assert (x.size, t.size, CELLS.shape, CELLS.size) == (3, 2, (3, 2), 6)
    veto = TOY.readout("veto")
    assert (veto.shape, veto.size, TOY.cells) == ((), 1, 7)
    assert str(ENERGY) == "energy 1..100 GeV"
    assert str(PARTICLE) == "particle e+ or gamma or pi+"


@pytest.mark.parametrize(
    "edges", [(), (1,), (1, 1), (2, 1), (0, math.nan, 1), (0, math.inf), (-math.inf, 0)]
)
def test_axes_need_increasing_finite_edges(edges):
    with pytest.raises(DataError, match="axis 'x' needs at least two increasing, finite edges"):
        Axis("x", edges)


@pytest.mark.parametrize(
    "limits", [(1, 1), (2, 1), (math.nan, 1), (0, math.nan), (-math.inf, 0), (0, 1e39)]
)
def test_conditions_need_a_range(limits):
    with pytest.raises(DataError, match="condition 'energy' needs low < high"):
        Condition("energy", "GeV", *limits)


@pytest.mark.parametrize("limits", [(0, 3), (1, 2), (0.5, 1)])
def test_categories_are_numbered_from_zero(limits):
    with pytest.raises(DataError, match=r"with 2 categories needs the range 0\.\.1"):
        Condition("particle", "", *limits, categories=("e+", "gamma"))


@pytest.mark.parametrize("name", ["", ".", "conditions", "a/b", "a\0b", "a\n", "\ud800"])
def test_readouts_need_the_name_of_a_data_set(name):
    with pytest.raises(DataError, match="a readout cannot be called"):
        Readout(name, CELLS.axes, "MeV")


@pytest.mark.parametrize("threshold", [-1.0, math.nan, math.inf])
def test_thresholds_are_signals(threshold):
    with pytest.raises(DataError, match="readout 'cells' has the threshold"):
        Readout("cells", CELLS.axes, "MeV", threshold)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (((), (CELLS,)), "needs conditions"),
        (((ENERGY,), ()), "needs readouts"),
        (((ENERGY, ENERGY), (CELLS,)), "conditions of distinct names"),
        (((ENERGY,), (CELLS, CELLS)), "readouts of distinct names"),
    ],
)
def test_detectors_need_parts_of_distinct_names(parts, message):
    with pytest.raises(DataError, match=message):
        Detector("toy", *parts)


def test_parts_are_found_by_name():
    assert TOY.condition_index("particle") == 1
    assert TOY.readout("cells") is CELLS
    assert TOY.select(["veto"]).readouts == (TOY.readouts[1],)
    assert TOY.select(["veto", "cells"]).cells == TOY.cells
    with pytest.raises(ConditionError, match="no condition 'enrgy'; did you mean 'energy'"):
        TOY.condition_index("enrgy")
    with pytest.raises(DataError, match="no readout 'cell'; did you mean 'cells'"):
        TOY.select(["cell"])
    with pytest.raises(DataError, match="needs readouts"):
        TOY.select([])


@given(detectors())
def test_json_gives_the_same_detector(detector):
    assert Detector.from_dict(detector.to_dict()) == detector
    assert Detector.from_dict(json.loads(json.dumps(detector.to_dict()))) == detector
    assert hash(Detector.from_dict(detector.to_dict())) == hash(detector)


def test_numpy_numbers_are_plain_numbers():
    one, two = np.float32(1), np.int64(2)
    readout = Readout("cells", [Axis("x", np.array([0, 1], np.float32))], "MeV", one)
    detector = Detector("toy", [Condition("energy", "GeV", one, two)], [readout])
    assert Detector.from_dict(json.loads(json.dumps(detector.to_dict()))) == detector


def test_a_description_without_source_is_enough():
    data = TOY.to_dict()
    del data["source"]
    assert Detector.from_dict(data) == TOY


@pytest.mark.parametrize(
    "change",
    [
        *({"readouts": 3}, {"conditions": [{}]}, {"readouts": [{"name": "x"}]}),
        {"conditions": [{"name": "e", "unit": "", "low": "a lot", "high": 1}]},
        {"conditions": [{"name": "e", "unit": "", "low": 2, "high": 1}]},
        {"conditions": [{"name": "e", "unit": "", "low": 0, "high": 1, "step": 1}]},
        {"readouts": [{"name": "c", "axes": [{"name": "x", "edges": 4}], "unit": ""}]},
    ],
)
def test_other_descriptions_are_refused(change):
    with pytest.raises(DataError, match="not the description of a detector"):
        Detector.from_dict(TOY.to_dict() | change)


@pytest.mark.parametrize("data", [{}, [], None, "toy", 3])
def test_other_data_is_refused(data):
    with pytest.raises(DataError, match="not the description of a detector"):
        Detector.from_dict(data)


@given(detectors(), st.integers(0, 50), st.integers(0, 99))
def test_drawn_conditions_are_in_range(detector, n, seed):
    drawn = detector.draw_conditions(n, np.random.default_rng(seed))
    assert drawn.shape == (n, len(detector.conditions))
    assert drawn.dtype == np.float32
    assert np.array_equal(detector.check_conditions(drawn), drawn)
    assert np.array_equal(detector.draw_conditions(n, np.random.default_rng(seed)), drawn)


def test_conditions_are_drawn_uniformly():
    drawn = TOY.draw_conditions(20_000, np.random.default_rng(0))
    quarters = np.histogram(drawn[:, 0], 4, (1, 100))[0]
    assert quarters == pytest.approx(5000, rel=0.05)
    assert np.unique(drawn[:, 1]).tolist() == [0, 1, 2]
    assert np.bincount(drawn[:, 1].astype(int)) == pytest.approx(20_000 / 3, rel=0.05)


@given(intervals())
def test_the_limits_of_a_range_are_in_it(limits):
    low, high = limits[0], limits[-1]
    detector = dataclasses.replace(TOY, conditions=(Condition("x", "", low, high),))
    inside = np.array([[low], [high], [low / 2 + high / 2]], np.float32)
    assert np.array_equal(detector.check_conditions(inside), inside)
    below, above = np.nextafter(np.float32([low, high]), np.float32([-np.inf, np.inf]))
    for outside in below, above:
        with pytest.raises(ConditionError, match="outside the range"):
            detector.check_conditions([[outside]])


@given(conditions(), st.floats(-(2.0**99), 2.0**99, width=32))
def test_a_value_is_refused_exactly_outside_the_range(condition, value):
    assume(np.float32(condition.low) < np.float32(condition.high))
    detector = dataclasses.replace(TOY, conditions=(condition,))
    allowed = np.float32(condition.low) <= np.float32(value) <= np.float32(condition.high)
    if condition.categories is not None:
        allowed = value in range(len(condition.categories))
    if allowed:
        assert detector.check_conditions([[value]]).item() == value
    else:
        with pytest.raises(ConditionError, match="outside the range"):
            detector.check_conditions([[value]])


def test_conditions_out_of_range_are_counted():
    values = [[50, 0], [100.00001, 1], [200, 2]]
    with pytest.raises(ConditionError) as caught:
        TOY.check_conditions(values)
    assert str(caught.value) == (
        "energy = 100.00001 GeV is outside the range 1..100 GeV of 'toy' (2 of 3 values)"
    )
    with pytest.raises(ConditionError, match=r"particle = 0\.5"):
        TOY.check_conditions([[50, 0.5]])
    assert TOY.shape_conditions(values).dtype == np.float32


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e39])
def test_conditions_must_be_finite(value):
    for check in (TOY.check_conditions, TOY.shape_conditions):
        with pytest.raises(ConditionError) as caught:
            check([[5, 0], [5, 0], [value, 1], [value, 1]])
        assert str(caught.value) == "energy is not finite in 2 of 4 rows, the first is row 2"


@pytest.mark.parametrize("shape", [(2,), (3, 1), (3, 3), (1, 2, 2), ()])
def test_conditions_have_a_column_each(shape):
    with pytest.raises(ShapeError, match=r"shape \(N, 2\) \(energy, particle\), got"):
        TOY.check_conditions(np.ones(shape))


def test_no_conditions_are_in_range():
    assert TOY.check_conditions(np.zeros((0, 2))).shape == (0, 2)


@given(readouts())
def test_size_is_the_number_of_cells(readout):
    assert np.zeros(readout.shape).size == readout.size


def test_calogan_as_published():
    shapes = {r.name: r.shape for r in CALOGAN.readouts}
    expected = {"layer_0": (3, 96), "layer_1": (12, 12), "layer_2": (12, 6), "overflow": (3,)}
    assert shapes == expected
    assert CALOGAN.cells == 504 + 3
    assert [str(c) for c in CALOGAN.conditions] == ["energy 1..100 GeV"]
    assert {r.unit for r in CALOGAN.readouts} == {"MeV"}
    widths = [[axis.edges[1] - axis.edges[0] for axis in r.axes] for r in CALOGAN.readouts[:3]]
    assert widths == [[160, 5], [40, 40], [40, 80]]
    for readout in CALOGAN.readouts[:3]:
        assert [(a.name, a.unit, a.edges[0], a.edges[-1]) for a in readout.axes] == [
            *(("x", "mm", -240, 240), ("y", "mm", -240, 240))
        ]
        steps = [np.ptp(np.diff(axis.edges)) for axis in readout.axes]
        assert steps == pytest.approx([0, 0])
