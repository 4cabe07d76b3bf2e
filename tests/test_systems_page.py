"""The page of published systems says what benchmarks/results/systems keeps, and nothing else."""

import json
import math
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = sorted((ROOT / "benchmarks" / "results" / "systems").glob("*.json"))


@pytest.fixture(scope="module")
def systems():
    """The names of benchmarks/systems.py."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        yield runpy.run_path(str(ROOT / "benchmarks" / "systems.py"))
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def test_the_page_is_made_of_what_is_kept(systems):
    kept = [systems["RESULTS"] / f"{name}.json" for name in systems["MEASURES"]]
    found = [json.loads(path.read_text()) for path in kept if path.exists()]
    assert systems["page"](found) == (ROOT / "docs" / "systems.md").read_text()


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_every_figure_has_its_error_and_every_system_its_cost(path):
    system = json.loads(path.read_text())
    assert system["name"] == path.stem
    assert system["rows"]
    assert system["costs"]
    assert system["shortfall"]
    for row in system["rows"]:
        assert row["system"] == path.stem
        assert math.isfinite(row["ours"])
        assert row["error"] >= 0, row
    images = ROOT / "docs" / "images" / "systems"
    assert all((images / picture["name"]).is_file() for picture in system["pictures"])
    assert all(cost["minutes"] > 0 for cost in system["costs"])


def test_pictures_are_small():
    sizes = [p.stat().st_size for p in (ROOT / "docs" / "images" / "systems").iterdir()]
    assert sum(sizes) <= 500_000


def test_separation_by_hand(systems):
    separation = systems["calogan"].separation
    few = list(range(10))
    assert separation(few, few) == 0
    # disjoint samples: half of the sum over bins of (p - q)^2 / (p + q)
    assert separation(few, [x + 100 for x in few]) == pytest.approx(1, abs=1e-4)
