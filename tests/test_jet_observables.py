"""Momentum, mass and substructure of jet images, worked by hand and by brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import CALOGAN, JET_IMAGE, MPD_TPC
from cloudburst.events import Events
from cloudburst.observables import (
    has_jet_image,
    kinematics,
    merging,
    observables_for,
    subjettiness,
    two_axes,
)

CENTER = 12  # pixel k is centred at (k - 12) / 10


def jets(*images):
    n = len(images)
    scalars = {name: np.zeros(n, np.float32) for name in ("jet_pt", "jet_mass", "jet_tau21")}
    cells = np.stack(images).astype(np.float32)
    return Events(JET_IMAGE, np.zeros((n, 1), np.float32), {"image": cells, **scalars})


def image(*pixels):
    """An image with some (steps in eta, steps in phi, intensity)."""
    made = np.zeros((25, 25))
    for eta, phi, intensity in pixels:
        made[CENTER + eta, CENTER + phi] += intensity
    return made


def values(*images):
    events = jets(*images)
    return {o.name: o(events) for o in observables_for(JET_IMAGE)}


def test_two_pixels_in_phi():
    found = values(image((0, 4, 3.0), (0, -4, 3.0)))
    assert found["pt"][0] == pytest.approx(6 * math.cos(0.4))
    # E = 6, p_z = 0
    assert found["mass"][0] == pytest.approx(6 * math.sin(0.4), rel=1e-6)
    assert found["tau1"][0] == pytest.approx(0.4)  # half of the signal is 0.8 away
    assert found["tau2"][0] == 0
    assert found["tau21"][0] == 0
    assert found["pixels"][0] == 2


def test_two_pixels_in_eta():
    found = values(image((5, 0, 2.0), (-5, 0, 2.0)))
    assert found["pt"][0] == pytest.approx(4)
    assert found["mass"][0] == pytest.approx(4 * math.sqrt(math.cosh(0.5) ** 2 - 1), rel=1e-6)


def test_three_pixels_in_a_row():
    """4 at 0, 2 at 0.1, 1 at 1.0: the first two, 0.04 apart in the measure, become one."""
    found = values(image((0, 0, 4.0), (1, 0, 2.0), (10, 0, 1.0)))
    assert found["tau1"][0] == pytest.approx(1.2 / 7)
    assert found["tau2"][0] == pytest.approx((4 / 30 + 2 * 2 / 30) / 7)
    assert found["tau21"][0] == pytest.approx(2 / 9)


def test_empty_single_and_negative_pixels():
    found = values(image(), image((3, 3, 5.0)), image((0, 0, 4.0), (2, 2, -1.0)))
    for name in ("pt", "mass", "tau1", "tau2", "tau21"):
        assert np.isnan(found[name][0])
        assert np.isfinite(found[name][1:]).all()
    assert found["pixels"].tolist() == [0, 1, 1]
    assert found["mass"][1] == pytest.approx(0, abs=1e-6)
    assert found["pt"][2] == pytest.approx(4)
    assert found["tau21"][1] == 0


def test_constituents_are_observables_of_their_own():
    events = jets(image((0, 0, 1.0)))
    events.readouts["jet_mass"][:] = 80.4
    (mass,) = (o for o in observables_for(JET_IMAGE) if o.name == "jet_mass")
    assert mass(events)[0] == np.float32(80.4)
    assert mass.unit == "GeV"
    only = observables_for(JET_IMAGE.select(["image"]))
    assert [o.name for o in only] == ["pt", "mass", "tau1", "tau2", "tau21", "pixels"]


def test_which_detectors_have_jet_images():
    assert has_jet_image(JET_IMAGE)
    assert has_jet_image(JET_IMAGE.select(["image"]))
    assert not has_jet_image(MPD_TPC)
    assert not has_jet_image(CALOGAN)


def measure(a, x, b, y):
    return min(a, b) ** 2 * ((x - y) ** 2).sum()


def merged_by_brute_force(weights, places):
    points = [(w, np.asarray(p)) for w, p in zip(weights, places, strict=True) if w > 0]
    while len(points) > 2:
        pairs = itertools.permutations(range(len(points)), 2)
        i, j = min(pairs, key=lambda pair, p=points: measure(*p[pair[0]], *p[pair[1]]))
        (a, x), (b, y) = points[i], points[j]
        points = [p for k, p in enumerate(points) if k not in (i, j)]
        points.append((a + b, (a * x + b * y) / (a + b)))
    points.sort(key=lambda p: -p[0])
    return np.array(
        [p[1] for p in (points * 2)[:2]] if len(points) == 1 else [p[1] for p in points]
    )


@given(st.integers(0, 10**6), st.integers(1, 14))
def test_axes_are_those_of_brute_force(seed, n):
    rng = np.random.default_rng(seed)
    places = rng.normal(size=(20, 2))
    weights = np.zeros((3, 20))
    weights[0, rng.permutation(20)[:n]] = rng.exponential(size=n)
    weights[1] = rng.exponential(size=20)
    axes = two_axes(weights, *places.T)
    for k in (0, 1):
        assert axes[k] == pytest.approx(merged_by_brute_force(weights[k], places), rel=1e-9)
    assert np.isnan(axes[2]).all()


def test_many_images_are_merged_as_each_alone():
    rng = np.random.default_rng(3)
    eta, phi = rng.normal(size=(2, 40))
    weights = rng.exponential(size=(150, 40)) * (rng.random((150, 40)) < 0.4)
    together = subjettiness(weights, eta, phi)
    for i in (0, 63, 64, 149):
        alone = subjettiness(weights[i : i + 1], eta, phi)
        assert [a[0] for a in alone] == [t[i] for t in together]


@given(st.floats(-3, 3), st.floats(-2, 2), st.floats(0.1, 100))
def test_mass_and_momentum_scale_and_turn(angle, boost, scale):
    rng = np.random.default_rng(0)
    weights, eta, phi = rng.exponential(size=(1, 9)), *rng.normal(0, 0.3, size=(2, 9))
    before = kinematics(weights, eta, phi)
    after = kinematics(scale * weights, eta + boost, phi + angle)
    for a, b in zip(before, after, strict=True):
        assert b == pytest.approx(scale * a, rel=1e-6)


def test_machine_code_merges_to_the_last_bit(monkeypatch):
    pytest.importorskip("numba")
    rng = np.random.default_rng(4)
    eta, phi = rng.normal(size=(2, 30))
    weights = rng.exponential(size=(40, 30)) * (rng.random((40, 30)) < 0.4)
    weights[0] = 0
    weights[1, 1:] = 0
    monkeypatch.setattr(merging, "_compiles", lambda images: False)
    plain = two_axes(weights, eta, phi)
    monkeypatch.setattr(merging, "_compiles", lambda images: True)
    np.testing.assert_array_equal(two_axes(weights, eta, phi), plain)
