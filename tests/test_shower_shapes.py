"""The shower shapes, worked by hand, cell by cell and against the geometry."""

import math

import numpy as np
import pytest

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.observables import response, shower_shapes

PADS = Axis.regular("pad", 2, 0, 2), Axis.regular("time", 3, 0, 30, "ns")
ANGLE = Condition("angle", "deg", -10, 10)

# layer 0: 300 MeV at y = -2.5 mm, 100 at +2.5: mean -1.25, <H^2> 6.25
# layer 1: 200 at -20, 200 at 20, 100 at 60, 100 at -220: mean -80/3, <H^2> 26800/3
# layer 2 is empty; the overflow counts nowhere
EXPECTED = {
    "E0": 400.0,
    "E1": 600.0,
    "E2": 0.0,
    "Etot": 1000.0,
    "f0": 0.4,
    "f1": 0.6,
    "f2": 0.0,
    "depth": 1.0,
    "Eratio_0": 0.5,
    "Eratio_1": 0.0,
    "Eratio_2": math.nan,
    "lateral_depth": 600.0,
    "sigma_0": math.sqrt(6.25 - 1.5625),
    "sigma_1": math.sqrt(26800 / 3 - 6400 / 9),
    "sigma_2": math.nan,
    "shower_depth": 0.6,
    "shower_depth_width": math.sqrt(0.24),
    "sparsity_0": 2 / 288,
    "sparsity_1": 4 / 144,
    "sparsity_2": 0.0,
}
NAMES = list(EXPECTED)


def showers(*cells: dict[str, dict[tuple[int, ...], float]], energy: float = 2.0) -> Events:
    """CaloGAN events that are zero but for the given cells, in MeV."""
    readouts = {r.name: np.zeros((len(cells), *r.shape), np.float32) for r in CALOGAN.readouts}
    for i, layers in enumerate(cells):
        for name, values in layers.items():
            for index, value in values.items():
                readouts[name][(i, *index)] = value
    return Events(CALOGAN, np.full((len(cells), 1), energy, np.float32), readouts)


def values(events: Events) -> dict[str, np.ndarray]:
    return {o.name: o(events) for o in shower_shapes(events.detector)}


def test_calogan_has_the_twenty_shower_shapes() -> None:
    shapes = shower_shapes(CALOGAN)
    assert [o.name for o in shapes] == NAMES
    assert len(shapes) == 20
    units = {o.name: o.unit for o in shapes}
    assert {n for n in NAMES if units[n] == "MeV"} == {"E0", "E1", "E2", "Etot", "lateral_depth"}
    assert {n for n in NAMES if units[n] == "mm"} == {"sigma_0", "sigma_1", "sigma_2"}
    assert {n for n in NAMES if units[n] == ""} == set(NAMES[4:11]) | set(NAMES[15:])
    assert all(o.label.startswith("$") for o in shapes)
    assert {o.name for o in shapes if o.log} == {"E0", "E1", "E2"}


def test_shower_in_two_layers_by_hand() -> None:
    found = values(
        showers(
            {
                "layer_0": {(0, 47): 300, (1, 48): 100},
                "layer_1": {(5, 5): 200, (6, 6): 200, (6, 7): 100, (0, 0): 100},
                "overflow": {(1,): 50},
            }
        )
    )
    assert list(found) == NAMES
    for name, value in EXPECTED.items():
        assert found[name] == pytest.approx([value], rel=1e-12, nan_ok=True), name
    assert EXPECTED["sigma_0"] == pytest.approx(2.16506, rel=1e-5)
    assert EXPECTED["sigma_1"] == pytest.approx(90.6765, rel=1e-5)


def test_single_cell_by_hand() -> None:
    found = values(showers({"layer_2": {(3, 4): 80}}))
    zero = ("E0", "E1", "f0", "f1", "sigma_2", "shower_depth_width", "sparsity_0", "sparsity_1")
    undefined = ("Eratio_0", "Eratio_1", "sigma_0", "sigma_1")
    exact = {"E2": 80, "Etot": 80, "f2": 1, "depth": 2, "Eratio_2": 1, "lateral_depth": 160}
    exact |= {"shower_depth": 2, "sparsity_2": 1 / 72}
    exact |= dict.fromkeys(zero, 0.0) | dict.fromkeys(undefined, math.nan)
    assert exact.keys() == set(NAMES)
    for name, value in exact.items():
        assert np.array_equal(found[name], [value], equal_nan=True), name


def test_empty_shower_has_sums_and_nothing_else() -> None:
    found = values(showers({}))
    sums = {"E0", "E1", "E2", "Etot", "lateral_depth", "sparsity_0", "sparsity_1", "sparsity_2"}
    for name in NAMES:
        assert np.array_equal(found[name], [0.0 if name in sums else math.nan], equal_nan=True)


def test_geometry_comes_from_the_detector() -> None:
    axes = Axis("ring", (0, 1), "cm"), Axis("angle", (0, 1, 3, 7), "cm")
    layers = tuple(Readout(f"layer_{i}", axes, "GeV") for i in range(2))
    detector = Detector("other", (Condition("energy", "MeV", 1, 1e5),), layers)
    cells = np.array([[[1.0, 0.0, 1.0]]], np.float32)
    events = Events(
        detector, np.full((1, 1), 4000, np.float32), {"layer_0": cells, "layer_1": cells}
    )
    found = {o.name: o for o in shower_shapes(detector)}
    assert len(found) == 5 * 2 + 5
    # bin centres 0.5, 2 and 5
    assert found["sigma_0"](events) == pytest.approx([2.25])
    assert found["sigma_0"].unit == "cm"
    assert found["Etot"].unit == "GeV"
    assert response(detector)(events) == pytest.approx([1.0])


def test_layer_of_one_cell_has_no_second_cell() -> None:
    axes = Axis.regular("x", 1, 0, 1), Axis.regular("y", 1, 0, 1)
    detector = Detector("plug", (ANGLE,), (Readout("layer_0", axes, "MeV"),))
    cells = np.array([[[5.0]], [[0.0]]], np.float32)
    events = Events(detector, np.zeros((2, 1), np.float32), {"layer_0": cells})
    (ratio,) = (o for o in shower_shapes(detector) if o.name == "Eratio_0")
    assert np.array_equal(ratio(events), [1.0, math.nan], equal_nan=True)


def test_sparsity_leaves_out_what_the_readout_suppresses() -> None:
    layer = Readout("layer_0", PADS, "MeV", threshold=2.0)
    detector = Detector("cut", (ANGLE,), (layer,))
    cells = np.array([[[0, 1, 2], [3, 0, 0]]], np.float32)
    events = Events(detector, np.zeros((1, 1), np.float32), {"layer_0": cells})
    found = {o.name: o(events) for o in shower_shapes(detector)}
    assert found["sparsity_0"] == pytest.approx([2 / 6])


def test_shower_shapes_need_layers_of_one_unit() -> None:
    with pytest.raises(DataError, match="no two-dimensional readouts"):
        shower_shapes(Detector("window", (ANGLE,), (Readout("pads", PADS, "ADC"),)))
    mixed = Readout("layer_0", PADS, "MeV"), Readout("layer_1", PADS, "GeV")
    with pytest.raises(DataError, match="one unit"):
        shower_shapes(Detector("mixed", (ANGLE,), mixed))
