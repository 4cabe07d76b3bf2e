"""Reports: ratios and excesses, their borders, JSON and Markdown."""

import json
import math

import pytest

from cloudburst.distances import Measurement
from cloudburst.errors import DataError
from cloudburst.validation import Check, Report


def check(measured: tuple[float, float], floor: tuple[float, float], name: str = "m") -> Check:
    return Check(name, Measurement(*measured), Measurement(*floor))


def report(*checks: Check) -> Report:
    return Report("calogan", 200, 100, 3, checks)


def test_golden_check() -> None:
    found = check((0.9, 0.3), (0.2, 0.4))
    assert found.ratio == pytest.approx(4.5)
    assert found.excess == pytest.approx(0.7 / 0.5)
    assert found.least_ratio == pytest.approx(0.6 / 0.6)


@pytest.mark.parametrize(
    ("measured", "floor", "ratio", "excess"),
    [
        ((0.0, 0.0), (0.0, 0.0), 1.0, 0.0),
        ((0.5, 0.0), (0.0, 0.0), math.inf, math.inf),
        ((0.0, 0.0), (0.5, 0.0), 0.0, -math.inf),
        ((0.5, 0.0), (0.5, 0.0), 1.0, 0.0),
        ((0.1, 0.1), (0.0, 0.0), math.inf, 1.0),
    ],
)
def test_checks_without_floor_or_error(measured, floor, ratio: float, excess: float) -> None:
    found = check(measured, floor)
    assert (found.ratio, found.excess) == (ratio, excess)


def test_the_worst_are_far_above_the_floor_for_sure() -> None:
    sure = check((0.5, 0.05), (0.1, 0.01), "sure")
    loose = check((0.8, 0.75), (0.1, 0.01), "loose")
    single = check((1e-4, 1e-4), (0.0, 0.0), "single")
    broken = check((0.1, 0.01), (0.0, 0.0), "broken")
    fine = check((0.1, 0.01), (0.1, 0.01), "fine")
    order = report(fine, single, loose, sure, broken).worst(5)
    assert [c.name for c in order] == ["broken", "sure", "fine", "loose", "single"]
    assert report(fine, sure).worst(1) == (sure,)
    assert report(fine).worst(9) == (fine,)


def test_a_report_survives_json() -> None:
    original = report(check((0.1, 0.02), (0.3, 0.04), "a"), check((1.0, 0.0), (0.0, 0.0), "b"))
    text = json.dumps(original.to_dict(), allow_nan=False)
    assert Report.from_dict(json.loads(text)) == original


def test_golden_dictionary() -> None:
    assert report(check((0.5, 0.0), (0.0, 0.0))).to_dict() == {
        "detector": "calogan",
        "reference_events": 200,
        "candidate_events": 100,
        "seed": 3,
        "checks": [
            {
                "name": "m",
                "measured": {"value": 0.5, "error": 0.0},
                "floor": {"value": 0.0, "error": 0.0},
                "ratio": None,
                "excess": None,
            }
        ],
    }


@pytest.mark.parametrize("missing", ["detector", "reference_events", "seed", "checks"])
def test_an_incomplete_dictionary_is_refused(missing: str) -> None:
    data = report(check((0.1, 0.1), (0.1, 0.1))).to_dict()
    del data[missing]
    with pytest.raises(DataError, match=f"not the description of a report: '{missing}'"):
        Report.from_dict(data)


@pytest.mark.parametrize("checks", [3, [3], [{"name": "m"}], [{"name": "m", "measured": 1}]])
def test_malformed_checks_are_refused(checks: object) -> None:
    with pytest.raises(DataError, match="not the description of a report"):
        Report.from_dict(report().to_dict() | {"checks": checks})


def test_golden_markdown() -> None:
    lines = report(check((0.123456, 0.0123), (0.1, 0.02))).to_markdown().splitlines()
    assert lines[0] == "# calogan: 100 events against 200 of the reference"
    assert lines[2].count("|") == lines[3].count("|") == lines[4].count("|") == 6
    assert lines[4] == "| m | 0.1235 ± 0.012 | 0.1 ± 0.02 | 1.23 | +1.0 |"
    assert len(lines) == 5
