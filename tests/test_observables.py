"""Observables of any readout, the response, and which a detector gets."""

import math

import numpy as np
import pytest

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN
from cloudburst.errors import DataError, ShapeError
from cloudburst.events import Events
from cloudburst.observables import (
    Observable,
    cell_signals,
    centroid,
    has_layers,
    has_response,
    observables_for,
    occupancy,
    pad_observables,
    readout_observables,
    response,
    shower_shapes,
    total,
    width,
)

WINDOW = Detector(
    "window",
    (Condition("angle", "deg", -10, 10),),
    (
        Readout(
            "pads",
            (Axis.regular("pad", 2, 0, 2), Axis.regular("time", 3, 0, 30, "ns")),
            "ADC",
            threshold=2.0,
        ),
    ),
)


def showers(*cells: dict[str, dict[tuple[int, ...], float]], energy: float = 2.0) -> Events:
    """CaloGAN events that are zero but for the given cells, in MeV."""
    readouts = {r.name: np.zeros((len(cells), *r.shape), np.float32) for r in CALOGAN.readouts}
    for i, layers in enumerate(cells):
        for name, values in layers.items():
            for index, value in values.items():
                readouts[name][(i, *index)] = value
    return Events(CALOGAN, np.full((len(cells), 1), energy, np.float32), readouts)


@pytest.mark.parametrize("detector", [CALOGAN, WINDOW])
def test_no_events_give_no_values(detector: Detector) -> None:
    readouts = {r.name: np.zeros((0, *r.shape), np.float32) for r in detector.readouts}
    events = Events(detector, np.zeros((0, 1), np.float32), readouts)
    for observable in observables_for(detector):
        assert observable(events).shape == (0,)


def test_response_by_hand() -> None:
    events = showers({"layer_0": {(0, 0): 500}, "layer_1": {(0, 0): 1000}, "overflow": {(0,): 9}})
    assert response(CALOGAN)(events) == pytest.approx([0.75])


def test_response_sums_all_readouts_of_a_detector_without_layers() -> None:
    axes = Axis.regular("x", 2, 0, 2), Axis.regular("y", 1, 0, 1)
    cells = Readout("cells", axes, "keV"), Readout("veto", axes, "MeV")
    detector = Detector("ecal", (Condition("energy", "GeV", 1, 100),), cells)
    readouts = {r.name: np.full((1, 2, 1), 500, np.float32) for r in cells}
    events = Events(detector, np.full((1, 1), 2, np.float32), readouts)
    # 2 x 500 keV + 2 x 500 MeV over 2 GeV
    assert response(detector)(events) == pytest.approx([0.5005])


def test_response_needs_energies() -> None:
    assert has_response(CALOGAN)
    assert not has_response(WINDOW)
    counts = Detector("counts", CALOGAN.conditions, WINDOW.readouts)
    assert not has_response(counts)
    for detector in (WINDOW, counts):
        with pytest.raises(DataError, match="has no response"):
            response(detector)


def test_readout_observables_by_hand() -> None:
    pads = WINDOW.readouts[0]
    cells = np.array([[[0, 1, 2], [0, 1, 4]], [[0, 0, 0], [0, 0, 0]]], np.float32)
    events = Events(WINDOW, np.zeros((2, 1), np.float32), {"pads": cells})
    expected = {
        "pads.total": [8, 0],
        "pads.occupancy": [2 / 6, 0],
        # 3 at 0.5 and 5 at 1.5
        "pads.pad.centroid": [9 / 8, math.nan],
        "pads.pad.width": [math.sqrt(15) / 8, math.nan],
        # 2 at 15 ns and 6 at 25 ns
        "pads.time.centroid": [22.5, math.nan],
        "pads.time.width": [math.sqrt(18.75), math.nan],
    }
    observables = readout_observables(pads)
    assert [o.name for o in observables] == list(expected)
    assert [o.unit for o in observables] == ["ADC", "", "", "", "ns", "ns"]
    for observable in observables:
        assert observable(events) == pytest.approx(expected[observable.name], nan_ok=True)
        assert observable.label == observable.name
    single = (total(pads), occupancy(pads), centroid(pads, 0), width(pads, 0))
    assert [o.name for o in single] == list(expected)[:4]


def test_readout_observables_skip_axes_of_one_bin() -> None:
    line = Readout("line", (Axis.regular("x", 1, 0, 1), Axis.regular("y", 2, 0, 1)), "MeV")
    names = [o.name for o in readout_observables(line)]
    assert names == ["line.total", "line.occupancy", "line.y.centroid", "line.y.width"]


def test_observables_are_chosen_by_what_is_read_out() -> None:
    assert has_layers(CALOGAN)
    assert [o.name for o in observables_for(CALOGAN)] == [o.name for o in shower_shapes(CALOGAN)]
    assert not has_layers(WINDOW)
    names = [o.name for o in observables_for(WINDOW)]
    assert names == [o.name for o in pad_observables(WINDOW.readouts[0])]
    line = Readout("layer_0", (Axis.regular("x", 3, 0, 1),), "MeV")
    names = [o.name for o in observables_for(Detector("strips", WINDOW.conditions, (line,)))]
    assert names == [o.name for o in readout_observables(line)]
    assert not has_layers(Detector("strips", WINDOW.conditions, (line,)))


def test_cell_signals_are_those_above_zero() -> None:
    events = showers({"layer_0": {(0, 0): 3, (1, 1): 4}}, {"layer_0": {(2, 2): 5}})
    assert cell_signals(events, "layer_0").tolist() == [3, 4, 5]
    assert cell_signals(events, "layer_1").shape == (0,)
    with pytest.raises(DataError, match="did you mean 'layer_1'"):
        cell_signals(events, "layer1")


def test_observable_refuses_a_function_of_another_shape() -> None:
    wrong = Observable("mean", "MeV", lambda events: np.zeros((len(events), 2)))
    with pytest.raises(ShapeError, match="one number for each of 1 events"):
        wrong(showers({}))


def test_observable_turns_infinity_into_undefined() -> None:
    inverse = Observable("inverse", "1/GeV", lambda e: 1 / (e.condition("energy") - 2))
    assert np.isnan(inverse(showers({}))).all()
