"""What a classifier sees of an event: showers worked by hand."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.classifier import (
    HIGH_LEVEL,
    LAYER_NORMALISED,
    LOG_CELLS,
    LOW_LEVEL,
    TEXTURE,
    Inputs,
)
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN
from cloudburst.events import Events
from components import TOY, showers

FAMILIES = (LOW_LEVEL, LAYER_NORMALISED, HIGH_LEVEL, TEXTURE, LOG_CELLS)
COUNTER = Detector(
    "counter",
    (Condition("x", "mm", -1.0, 1.0), Condition("energy", "GeV", 1.0, 3.0)),
    (Readout("pads", (Axis.regular("pad", 4, 0, 4),), "ADC"),),
)


def counts(n, seed=0):
    """Events of four independent counts."""
    rng = np.random.default_rng(seed)
    pads = rng.exponential(size=(n, 4))
    conditions = COUNTER.draw_conditions(n, rng)
    return Events(COUNTER, conditions, {"pads": pads.astype(np.float32)})


def one_shower(**cells):
    """A shower of 2 GeV in the three-layer calorimeter with a few cells of given energy in MeV."""
    readouts = {r.name: np.zeros((1, *r.shape), np.float32) for r in CALOGAN.readouts}
    for name, values in cells.items():
        for index, value in values.items():
            readouts[name][(0, *index)] = value
    return Events(CALOGAN, np.array([[2.0]], np.float32), readouts)


def columns(inputs, events):
    """The inputs of the first event by their names."""
    return dict(zip(inputs.names(events.detector), inputs(events)[0].tolist(), strict=True))


@pytest.mark.parametrize("inputs", FAMILIES, ids=lambda i: i.name)
@pytest.mark.parametrize(
    "events", [showers(TOY, 8), showers(CALOGAN, 8), counts(8)], ids=lambda e: e.detector.name
)
def test_each_input_has_a_name_of_its_own_and_a_spread(inputs, events):
    names = inputs.names(events.detector)
    values = inputs(events)
    assert values.shape == (8, len(names))
    assert values.dtype == np.float32
    assert len(set(names)) == len(names)
    assert inputs.spreads(events.detector).shape == (len(names),)
    np.testing.assert_array_equal(inputs(events[3:5]), values[3:5])


def test_cells_and_layers_of_a_shower_worked_by_hand():
    shower = one_shower(layer_0={(1, 48): 300, (1, 49): 100}, overflow={(2,): 20})
    low, layers, logs = (columns(i, shower) for i in (LOW_LEVEL, LAYER_NORMALISED, LOG_CELLS))
    assert low["log energy"] == pytest.approx(math.log10(2))
    # the shower has 2 GeV, its cells are in MeV
    assert low["layer_0[1,48]"] == pytest.approx(0.15)
    assert low["overflow[2]"] == pytest.approx(0.01)
    assert layers["layer_0[1,48]"] == pytest.approx(0.75)
    assert layers["layer_1[0,0]"] == 0
    assert layers["log layer_0"] == pytest.approx(math.log10(400))
    assert layers["log layer_1"] == pytest.approx(-8)
    assert logs["layer_0[1,49]"] == pytest.approx(math.log(1001), rel=1e-6)


def test_observables_of_a_shower_worked_by_hand():
    shower = one_shower(layer_0={(1, 48): 300, (1, 49): 100}, overflow={(2,): 20})
    found = columns(HIGH_LEVEL, shower)
    assert found["response"] == pytest.approx(0.2)
    assert found["balance"] == pytest.approx(0.21)
    assert found["log E0"] == pytest.approx(math.log10(400.001))
    # cells 48 and 49 are centred at 2.5 and 7.5 mm
    assert found["layer_0.y.centroid"] == pytest.approx((300 * 2.5 + 100 * 7.5) / 400)
    assert found["layer_0.x.width"] == pytest.approx(0, abs=1e-4)
    assert found["overflow.total"] == 20
    assert math.isnan(found["sigma_1"])


def test_texture_of_a_shower_worked_by_hand():
    # f = log(1 + e / 0.1 MeV) is a step of height log(11), one cell wide and one high.
    found = columns(TEXTURE, one_shower(layer_2={(4, 2): 1.0}))
    height = math.log(11)
    assert found["layer_2 roughness x"] == pytest.approx(2 * height / (11 * 6), rel=1e-5)
    assert found["layer_2 curvature y"] == pytest.approx((1 + 2 + 1) * height / (12 * 4), rel=1e-5)
    assert found["layer_2 brightest 1"] == pytest.approx(0, abs=1e-5)
    assert found["layer_2 brightest 2"] == pytest.approx(math.log(1e-6))
    assert found["layer_2 faintness"] == pytest.approx(height, rel=1e-5)
    assert found["layer_2 contrast"] == pytest.approx(0, abs=1e-3)
    assert found["layer_1 faintness"] == found["layer_1 contrast"] == 0


@given(st.integers(0, 2**32 - 1))
def test_what_is_no_difference_changes_no_texture(seed):
    events = showers(CALOGAN, 3, seed)
    mirrored = {name: array[..., ::-1].copy() for name, array in events.readouts.items()}
    texture = Inputs("texture", TEXTURE.groups[2:])
    np.testing.assert_allclose(
        texture(dataclasses.replace(events, readouts=mirrored)),
        texture(events),
        rtol=1e-4,
        atol=1e-5,
    )


def test_conditions_that_may_vanish_are_not_put_into_logarithms():
    events = counts(1)
    found = columns(LOW_LEVEL, events)
    assert found["x"] == events.conditions[0, 0]
    assert found["log energy"] == pytest.approx(math.log10(events.conditions[0, 1]))
    # pads count no energy, so they are not divided by it
    assert found["pads[0]"] == events.readouts["pads"][0, 0]
