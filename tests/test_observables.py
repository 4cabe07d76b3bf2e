"""Observables: hand-worked showers, an independent computation, laws and real showers."""

import math
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    readout_observables,
    response,
    shower_shapes,
    total,
    width,
)

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "calogan_eplus.h5"

NAMES = [
    *("E0", "E1", "E2", "Etot"),
    *("f0", "f1", "f2", "depth"),
    *("Eratio_0", "Eratio_1", "Eratio_2", "lateral_depth"),
    *("sigma_0", "sigma_1", "sigma_2", "shower_depth", "shower_depth_width"),
    *("sparsity_0", "sparsity_1", "sparsity_2"),
]

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


def random_showers(n: int, seed: int) -> Events:
    """Sparse showers; some layers and some showers are empty."""
    rng = np.random.default_rng(seed)
    readouts = {}
    for r in CALOGAN.readouts:
        keep = rng.uniform(size=(n, *r.shape)) < rng.uniform(0, 0.4, (n, *[1] * len(r.shape)))
        keep &= rng.uniform(size=(n, *[1] * len(r.shape))) < 0.8
        readouts[r.name] = (rng.exponential(30, keep.shape) * keep).astype(np.float32)
    return Events(CALOGAN, CALOGAN.draw_conditions(n, rng), readouts)


def values(events: Events) -> dict[str, np.ndarray]:
    return {o.name: o(events) for o in shower_shapes(events.detector)}


def by_loops(event: dict[str, np.ndarray]) -> dict[str, float]:
    """The shower shapes of one event cell by cell, by the textbook formulas."""
    result: dict[str, float] = {}
    energies = []
    for i, segments in enumerate((96, 12, 6)):
        cells = event[f"layer_{i}"]
        step = 480.0 / segments
        energy = first = second = h1 = h2 = 0.0
        hits = 0
        for row in cells:
            for j, cell in enumerate(float(c) for c in row):
                centre = -240.0 + step / 2 + step * j
                energy += cell
                h1 += centre * cell
                h2 += centre**2 * cell
                hits += cell > 0
                if cell > first:
                    first, second = cell, first
                elif cell > second:
                    second = cell
        energies.append(energy)
        result[f"E{i}"] = energy
        result[f"sparsity_{i}"] = hits / cells.size
        empty = energy == 0
        result[f"Eratio_{i}"] = math.nan if empty else (first - second) / (first + second)
        variance = 0.0 if empty else h2 / energy - (h1 / energy) ** 2
        result[f"sigma_{i}"] = math.nan if empty else math.sqrt(max(variance, 0.0))
    whole = sum(energies)
    result["Etot"] = whole
    result["lateral_depth"] = energies[1] + 2 * energies[2]
    if whole == 0:
        rest = ("f0", "f1", "f2", "depth", "shower_depth", "shower_depth_width")
        return result | dict.fromkeys(rest, math.nan)
    for i in range(3):
        result[f"f{i}"] = energies[i] / whole
        if energies[i] > 0:
            result["depth"] = i
    s_d = result["shower_depth"] = result["lateral_depth"] / whole
    squares = (energies[1] + 4 * energies[2]) / whole - s_d**2
    result["shower_depth_width"] = math.sqrt(max(squares, 0.0))
    return result


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
    # layer 0: 300 MeV at y = -2.5 mm, 100 at +2.5: mean -1.25, <H^2> 6.25
    # layer 1: 200 at -20, 200 at 20, 100 at 60, 100 at -220: mean -80/3, <H^2> 26800/3
    # layer 2 is empty; the overflow counts nowhere
    found = values(
        showers(
            {
                "layer_0": {(0, 47): 300, (1, 48): 100},
                "layer_1": {(5, 5): 200, (6, 6): 200, (6, 7): 100, (0, 0): 100},
                "overflow": {(1,): 50},
            }
        )
    )
    expected = {
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
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx([value], rel=1e-12, nan_ok=True), name
    assert expected["sigma_0"] == pytest.approx(2.16506, rel=1e-5)
    assert expected["sigma_1"] == pytest.approx(90.6765, rel=1e-5)


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


@pytest.mark.parametrize("seed", [0, 1])
def test_shower_shapes_agree_with_loops_over_the_cells(seed: int) -> None:
    events = random_showers(40, seed)
    found = values(events)
    assert all(np.isnan(found[n]).any() for n in ("sigma_0", "Eratio_2"))
    for i in range(len(events)):
        expected = by_loops({name: array[i] for name, array in events.readouts.items()})
        assert expected.keys() == set(NAMES)
        for name, value in expected.items():
            assert found[name][i] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), name


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
    detector = Detector("plug", WINDOW.conditions, (Readout("layer_0", axes, "MeV"),))
    cells = np.array([[[5.0]], [[0.0]]], np.float32)
    events = Events(detector, np.zeros((2, 1), np.float32), {"layer_0": cells})
    (ratio,) = (o for o in shower_shapes(detector) if o.name == "Eratio_0")
    assert np.array_equal(ratio(events), [1.0, math.nan], equal_nan=True)


def test_sparsity_leaves_out_what_the_readout_suppresses() -> None:
    layer = Readout("layer_0", WINDOW.readouts[0].axes, "MeV", threshold=2.0)
    detector = Detector("cut", WINDOW.conditions, (layer,))
    cells = np.array([[[0, 1, 2], [3, 0, 0]]], np.float32)
    events = Events(detector, np.zeros((1, 1), np.float32), {"layer_0": cells})
    found = {o.name: o(events) for o in shower_shapes(detector)}
    assert found["sparsity_0"] == pytest.approx([2 / 6])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2.0**-8, 0.5, 4.0, 2.0**10]))
def test_shapes_do_not_depend_on_the_energy_scale(seed: int, scale: float) -> None:
    events = random_showers(5, seed)
    readouts = {name: np.float32(scale) * cells for name, cells in events.readouts.items()}
    scaled = values(Events(CALOGAN, events.conditions, readouts))
    for observable in shower_shapes(CALOGAN):
        factor = scale if observable.unit == "MeV" else 1.0
        expected = factor * observable(events)
        # powers of two change no digit
        assert np.array_equal(scaled[observable.name], expected, equal_nan=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shapes_of_random_showers_keep_their_borders(seed: int) -> None:
    found = values(random_showers(10, seed))
    assert np.nanmax(abs(found["f0"] + found["f1"] + found["f2"] - 1), initial=0) < 1e-12
    for name in NAMES[4:7] + NAMES[8:11] + NAMES[17:]:
        assert np.nanmin(found[name], initial=0) >= 0
        assert np.nanmax(found[name], initial=0) <= 1
    for i in range(3):
        assert np.nanmax(found[f"sigma_{i}"], initial=0) <= 240
    assert np.nanmax(found["shower_depth"], initial=0) <= 2
    assert np.nanmax(found["shower_depth_width"], initial=0) <= 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -5.0, 3e38])
def test_no_cell_value_raises_or_warns(bad: float) -> None:
    events = random_showers(3, 0)
    for cells in events.readouts.values():
        cells[0] = bad
    for observable in (*shower_shapes(CALOGAN), response(CALOGAN)):
        found = observable(events)
        assert found.shape == (3,)
        assert found.dtype == np.float64
        assert not np.isinf(found).any()


def test_rows_do_not_depend_on_each_other() -> None:
    events = random_showers(12, 3)
    for observable in shower_shapes(CALOGAN):
        whole = observable(events)
        part = observable(events[np.array([7, 2])])
        assert np.array_equal(whole[[7, 2]], part, equal_nan=True), observable.name


def test_no_events_give_no_values() -> None:
    for observable in (*observables_for(CALOGAN), *observables_for(WINDOW)):
        detector = CALOGAN if observable.name in NAMES else WINDOW
        readouts = {r.name: np.zeros((0, *r.shape), np.float32) for r in detector.readouts}
        assert observable(Events(detector, np.zeros((0, 1), np.float32), readouts)).shape == (0,)


def test_shower_shapes_need_layers_of_one_unit() -> None:
    with pytest.raises(DataError, match="no two-dimensional readouts"):
        shower_shapes(WINDOW)
    axes = WINDOW.readouts[0].axes
    mixed = Readout("layer_0", axes, "MeV"), Readout("layer_1", axes, "GeV")
    with pytest.raises(DataError, match="one unit"):
        shower_shapes(Detector("mixed", WINDOW.conditions, mixed))


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
    assert [o.name for o in observables_for(CALOGAN)] == NAMES
    assert not has_layers(WINDOW)
    names = [o.name for o in observables_for(WINDOW)]
    assert names == [o.name for o in readout_observables(WINDOW.readouts[0])]
    line = Readout("layer_0", (Axis.regular("x", 3, 0, 1),), "MeV")
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


@pytest.mark.skipif(not DATA.exists(), reason=f"no Geant4 showers at {DATA}")
def test_geant4_showers_have_the_measured_shares() -> None:
    with h5py.File(DATA) as file:
        readouts = {r.name: file[r.name][:] for r in CALOGAN.readouts}
        events = Events(CALOGAN, file["energy"][:].astype(np.float32), readouts)
    found = values(events)
    # shares of all deposited energy, overflow included: 0.192, 0.805, 0.0016 and 0.0009
    deposited = found["Etot"] + readouts["overflow"].sum(axis=1)
    shares = [np.mean(found[f"E{i}"] / deposited) for i in range(3)]
    assert shares == pytest.approx([0.192, 0.805, 0.0016], rel=0.02)
    assert found["f0"].mean() == pytest.approx(0.192 / 0.9991, rel=0.02)
    assert response(CALOGAN)(events).mean() == pytest.approx(0.9974 - 0.0009, abs=5e-4)
    assert np.mean(found["depth"] == 2) > 0.95
    assert np.array_equal(np.isnan(found["sigma_2"]), found["E2"] == 0)
    for i in (0, 123, 4567):
        expected = by_loops({name: array[i] for name, array in readouts.items()})
        for name, value in expected.items():
            assert found[name][i] == pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True), name
