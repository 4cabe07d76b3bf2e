"""Moments of pad-by-time images, and chi2 of their trends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloudburst.detectors import CALOGAN, MPD_TPC
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.observables import has_pads, image_moments, observables_for
from cloudburst.validation import trend, trend_chi2

NAMES = [
    "pad_mean",
    "time_mean",
    "pad_variance",
    "time_variance",
    "pad_time_covariance",
    "amplitude",
    "peak",
    "hits",
]


def responses(images):
    conditions = np.tile(np.float32([0, 0, 100, 30, 23, 0.5]), (len(images), 1))
    return Events(MPD_TPC, conditions, {"pads": np.asarray(images, np.float32)})


def worked():
    """Amplitudes 1 at (2, 5), 2 at (3, 5) and 1 at (3, 7)."""
    image = np.zeros((8, 16))
    image[2, 5], image[3, 5], image[3, 7] = 1, 2, 1
    return image


def values(images):
    events = responses(images)
    return {o.name: o(events) for o in observables_for(MPD_TPC)}


def test_a_worked_image():
    found = {name: value[0] for name, value in values([worked()]).items()}
    assert list(found) == NAMES
    assert found["pad_mean"] == pytest.approx(2.75)  # (2 + 6 + 3) / 4
    assert found["time_mean"] == pytest.approx(5.5)  # (5 + 10 + 7) / 4
    assert found["pad_variance"] == pytest.approx(0.1875)  # (4 + 18 + 9) / 4 - 2.75^2
    assert found["time_variance"] == pytest.approx(0.75)  # (25 + 50 + 49) / 4 - 5.5^2
    assert found["pad_time_covariance"] == pytest.approx(0.125)  # (10 + 30 + 21) / 4 - 15.125
    assert found["amplitude"] == 4
    assert found["peak"] == 2
    assert found["hits"] == 3


def test_one_empty_image_leaves_all_others_alone():
    alone = values([worked()])
    among = values([worked(), np.zeros((8, 16)), -worked()])
    for name in NAMES:
        assert among[name][0] == alone[name][0]
    for name in NAMES[:5]:
        assert np.isnan(among[name][1:]).all()
    for name in NAMES[5:]:
        assert (among[name][1:] == 0).all()


def test_cells_below_threshold_are_no_hits():
    assert values([0.5 * worked()])["hits"][0] == 1


def test_a_single_cell_has_no_width():
    image = np.zeros((8, 16))
    image[7, 15] = 0.1
    found = values([image])
    assert found["pad_mean"][0] == 7
    assert found["time_mean"][0] == 15
    for name in ("pad_variance", "time_variance", "pad_time_covariance"):
        assert found[name][0] == 0


@given(
    npst.arrays(np.float32, (3, 8, 16), elements=st.just(0.0) | st.floats(0.5, 2**20, width=32))
)
def test_moments_are_those_of_a_distribution(images):
    m = image_moments(images)
    some = m.amplitude > 0
    assert np.array_equal(np.isnan(m.pad_mean), ~some)
    assert np.all((m.pad_mean[some] >= 0) & (m.pad_mean[some] <= 7))
    assert np.all((m.time_mean[some] >= 0) & (m.time_mean[some] <= 15))
    assert np.all(m.covariance[some] ** 2 <= m.pad_variance[some] * m.time_variance[some] + 1e-9)
    i, j = np.meshgrid(np.arange(8), np.arange(16), indexing="ij")
    for image, *found in zip(images.astype(float), *m[:5], strict=True):
        if image.sum():
            p = image / image.sum()
            mean = (p * i).sum(), (p * j).sum()
            wanted = [*mean, (p * i * i).sum() - mean[0] ** 2, (p * j * j).sum() - mean[1] ** 2]
            assert found == pytest.approx([*wanted, (p * i * j).sum() - np.prod(mean)], abs=1e-9)


def test_which_detectors_have_pads():
    assert has_pads(MPD_TPC)
    assert not has_pads(CALOGAN)


def test_published_moments(shared_data):
    """Those that the description of the file states, for all of its source."""
    m = image_moments(load_events(shared_data("mpd_tpc.h5")).readouts["pads"])
    stated = {
        "pad_mean": (3.502, 0.303),
        "time_mean": (7.486, 0.371),
        "pad_variance": (0.297, 0.071),
        "time_variance": (1.345, 0.500),
        "covariance": (0.001, 0.116),
    }
    for name, (mean, spread) in stated.items():
        found = getattr(m, name)
        assert found.mean() == pytest.approx(mean, abs=4 * spread / math.sqrt(4000))
        assert found.std() == pytest.approx(spread, rel=0.03)


EDGES = np.linspace(0, 1, 4)


def test_equal_trends_have_no_chi2():
    rng = np.random.default_rng(0)
    x, y = rng.random(300), rng.normal(size=300)
    one = trend(x, y, EDGES)
    assert trend_chi2([(one, one)]) == (0.0, 6, 0)


def test_chi2_of_samples_of_one_kind_is_near_the_number_of_terms():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(60):
        x, y = rng.random((2, 400)), rng.normal(size=(2, 400))
        found.append(trend_chi2([(trend(x[0], y[0], EDGES), trend(x[1], y[1], EDGES))]).value)
    # six terms; the two of a bin are correlated, which leaves their mean alone
    assert np.mean(found) == pytest.approx(6, rel=0.25)


def test_a_shift_by_an_error_counts_once_a_term():
    x, y = np.full(100, 0.5), np.tile([-1.0, 1.0], 50)
    one = trend(x, y, [0, 1])
    step = math.hypot(one.mean_error[0], one.width_error[0]) * math.sqrt(2)
    assert trend_chi2([(one, trend(x, y + step, [0, 1]))]).value == pytest.approx(2)


def test_bins_without_entries_are_counted_not_compared():
    one = trend([0.1, 0.15, 0.2, 0.5], [1.0, 2.0, 4.0, 5.0], EDGES)
    assert trend_chi2([(one, one)]) == (0.0, 2, 4)
    assert trend_chi2([]) == (0.0, 0, 0)
