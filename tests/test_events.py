"""Events: shapes, parts, mirrors, and signals that make no sense."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN_ANGLES
from cloudburst.errors import ConditionError, DataError, ShapeError
from cloudburst.events import Events
from cloudburst.formats import read_events
from cloudburst.observables import observables_for
from strategies import assert_same, events

GRID = Axis.regular("x", 2, -1, 1, "mm"), Axis.regular("t", 3, 0, 3, "ns")
TOY = Detector(
    "toy",
    (Condition("energy", "GeV", 1, 100), Condition("angle", "deg", -20, 20)),
    (Readout("cells", GRID, "MeV"), Readout("veto", (), "keV")),
)


def toy(n=4):
    """Events whose signals count upwards."""
    cells = np.arange(6 * n, dtype=np.float32).reshape(n, 2, 3)
    columns = np.stack([np.linspace(1, 50, n), np.linspace(-9, 9, n)], axis=1)
    veto = np.arange(n, dtype=np.float32)
    return Events(TOY, columns.astype(np.float32), {"cells": cells, "veto": veto})


def spoiled(n=4, **values):
    """Events with other values at (event, cell) of the cells, or in the conditions."""
    good = toy(n)
    cells, conditions = good.readouts["cells"].copy(), good.conditions.copy()
    for (event, *cell), value in values.get("cells", {}).items():
        cells[(event, *cell)] = value
    for (event, column), value in values.get("conditions", {}).items():
        conditions[event, column] = value
    return Events(TOY, conditions, {**good.readouts, "cells": cells})


def test_conditions_by_name():
    assert toy().condition("angle").tolist() == [-9, -3, 3, 9]
    assert len(toy(3)) == 3
    with pytest.raises(ConditionError, match="did you mean 'angle'"):
        toy().condition("angel")


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("cells", np.zeros((4, 3, 2), np.float32), r"\(4, 2, 3\), got float32 with shape"),
        ("cells", np.zeros((3, 2, 3), np.float32), r"\(4, 2, 3\), got float32 with shape \(3"),
        ("cells", np.zeros((4, 2, 3)), "float32 array .* got float64"),
        ("cells", np.zeros((4, 2, 3), ">f4"), "float32 array .* got >f4"),
        ("cells", [[0.0]], "got a list"),
        ("cells", None, "got a NoneType"),
        ("veto", np.zeros((4, 1), np.float32), r"shape \(4,\), got"),
        ("wall", np.zeros(4, np.float32), "needs .*cells.*, got .*wall"),
    ],
)
def test_arrays_must_fit_the_detector(name, array, message):
    with pytest.raises(ShapeError, match=message):
        Events(TOY, toy().conditions, {**toy().readouts, name: array})


@pytest.mark.parametrize("conditions", [np.zeros(4), np.zeros((4, 1)), np.float32(1), [[1, 2]]])
def test_conditions_must_fit_the_detector(conditions):
    with pytest.raises(ShapeError, match="conditions of 'toy' must be a float32 array"):
        Events(TOY, conditions, toy().readouts)


def test_a_readout_must_not_be_missing():
    with pytest.raises(ShapeError, match=r"needs .*veto.*, got"):
        Events(TOY, toy().conditions, {"cells": toy().readouts["cells"]})


@given(events(), st.data())
def test_parts_put_together_are_the_whole(sample, data):
    cut = data.draw(st.integers(0, len(sample)))
    assert_same(Events.concatenate([sample[:cut], sample[cut:]]), sample)
    order = np.random.default_rng(0).permutation(len(sample))
    assert_same(sample[order][np.argsort(order)], sample)
    mask = np.arange(len(sample)) < cut
    assert_same(sample[mask], sample[:cut])


@given(events())
def test_all_cells_side_by_side(sample):
    flat = sample.flat()
    assert flat.shape == (len(sample), sample.detector.cells)
    start = 0
    for readout in sample.detector.readouts:
        part = flat[:, start : start + readout.size].reshape(-1, *readout.shape)
        assert np.array_equal(part, sample.readouts[readout.name])
        start += readout.size
    assert sample[:0].flat().shape == (0, sample.detector.cells)


@given(events(), st.data())
def test_selected_readouts_are_those_of_the_whole(sample, data):
    names = [r.name for r in sample.detector.readouts]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    part = sample.select(chosen)
    assert [r.name for r in part.detector.readouts] == list(part.readouts) == chosen
    assert part.readouts[chosen[0]] is sample.readouts[chosen[0]]
    assert_same(part.select(chosen), part)


def test_unlike_events_are_not_put_together():
    other = dataclasses.replace(TOY, name="other")
    with pytest.raises(DataError, match="different detectors"):
        Events.concatenate([toy(), Events(other, toy().conditions, toy().readouts)])
    with pytest.raises(DataError, match="no events to put together"):
        Events.concatenate([])


def test_mirror_by_hand():
    mirrored = toy(1).mirrored("x")
    assert mirrored.readouts["cells"].tolist() == [[[3, 4, 5], [0, 1, 2]]]
    assert mirrored.readouts["veto"].tolist() == [0]
    assert_same(mirrored.mirrored("x"), toy(1))
    with pytest.raises(DataError, match="axis t of cells is not symmetric"):
        toy().mirrored("t")
    with pytest.raises(DataError, match="no readout of 'toy' has an axis 'y'"):
        toy().mirrored("y")


def test_conditions_change_sign_in_a_mirror():
    mirrored = toy().mirrored("x", ["angle"])
    assert mirrored.conditions.tolist() == (toy().conditions * [1, -1]).tolist()
    assert_same(mirrored.mirrored("x", ["angle"]), toy())
    with pytest.raises(ConditionError, match="no condition 'angel'; did you mean 'angle'"):
        toy().mirrored("x", ["angel"])
    with pytest.raises(DataError, match=r"energy 1\.\.100 GeV of 'toy' is not symmetric about 0"):
        toy().mirrored("x", ["energy"])


def test_azimuths_are_reflected_where_they_point():
    detector = CALOGAN_ANGLES
    asked = np.array([[50, 20, 10, 0.1, phi] for phi in (0.5, -0.5, 3.0, 0.0)], np.float32)
    arrays = {r.name: np.zeros((4, *r.shape), np.float32) for r in detector.readouts}
    events = Events(detector, asked, arrays)
    along_x = events.mirrored("x", ["x0", "pi-phi"])
    assert along_x.condition("x0").tolist() == [-20] * 4
    before, after = events.condition("phi"), along_x.condition("phi")
    assert np.cos(after) == pytest.approx(-np.cos(before), abs=1e-6)
    assert np.sin(after) == pytest.approx(np.sin(before), abs=1e-6)
    detector.check_conditions(along_x.conditions)
    along_y = events.mirrored("y", ["y0", "phi"]).condition("phi")
    assert np.cos(along_y) == pytest.approx(np.cos(before), abs=1e-6)
    assert np.sin(along_y) == pytest.approx(-np.sin(before), abs=1e-6)
    with pytest.raises(DataError, match=r"x0 -50..50 mm is not an azimuth"):
        events.mirrored("x", ["pi-x0"])


def test_a_mirror_turns_where_momentum_leads(shared_data):
    electrons = read_events(shared_data("lhcb_ecal_electron.h5"), slice(500))[0]
    offset = next(o for o in observables_for(electrons.detector) if o.name == "delta_x")
    mirrored = electrons.mirrored("x", ["px", "x"])
    turned = electrons.mirrored("y", ["py", "y"])
    assert offset(mirrored) == pytest.approx(-offset(electrons), rel=1e-4, abs=1e-3)
    assert offset(turned) == pytest.approx(offset(electrons), rel=1e-4, abs=1e-3)


def test_real_showers_make_sense(geant4):
    assert geant4.check() is geant4
    twice = geant4.mirrored("y").mirrored("y")
    assert_same(twice, geant4)
    assert geant4.mirrored("x").flat().sum() == pytest.approx(geant4.flat().sum(), rel=1e-5)


@given(events())
def test_any_finite_signals_make_sense(sample):
    assert sample.check() is sample
    with pytest.raises(DataError, match=r"^no events of"):
        sample[:0].check()


def test_undefined_signals_are_counted_and_located():
    nan, inf = np.nan, np.inf
    sample = spoiled(cells={(1, 0, 2): nan, (1, 1, 0): inf, (3, 0, 0): -inf})
    with pytest.raises(DataError) as caught:
        sample.check()
    assert str(caught.value) == (
        "cells: 3 values in 2 events are not finite, the first in event 1 at index (0, 2)"
    )


def test_negative_signals_are_counted_and_located():
    with pytest.raises(DataError) as caught:
        spoiled(cells={(2, 1, 1): -1e-30, (3, 0, 0): -5}).check()
    assert str(caught.value) == (
        "cells: 2 values in 2 events are negative, the first in event 2 at index (1, 1)"
    )


def test_undefined_conditions_are_counted_and_located():
    with pytest.raises(DataError) as caught:
        spoiled(conditions={(3, 1): np.nan}).check()
    assert str(caught.value) == (
        "angle: 1 values in 1 events are not finite, the first in event 3"
    )
    assert spoiled(conditions={(3, 1): -15}).check()


def test_a_single_number_needs_no_index():
    sample = toy()
    sample.readouts["veto"][3] = -1
    with pytest.raises(DataError, match=r"^veto: 1 values in 1 events are negative, .* event 3$"):
        sample.check()


def test_events_have_the_numbers_of_their_file():
    sample = spoiled(cells={(2, 0, 0): -1})
    with pytest.raises(DataError, match="the first in event 120 at"):
        sample.check(range(100, 140, 10))


@given(events(), st.sampled_from([np.nan, np.inf, -np.inf, -1.0]), st.data())
def test_no_senseless_signal_escapes(sample, value, data):
    name = data.draw(st.sampled_from(list(sample.readouts)))
    array = sample.readouts[name].copy()
    flat = array.reshape(-1)
    flat[data.draw(st.integers(0, flat.size - 1))] = value
    wrong = Events(sample.detector, sample.conditions, {**sample.readouts, name: array})
    with pytest.raises(DataError, match="1 values in 1 events are"):
        wrong.check()
