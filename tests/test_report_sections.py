"""Sections of a report that depend on how large a detector is."""

import dataclasses

import numpy as np
import pytest

from cloudburst.events import Events
from cloudburst.validation.event_figures import means
from cloudburst.validation.plots import correlation_matrices
from reports import BARE, DETECTOR, content, sample


def test_a_detector_of_many_readouts_shows_some_of_their_means():
    events = sample(60)
    many = tuple(dataclasses.replace(DETECTOR.readouts[0], name=f"plane_{i}") for i in range(30))
    deep = dataclasses.replace(DETECTOR, readouts=many)
    cells = {readout.name: events.readouts["layer_0"] for readout in many}
    events = Events(deep, events.conditions, cells)
    shown = means(content(**BARE, reference=events, candidate=events))
    assert [plate.observable for plate in shown.plates[:2]] == ["plane_0", "plane_4"]
    assert shown.plates[-1].observable == "plane_29"
    assert shown.text.endswith("8 of 30 readouts, from the first to the last.")


@pytest.mark.parametrize("columns", [2, 30, 300])
def test_correlation_matrices_of_any_size_fit_a_page(columns):
    names = [f"column {i}" for i in range(columns)]
    matrix = np.eye(columns)
    matrix[0] = np.nan
    drawn = correlation_matrices(names, matrix, matrix, matrix)
    assert drawn.get_size_inches().max() < 18
