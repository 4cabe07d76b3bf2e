"""Jet images worked by hand, and the towers that they are made of."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import JET_TOWERS, MPD_TPC, load_towers
from cloudburst.errors import DataError
from cloudburst.simulators.jets.image import aligned, rotated
from cloudburst.simulators.jets.measuring import measured

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


PARTICLES = np.array(
    [
        particle(10.0, 0.03, 0.02),
        particle(20.0, 0.07, 0.08),
        particle(5.0, 0.13, 0.02),
        particle(7.0, -0.01, -0.01),
        particle(9.0, 3.2, 1.0),
    ]
)


def test_particles_are_summed_in_towers():
    towers = measured(JET_TOWERS, PARTICLES)
    assert len(towers.eta) == 3
    assert towers.of[0] == towers.of[1]
    assert towers.of[4] == -1
    first = towers.of[0]
    assert (towers.eta[first], towers.phi[first]) == (30, 0)
    energy = PARTICLES[0, 3] + PARTICLES[1, 3]
    assert towers.momenta[first, 3] == pytest.approx(energy)
    assert towers.pt[first] == pytest.approx(energy / math.cosh(0.05))
    x, y, z, e = towers.momenta.T
    assert x**2 + y**2 + z**2 == pytest.approx(e**2)


def test_steps_go_the_shorter_way_around():
    towers = measured(JET_TOWERS, PARTICLES)
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
