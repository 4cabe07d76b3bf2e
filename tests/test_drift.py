"""The drift simulator: golden numbers worked by hand, laws, trends, and published responses."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from cloudburst.detectors import MPD_CHAMBER, MPD_TPC, load_chamber
from cloudburst.errors import ConditionError
from cloudburst.formats import load_events
from cloudburst.observables import image_moments
from cloudburst.simulators import simulator, stream
from cloudburst.simulators.conditions import draw
from cloudburst.simulators.drift import Drift
from cloudburst.simulators.drift.electrons import Electrons, Segments, free_electrons
from cloudburst.simulators.drift.ionisation import cluster_sizes, relative_ionisation
from cloudburst.simulators.drift.signals import Window
from cloudburst.testing import check_simulator

# crossing and dip angle, drift length, pad coordinate, pad row, pt
STRAIGHT = np.array([[0.0, 0.0, 100.0, 30.0, 23, 0.477]])


def changed(gas=None, **changes):
    """The chamber of MPD with other constants."""
    gas = dataclasses.replace(MPD_CHAMBER.gas, **(gas or {}))
    return dataclasses.replace(MPD_CHAMBER, gas=gas, **changes)


def electron(x=0.0, y=0.0, z=0.0, gain=1.0):
    """A single electron of the first segment, in mm."""
    each = (np.array([value]) for value in (x, y, z, gain))
    return Electrons(np.zeros(1, np.int64), *each)


def simulated(chamber, conditions, n, seed=1):
    return Drift(chamber.to_dict())(np.repeat(conditions, n, axis=0), seed=seed).readouts["pads"]


def test_laws():
    check_simulator(Drift())


def test_one_electron_lands_in_its_pad_and_time_bin():
    window = Window(changed(response_width=1e-3))
    digits = window.digits(electron(), STRAIGHT)[0]
    assert digits.argmax() == np.ravel_multi_index((3, 7), digits.shape)
    assert digits[3, 7] == pytest.approx(MPD_CHAMBER.gain)
    # a Gaussian pulse of 190 ns width at half maximum, sampled every 100 ns
    assert digits[3, 8] == pytest.approx(MPD_CHAMBER.gain * 2 ** (-((200 / 190) ** 2)), rel=1e-6)
    assert digits[3, 6] == digits[3, 8]
    assert np.count_nonzero(digits) == 3  # two bins away, 0.05 of 2.91 are below threshold
    assert np.count_nonzero(digits.any(axis=1)) == 1


@pytest.mark.parametrize(
    ("x", "z", "pad", "time"),
    [(5.0, 0.0, 4, 7), (-2.6, 0.0, 2, 7), (2.4, 0.0, 3, 7), (0.0, 5.5, 3, 6), (0.0, -11.0, 3, 9)],
)
def test_pads_are_5_mm_wide_and_bins_5500_um_long(x, z, pad, time):
    digits = Window(changed(response_width=1e-3)).digits(electron(x, 0.0, z), STRAIGHT)[0]
    assert np.unravel_index(digits.argmax(), digits.shape) == (pad, time)


def test_fractions_of_pad_and_time_move_the_signal_within_the_window():
    conditions = np.array([[0.0, 0.0, 100.7, 30.6, 23, 0.477]])
    digits = Window(changed(response_width=1e-3)).digits(electron(), conditions)[0]
    # pad 30.6 is nearer to pad 31, which is number 4 of the window; so with time
    assert np.unravel_index(digits.argmax(), digits.shape) == (4, 8)


def test_neighbours_share_the_induced_charge():
    digits = Window(changed(gain=1000.0)).digits(electron(x=1.0), STRAIGHT)[0]
    width = MPD_CHAMBER.response_width
    edges = np.array([-7.5, -2.5, 2.5, 7.5])
    along = np.diff(ndtr((edges - 1.0) / width))
    across = math.erf(6.0 / width / math.sqrt(2))
    assert digits[2:5, 7] == pytest.approx(1000 * along * across, abs=2)


@given(st.floats(-12, 20), st.floats(-3, 3))
def test_no_charge_is_lost_or_made_within_the_window(x, y):
    chamber = changed(gain=1e4)
    digits = Window(chamber).digits(electron(x, y), STRAIGHT)[0]
    width = chamber.response_width
    inside = ndtr((22.5 - x) / width) - ndtr((-17.5 - x) / width)
    across = ndtr((6 - y) / width) - ndtr((-6 - y) / width)
    sigma = 190 / 100 / (2 * math.sqrt(2 * math.log(2)))
    pulse = np.exp(-0.5 * (np.arange(-7, 9) / sigma) ** 2).sum()
    assert digits.sum() == pytest.approx(1e4 * inside * across * pulse, rel=5e-3)


def test_tracks_lie_along_their_angles():
    chamber = changed({"transverse": 0.0, "longitudinal": 0.0})
    conditions = np.array([[15.0, 40.0, 100.0, 30.0, 23, 0.477]])
    segments = Segments.at(chamber, conditions)
    found = free_electrons(chamber, cluster_sizes(chamber.gas), segments, [stream(1, 0)])
    assert len(found.x) > 50
    assert found.x == pytest.approx(math.tan(math.radians(15)) * found.y)
    path = np.hypot(found.x, found.y)
    assert np.abs(found.z) == pytest.approx(math.tan(math.radians(40)) * path)
    assert np.all(found.z * found.y >= 0)
    # what is farther out along a track that rises is nearer to the pads
    digits = simulated(chamber, conditions, 200)
    assert image_moments(digits).covariance.mean() < -0.05


def test_electrons_are_as_many_as_path_and_ionisation_say():
    gas = MPD_CHAMBER.gas
    small = {"largest": 19, "tail": 0.0}
    chamber = changed(small)
    segments = Segments.at(chamber, np.repeat(STRAIGHT, 400, axis=0))
    sizes = cluster_sizes(chamber.gas)
    streams = [stream(1, i) for i in range(400)]
    count = len(free_electrons(chamber, sizes, segments, streams).x) / 400
    mean_size = (np.arange(1, 20) * gas.cluster_sizes).sum() / sum(gas.cluster_sizes)
    path = 2 * segments.reach[0]
    # at 0.48 GeV, pions are all but minimum-ionising
    assert count == pytest.approx(gas.cluster_density * path * mean_size, rel=0.03)


def test_ionisation_is_lowest_near_a_beta_gamma_of_three_and_a_half():
    momenta = np.geomspace(0.05, 5, 400)
    relative = relative_ionisation(momenta, 0.13957, 0.11)
    assert relative.min() == pytest.approx(1, abs=1e-4)
    assert momenta[relative.argmin()] / 0.13957 == pytest.approx(3.5, rel=0.1)


def test_sizes_of_clusters():
    gas = MPD_CHAMBER.gas
    cumulative = cluster_sizes(gas)
    assert len(cumulative) == gas.largest
    assert cumulative[-1] == 1
    probabilities = np.diff(cumulative, prepend=0)
    assert probabilities[1] / probabilities[0] == pytest.approx(
        gas.cluster_sizes[1] / gas.cluster_sizes[0]
    )
    assert probabilities[99] / probabilities[199] == pytest.approx(4)


def test_widths_grow_with_the_drift_as_diffusion_says():
    drift = np.array([30.0, 300.0])
    conditions = np.repeat(np.repeat(STRAIGHT, 2, axis=0), 1500, axis=0)
    conditions[:, 2] = np.repeat(drift, 1500) + np.tile(np.linspace(0, 0.999, 1500), 2)
    conditions[:, 3] += np.random.default_rng(0).random(3000)
    chamber = changed(gain=1000.0, saturation=1e9)
    found = image_moments(Drift(chamber.to_dict())(conditions, seed=3).readouts["pads"])
    gas = chamber.gas
    path = np.diff(drift)[0] * 5.5
    for variance, diffusion, pitch in (
        (found.pad_variance, gas.transverse, 5.0),
        (found.time_variance, gas.longitudinal, 5.5),
    ):
        near, far = variance[:1500].mean(), variance[1500:].mean()
        assert far - near == pytest.approx(diffusion**2 * path / pitch**2, rel=0.06)


def test_amplitudes_are_zero_or_above_threshold_and_saturate():
    digits = simulated(MPD_CHAMBER, STRAIGHT, 200)
    assert digits[digits > 0].min() >= np.float32(0.9)
    loud = simulated(changed(gain=1e6), STRAIGHT, 5)
    assert loud.max() == np.float32(MPD_CHAMBER.saturation)


def test_outer_rows_collect_more():
    inner, outer = (
        simulated(MPD_CHAMBER, np.array([[0.0, 0.0, 100.0, 30.0, row, 0.477]]), 800)
        for row in (26, 27)
    )
    ratio = np.median(image_moments(outer).amplitude) / np.median(image_moments(inner).amplitude)
    assert 1.4 < ratio < 1.7


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (1, 70.0, r"dip_angle = 70 deg is outside the range -60\.\.60"),
        (0, -22.0, "crossing_angle"),
        (2, 400.0, r"drift_length = 400 time bins is outside the range 20\.\.305"),
        (4, 53, "pad_row = 53"),
        (4, 22.5, "pad_row"),
        (5, 0.0, r"pt = 0 GeV is outside the range 0\.1\.\.2\.5"),
        (3, math.nan, "pad_coordinate is not finite"),
    ],
)
def test_conditions_that_make_no_sense(column, value, message):
    conditions = STRAIGHT.copy()
    conditions[0, column] = value
    with pytest.raises(ConditionError, match=message):
        Drift()(conditions)


def test_any_conditions_give_digits():
    events = simulator("drift", "mpd_tpc")(draw(MPD_TPC, 5, 0, 300, {}), seed=5)
    moments = image_moments(events.readouts["pads"])
    assert np.isfinite(moments.time_mean).all()
    assert (moments.amplitude > 0).all()


def test_published_responses(shared_data):
    published = load_events(shared_data("mpd_tpc.h5"), slice(2000, 3500))
    made = Drift(load_chamber("mpd_tpc").to_dict())(published.conditions, seed=4)
    real, found = (image_moments(e.readouts["pads"]) for e in (published, made))
    for name in ("pad_mean", "time_mean", "pad_variance", "time_variance", "covariance"):
        a, b = getattr(real, name), getattr(found, name)
        error = math.hypot(a.std(), b.std()) / math.sqrt(len(a))
        assert abs(a.mean() - b.mean()) < 5 * error, name
        assert b.std() / a.std() == pytest.approx(1, abs=0.12), name
    ratio = np.median(found.amplitude) / np.median(real.amplitude)
    assert ratio == pytest.approx(1, abs=0.06)
