"""Whole pad rows against windows placed by hand and by a loop."""

import dataclasses

import numpy as np
import pytest

from cloudburst.detectors import MPD_TPC
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.tpc import assemble


def segments(*conditions):
    """One segment each: drift length, pad coordinate, row; 1, 2, ... 128 in its cells."""
    rows = [[0.0, 0.0, drift, pad, row, 1.0] for drift, pad, row in conditions]
    image = np.arange(1, 129, dtype=np.float32).reshape(8, 16)
    images = np.repeat(image[None], len(rows), axis=0)
    return Events(MPD_TPC, np.array(rows, np.float32), {"pads": images}), image


def test_one_window_by_hand():
    events, image = segments((40.02, 30.995, 23))
    rows = assemble(events, pads=60)
    assert rows.shape == (53, 60, 310)
    # pads from 30 - 3, time bins from 40 - 7
    assert np.array_equal(rows[23, 27:35, 33:49], image)
    assert rows.sum() == image.sum()


def test_overlapping_segments_add_up_in_their_row():
    events, image = segments((40.0, 30.0, 5), (41.9, 31.9, 5), (40.0, 30.0, 6))
    rows = assemble(events, pads=60)
    assert rows[5, 28, 34] == image[1, 1] + image[0, 0]
    assert rows[5].sum() == 2 * image.sum()
    assert np.array_equal(rows[6, 27:35, 33:49], image)


def test_what_is_beyond_the_ends_is_lost():
    events, image = segments((300.5, 50.2, 1))
    rows = assemble(events, pads=52)
    assert np.array_equal(rows[1, 47:, 293:309], image[:5, :])
    assert rows.sum() == image[:5].sum()
    assert assemble(events, pads=52, bins=300)[1].sum() == image[:5, :7].sum()


def test_real_segments_against_a_loop(shared_data):
    events = load_events(shared_data("mpd_tpc.h5"), slice(200))
    wanted = np.zeros((53, 60, 330))
    for image, c in zip(events.readouts["pads"], events.conditions, strict=True):
        pad, time = int(c[3]) - 3, int(c[2]) - 7
        wanted[int(c[4]), pad : pad + 8, time : time + 16] += image
    np.testing.assert_allclose(assemble(events, pads=60, bins=330), wanted, rtol=1e-5)


def test_no_segments_give_empty_rows():
    events, _ = segments((40.0, 30.0, 5))
    assert not assemble(events[:0], pads=10).any()


def test_what_cannot_be_assembled(geant4):
    with pytest.raises(DataError, match="segments of 'mpd_tpc' are assembled, not of 'calogan'"):
        assemble(geant4, pads=60)
    events, _ = segments((40.0, 30.0, 5))
    with pytest.raises(DataError, match="needs pads and time bins, got 0 and 310"):
        assemble(events, pads=0)
    other = dataclasses.replace(MPD_TPC, name="other")
    with pytest.raises(DataError, match="not of 'other'"):
        assemble(dataclasses.replace(events, detector=other), pads=60)
