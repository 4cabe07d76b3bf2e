"""Geant4 as the simulator runs it against stored Geant4 showers."""

import importlib.util
import itertools
from pathlib import Path

import numpy as np
import pytest

from cloudburst.classifier import HIGH_LEVEL, ClassifierTest, Trees
from cloudburst.detectors import load_calorimeter
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.simulators.geant4 import Geant4

TABLES = Path(__file__).parents[2] / "shared" / "data" / "g4ledata"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("geant4_pybind") is None, reason="the extra geant4 is missing"
    ),
    pytest.mark.skipif(not TABLES.is_dir(), reason=f"no tables of Geant4 at {TABLES}"),
]
SHOWERS = 1000


def stored(path, name, energy, highest):
    """Stored showers up to an energy in GeV, which are quick to make again."""
    events = load_events(path)
    low = energy(events) < highest
    readouts = {key: array[low] for key, array in events.readouts.items()}
    return Events(load_calorimeter(name).detector, events.conditions[low], readouts)


def pairs(reference, made, function):
    """The mean difference at equal conditions, in its statistical errors and relative."""
    one, two = function(reference), function(made)
    use = np.isfinite(one) & np.isfinite(two)
    difference = two[use] - one[use]
    return (
        difference.mean() / (difference.std() / np.sqrt(use.sum())),
        difference.mean() / np.abs(one[use].mean()),
    )


def share(name):
    return lambda e: e.readouts[name].sum(axis=(1, 2), dtype=float) / e.flat().sum(axis=1)


def width(name, axis):
    """The width along an axis, with shape (n,)."""

    def function(events):
        rows = events.readouts[name].sum(axis=3 - axis, dtype=float)
        with np.errstate(invalid="ignore"):
            rows /= rows.sum(axis=1, keepdims=True)
        centers = events.detector.readout(name).axes[axis - 1].centers
        return np.sqrt(np.maximum(rows @ centers**2 - (rows @ centers) ** 2, 0))

    return function


def check(reference, made, functions, largest):
    for name, function in functions.items():
        errors, relative = pairs(reference, made, function)
        assert abs(errors) < 4 or abs(relative) < largest, f"{name}: {relative:.2%}, {errors:.1f}"


def check_classifier(reference, made):
    """Trees do about as well as at telling stored showers from stored ones."""
    result = ClassifierTest(HIGH_LEVEL, Trees())(reference, made)
    allowed = 0.05 + 3 * np.hypot(result.auc.error, result.floor_auc.error)
    assert abs(result.auc.value - result.floor_auc.value) < allowed, result


def test_positrons_in_lead_and_argon(shared_data):
    path = shared_data("calogan_eplus.h5")
    events = stored(path, "calogan", lambda e: e.condition("energy"), 20.0)
    made = Geant4("calogan", data=str(TABLES))(events.conditions[:SHOWERS], seed=7)
    functions = {
        "response": lambda e: e.flat().sum(axis=1, dtype=float) / e.condition("energy") / 1000,
        **{f"share {i}": share(f"layer_{i}") for i in range(3)},
        **{f"width {i} {a}": width(f"layer_{i}", a) for i, a in itertools.product((0, 1), (1, 2))},
    }
    check(events[:SHOWERS], made, functions, 0.02)
    check_classifier(events[len(events) - SHOWERS :], made)


def test_electrons_in_lead_and_scintillator(shared_data):
    path = shared_data("lhcb_ecal_electron.h5")

    def energy(events):
        return np.sqrt(sum(events.condition(p).astype(float) ** 2 for p in ("px", "py", "pz")))

    events = stored(path, "lhcb_ecal", energy, 20.0)
    made = Geant4("lhcb_ecal", data=str(TABLES))(events.conditions[:SHOWERS], seed=7)
    functions = {
        "response": lambda e: e.flat().sum(axis=1, dtype=float) / energy(e) / 1000,
        "width x": width("cells", 1),
        "width y": width("cells", 2),
    }
    check(events[:SHOWERS], made, functions, 0.02)
    check_classifier(events[len(events) - SHOWERS :], made)
