"""FPD and KPD against JetNet, the reference implementation."""

import importlib.util
import json
from pathlib import Path

import pytest

from cloudburst.validation.multivariate import (
    BatchSizes,
    frechet_physics_distance,
    kernel_physics_distance,
)
from cloudburst.validation.multivariate.frechet import best_line

ROOT = Path(__file__).parents[1]
_SPEC = importlib.util.spec_from_file_location(
    "jetnet_reference", ROOT / "tools" / "jetnet_reference.py"
)
jetnet_reference = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(jetnet_reference)
GOLDEN = json.loads((Path(__file__).parent / "golden" / "jetnet.json").read_text())["cases"]


CASES = [
    pytest.param(case, marks=[pytest.mark.slow] * (case.largest > 10_000), id=case.name)
    for case in jetnet_reference.CASES
]


@pytest.mark.parametrize("case", CASES)
def test_fpd_and_kpd_are_those_of_jetnet(case):
    x, y = jetnet_reference.samples(case)
    fpd = frechet_physics_distance(x, y, BatchSizes(case.smallest, case.largest))
    kpd = kernel_physics_distance(x, y, case.batch)
    golden = GOLDEN[case.name]
    assert fpd == pytest.approx(golden["fpd"], rel=1e-5)
    assert kpd == pytest.approx(golden["kpd"], rel=1e-5, abs=1e-10)


@pytest.mark.skipif(not importlib.util.find_spec("jetnet"), reason="jetnet is not installed")
@pytest.mark.parametrize("case", jetnet_reference.CASES[:3], ids=lambda case: case.name)
def test_fpd_and_kpd_are_those_of_jetnet_that_is_installed(case):
    found = jetnet_reference.measure(case)
    x, y = jetnet_reference.samples(case)
    sizes = BatchSizes(case.smallest, case.largest)
    assert frechet_physics_distance(x, y, sizes) == pytest.approx(found["fpd"], rel=1e-5)
    kpd = kernel_physics_distance(x, y, case.batch)
    assert kpd == pytest.approx(found["kpd"], rel=1e-5, abs=1e-10)


@pytest.mark.slow
def test_the_line_itself_is_found_where_the_published_search_stops_early():
    case = jetnet_reference.CASES[3]._replace(shift=0.0)
    x, y = jetnet_reference.samples(case)
    published = frechet_physics_distance(x, y, BatchSizes())
    best = frechet_physics_distance(x, y, BatchSizes(), line=best_line)
    # one law: the distance is that of 50,000 events at most, which the flat line misses
    assert best.value < 0.3 * published.value
