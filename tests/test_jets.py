"""The jet simulator: jets of real collisions, settings, bad input."""

import sys

import numpy as np
import pytest

from cloudburst.detectors import JET_IMAGE
from cloudburst.errors import ConditionError, MissingExtraError, SimulationError
from cloudburst.observables import observables_for
from cloudburst.simulators import simulator
from cloudburst.testing import check_simulator


def test_missing_packages_are_one_line(monkeypatch):
    for module in ("pythia8mc", "fastjet"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            patch.delitem(sys.modules, f"{module}._swig", raising=False)
            with pytest.raises(MissingExtraError, match=r"pip install 'cloudburst\[jets\]'"):
                simulator("jets", "jet_image")


@pytest.fixture(scope="module")
def jets():
    pytest.importorskip("pythia8mc", reason="needs the extra jets")
    pytest.importorskip("fastjet", reason="needs the extra jets")
    return simulator("jets", "jet_image")


@pytest.fixture(scope="module")
def events(jets):
    return jets(np.arange(32)[:, None] % 2, seed=11)


def test_laws(jets):
    check_simulator(jets, n=2)


def test_an_event_does_not_depend_on_those_before_it(jets, events):
    alone = jets(events.conditions[21:22], seed=11, first=21)
    assert np.array_equal(alone.flat()[0], events.flat()[21])


def test_jets_are_within_the_ranges(events):
    pt, mass, tau21 = (events.readouts[f"jet_{name}"] for name in ("pt", "mass", "tau21"))
    assert pt.min() >= 250
    assert pt.max() <= 300
    assert mass.max() <= 200
    assert tau21.min() >= 0
    # axes of k_T subjets are not quite those that make tau_2 smallest
    assert tau21.max() < 1.1
    image = events.readouts["image"]
    assert image[image > 0].min() >= np.float32(1e-3)
    # towers hold the energy, so mass alone makes the scalar sum differ
    assert image.sum(axis=(1, 2)) == pytest.approx(pt, rel=0.15)
    assert np.all(image[:, 13:].sum(axis=(1, 2)) >= 0.999 * image[:, :12].sum(axis=(1, 2)))


def test_w_bosons_are_told_from_quarks_and_gluons(events):
    w = events.conditions[:, 0] == 1
    assert np.median(events.readouts["jet_mass"][w]) == pytest.approx(80.4, abs=4)
    found = {o.name: o(events) for o in observables_for(JET_IMAGE)}
    for name in ("tau21", "jet_tau21"):
        assert np.mean(found[name][w]) < np.mean(found[name][~w]) - 0.1
    # pixels blur what the constituents had
    assert np.corrcoef(found["mass"], found["jet_mass"])[0, 1] > 0.95
    assert found["pt"] == pytest.approx(found["jet_pt"], rel=0.1)


def test_settings_reach_pythia_and_fastjet():
    pytest.importorskip("pythia8mc", reason="needs the extra jets")
    narrow = simulator("jets", "jet_image", radius=0.6, mass_low=60, mass_high=100)
    told = narrow.describe()
    assert told["settings"]["radius"] == 0.6
    assert told["pythia"].startswith("8.")
    assert "34:m0 = 576.3" in told["processes"]["W"]
    mass = narrow(np.ones((3, 1)), seed=2).readouts["jet_mass"]
    assert np.all((mass >= 60) & (mass <= 100))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"pt_low": 300, "pt_high": 250}, "pt_low < pt_high"),
        ({"pt_low": 5}, "20 <= pt_low"),
        ({"mass_high": -1}, "mass_low < mass_high"),
        ({"radius": 0}, "radius above 0"),
        ({"fraction": 1}, "fraction < 1"),
        ({"scatter": 1.2}, "0 < scatter <= 1"),
        ({"energy": 1000}, "energy must be at least"),
        ({"attempts": 0}, "attempts above 0"),
    ],
)
def test_settings_that_make_no_sense(jets, settings, message):
    with pytest.raises(SimulationError, match=message):
        simulator("jets", "jet_image", **settings)


def test_ranges_that_no_jet_reaches(jets):
    hopeless = simulator("jets", "jet_image", mass_low=195, mass_high=195.001, attempts=3)
    with pytest.raises(SimulationError, match="no QCD jet within the ranges in 3 collisions"):
        hopeless(np.zeros((1, 1)))


@pytest.mark.parametrize("value", [0.5, 2, -1])
def test_unknown_processes(jets, value):
    with pytest.raises(ConditionError, match="process"):
        jets(np.array([[value]]))
