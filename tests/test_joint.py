"""The joint report of real showers: floors, absences, damage that must be seen."""

import dataclasses

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.errors import DataError
from cloudburst.validation.multivariate import QUICK, JointSettings, compare_jointly, spaces
from cloudburst.validation.multivariate.checks import frechet_check, kernel_check
from cloudburst.validation.multivariate.samples import Samples
from components import showers

SETTINGS = dataclasses.replace(QUICK, splits=2)


@pytest.fixture(scope="module")
def parts(sample_path):
    """Real showers: 600 of the reference, 300 of a candidate, 100 of a training."""
    events = storage.read(sample_path)
    return events[:600], events[600:900], events[900:]


def by_name(report):
    return {check.name: check for check in report.checks}


def damaged(events, damage):
    return dataclasses.replace(
        events, readouts={name: damage(array) for name, array in events.readouts.items()}
    )


def test_full_simulation_is_at_its_floor_in_everything(parts):
    reference, candidate, training = parts
    told = []
    report = compare_jointly(reference, candidate, training, 1, SETTINGS, told.append)
    assert len(report.checks) == 12  # 300 events are too few for FPD
    for check in report.checks:
        assert abs(check.excess) < 4, check
        assert check.events == 300
    assert report.memorisation.p_value > 0.005
    assert report.memorisation.copies == 0
    assert report.worth.worth > 30
    assert [absence.name for absence in report.absences] == ["FPD"]
    assert "events are needed in each sample, got 300" in report.absences[0].reason
    assert told[0] == "FPD"
    assert told[-1] == "memorisation"
    again = compare_jointly(reference, candidate, training, 1, SETTINGS)
    assert again.checks == report.checks


def test_wide_showers_are_seen_by_every_kind_of_figure(parts):
    reference, candidate, _ = parts
    wrong = damaged(candidate, lambda cells: cells**0.9)
    report = compare_jointly(reference, wrong, None, 1, SETTINGS)
    checks = by_name(report)
    for name in ("KPD", "density, observables", "coverage, observables", "PRD precision F1/8"):
        assert checks[name].excess > 4, name
    correlations, worth = report.correlations, report.worth
    assert correlations.distance.value > 2 * correlations.floor.value
    assert worth.worth < 60
    assert not worth.at_least


def test_copies_of_training_events_are_found(parts):
    reference, candidate, _ = parts
    report = compare_jointly(reference, candidate, candidate, 1, SETTINGS)
    assert report.memorisation.copies > 50
    assert report.memorisation.p_value < 0.01


def test_training_events_of_other_conditions_are_no_yardstick(parts):
    reference, candidate, _ = parts
    low = reference[reference.condition("energy") < 40]
    report = compare_jointly(reference, candidate, low, 1, SETTINGS)
    assert report.memorisation is None
    reasons = {absence.name: absence.reason for absence in report.absences}
    assert "differ in energy" in reasons["memorisation"]


def test_what_cannot_be_had_is_named_and_the_rest_still_comes(parts):
    reference, candidate, _ = parts
    readouts = {name: array.copy() for name, array in candidate.readouts.items()}
    readouts["layer_0"][3, 0, 0] = np.nan
    report = compare_jointly(
        reference, dataclasses.replace(candidate, readouts=readouts), None, 1, SETTINGS
    )
    reasons = {absence.name: absence.reason for absence in report.absences}
    assert "1 of " in reasons["precision and recall, cells"]
    assert "not known" in reasons["memorisation"]
    assert "KPD" in by_name(report)
    few = compare_jointly(reference[:80], candidate[:40], None, 1, SETTINGS)
    assert few.checks == ()
    assert len(few.absences) == 8
    assert all("needed" in absence.reason for absence in few.absences[:-1])


def test_other_detectors_and_nothing_are_refused(parts):
    reference, candidate, _ = parts
    with pytest.raises(DataError, match="does not have the readouts"):
        compare_jointly(reference, showers())
    with pytest.raises(DataError, match="nothing to compare: 600 and 0"):
        compare_jointly(reference, candidate[:0])


def test_constant_and_empty_cells_are_left_out():
    reference, candidate = showers(n=400), showers(n=200, seed=1)
    empty = [dataclasses.replace(e, readouts=dict(e.readouts)) for e in (reference, candidate)]
    for events in empty:
        events.readouts["back"] = np.zeros_like(events.readouts["back"])
    report = compare_jointly(*empty, None, 0, SETTINGS)
    assert {"KPD", "coverage, observables", "coverage, cells"} <= by_name(report).keys()
    assert np.isfinite(report.correlations.distance.value)


def test_spaces_fill_holes_with_the_mean_and_mark_them():
    reference = np.array([[1.0, 5.0, 7.0], [3.0, np.nan, 7.0]])
    candidate = np.array([[np.nan, 6.0, 7.0]])
    x, y = spaces.complete(reference, candidate)
    # the third column is the same everywhere
    np.testing.assert_array_equal(x, [[1, 5, 0, 0], [3, 5, 0, 1]])
    np.testing.assert_array_equal(y, [[2, 6, 1, 0]])


def test_at_most_so_many_points_are_compared_and_it_is_said():
    reference, candidate = showers(n=500), showers(n=250, seed=1)
    settings = JointSettings(splits=1, most=100, repeats=3, clusterings=1, draws=2)
    samples = Samples(reference, candidate, settings, 0)
    assert [len(points) for points in (*samples.scaled(), *samples.cells())] == [100] * 6
    assert [len(points) for points in samples.raw()] == [250] * 3
    report = compare_jointly(reference, candidate, None, 0, settings)
    assert "100 of 250 events" in by_name(report)["precision, observables"].note


@pytest.mark.slow
def test_errors_of_fpd_and_kpd_are_the_spread_of_repeated_experiments():
    found = []
    for i in range(24):
        reference, candidate = showers(n=1200, seed=2 * i), showers(n=600, seed=2 * i + 1)
        settings = JointSettings(splits=2, repeats=15)
        samples = Samples(reference, candidate, settings, i)
        for check in (frechet_check(samples), kernel_check(samples)):
            found += [check.measured, check.floor]
    values, errors = np.array(found).reshape(24, 4, 2).transpose(2, 1, 0)
    ratios = errors.mean(axis=1) / values.std(axis=1, ddof=1)
    assert (ratios > 0.7).all()
    assert (ratios < 2).all()
