"""The jet simulator: images worked by hand, towers, jets of real collisions, bad input."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import JET_IMAGE, JET_TOWERS, MPD_TPC, load_towers
from cloudburst.errors import ConditionError, DataError, MissingExtraError, SimulationError
from cloudburst.observables import observables_for
from cloudburst.simulators import simulator
from cloudburst.simulators.jets.image import aligned, rotated
from cloudburst.simulators.jets.measuring import measured
from cloudburst.testing import check_simulator

SIDE, MIDDLE = 25, 12


def particle(pt, eta, phi):
    """px, py, pz, E of a massless particle."""
    return [pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta), pt * math.cosh(eta)]


def total(intensity):
    return pytest.approx(intensity, rel=1e-9)


@pytest.mark.parametrize("second", [(6, 0), (0, 6), (-6, 0), (0, -6)])
def test_the_second_subjet_comes_to_lie_below_the_first(second):
    offsets = np.array([(0, 0), second])
    image = aligned(np.array([3.0, 1.0]), offsets, np.array(second, float), SIDE)
    assert image.sum() == total(4)
    assert image[MIDDLE, MIDDLE] == pytest.approx(3, rel=0.02)
    assert image[MIDDLE, MIDDLE - 6] == pytest.approx(1, rel=0.02)


def test_the_heavier_half_comes_to_lie_to_the_right():
    offsets = np.array([(0, 0), (0, -6), (-4, -3)])
    image = aligned(np.array([5.0, 2.0, 1.0]), offsets, np.array([0.0, -6.0]), SIDE)
    assert image[MIDDLE + 4, MIDDLE - 3] == 1
    assert image[MIDDLE - 4, MIDDLE - 3] == 0
    mirrored = aligned(np.array([5.0, 2.0, 1.0]), offsets * [-1, 1], np.array([0.0, -6.0]), SIDE)
    assert np.array_equal(image, mirrored)


def test_one_subjet_is_turned_along_its_principal_axis():
    offsets = np.array([(0, 0), (3, 3), (6, 6)])
    image = aligned(np.array([5.0, 2.0, 1.0]), offsets, None, SIDE)
    below = image[MIDDLE - 1 : MIDDLE + 2, :MIDDLE].sum()
    assert below == pytest.approx(3, rel=0.1)
    alone = aligned(np.array([7.0]), np.array([(0, 0)]), None, SIDE)
    assert alone[MIDDLE, MIDDLE] == total(7)


def test_towers_beyond_the_window_are_left_out():
    offsets = np.array([(0, 0), (0, -14), (40, 0)])
    image = aligned(np.array([5.0, 2.0, 1.0]), offsets, np.array([0.0, -14.0]), SIDE)
    assert image.sum() == total(5)


@given(st.floats(-math.pi, math.pi), st.integers(0, 100))
def test_turning_keeps_the_sum_and_makes_nothing_negative(angle, seed):
    rng = np.random.default_rng(seed)
    canvas = np.zeros((37, 37))
    canvas[12:25, 12:25] = rng.exponential(size=(13, 13)) * (rng.random((13, 13)) < 0.3)
    turned = rotated(canvas, angle)
    assert turned.min() >= 0
    assert turned.sum() == total(canvas.sum())


def test_particles_are_summed_in_towers():
    particles = np.array(
        [
            particle(10.0, 0.03, 0.02),
            particle(20.0, 0.07, 0.08),
            particle(5.0, 0.13, 0.02),
            particle(7.0, -0.01, -0.01),
            particle(9.0, 3.2, 1.0),
        ]
    )
    towers = measured(JET_TOWERS, particles)
    assert len(towers.eta) == 3
    assert towers.of[0] == towers.of[1]
    assert towers.of[4] == -1
    first = towers.of[0]
    assert (towers.eta[first], towers.phi[first]) == (30, 0)
    energy = particles[0, 3] + particles[1, 3]
    assert towers.momenta[first, 3] == pytest.approx(energy)
    assert towers.pt[first] == pytest.approx(energy / math.cosh(0.05))
    x, y, z, e = towers.momenta.T
    assert x**2 + y**2 + z**2 == pytest.approx(e**2)
    # the tower before the first one in azimuth is the last one
    assert towers.phi[towers.of[3]] == 62
    steps = towers.steps(towers.of[:4], np.array([0.05, 0.05]))
    assert steps.tolist() == [[0, 0], [0, 0], [1, 0], [-1, -1]]
    way = towers.between(np.array([0.05, 0.05]), np.array([0.35, 2 * math.pi - 0.05]))
    assert way == pytest.approx([3, -0.1 / (2 * math.pi) * 63])


def test_no_particles_make_no_towers():
    towers = measured(JET_TOWERS, np.empty((0, 4)))
    assert towers.momenta.shape == (0, 4)
    along = measured(JET_TOWERS, np.array([[0.0, 0.0, 50.0, 50.0]]))
    assert along.of.tolist() == [-1]


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
    return jets(np.arange(48)[:, None] % 2, seed=11)


def test_laws(jets):
    check_simulator(jets, n=4)


def test_an_event_does_not_depend_on_those_before_it(jets, events):
    alone = jets(events.conditions[37:38], seed=11, first=37)
    assert np.array_equal(alone.flat()[0], events.flat()[37])


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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"phi_bins": 32}, "are not the pixels"),
        ({"eta_bins": 0}, "at least 1"),
        ({"eta_max": math.inf}, "eta_max above 0"),
        ({"detector": MPD_TPC.to_dict()}, "one readout with the axes eta and phi"),
        ({"colour": 1}, "not the description of towers"),
    ],
)
def test_towers_that_make_no_sense(changes, message):
    with pytest.raises(DataError, match=message):
        load_towers(JET_TOWERS.to_dict() | changes)
