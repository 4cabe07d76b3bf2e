"""Several candidates side by side: the page, and the journey that makes it."""

import json
import re

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.distances import Measurement
from cloudburst.errors import DataError, ExistsError
from cloudburst.experiment import QUICK, Orders, compare_journey
from cloudburst.validation import Contender, Report
from cloudburst.validation.comparison import Comparison, Competitor, write_comparison
from cloudburst.validation.plots import overlay, pareto
from components import TOY, showers
from reports import HOSTILE, check, content, sample


def competitor(name, values, ms=1.0):
    checks = tuple(
        check(f"{observable}:separation", value)
        for observable, value in zip(("total", "E1"), values, strict=True)
    )
    ratio = Measurement(float(np.mean(values)) / 0.1, 0.1)
    row = Contender(name, ms, 805 / ms, 60, 1, 2, ratio, None)
    return Competitor(row, Report("toy", 60, 60, 0, checks), sample(40, seed=3), {"made": name})


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    made = Comparison(
        title=f"Three {HOSTILE}",
        reference=sample(),
        ideal=Contender("full simulation", 805.0, 1.0, 60, 2, 2, Measurement(1.0, 0.0), None),
        competitors=[
            competitor("slow", (0.1, 0.3), 50.0),
            competitor("fast", (0.15, 0.12), 0.01),
            competitor(HOSTILE, (0.5, 0.5), float("nan")),
        ],
        observables=content().observables[:1],
    )
    folder = tmp_path_factory.mktemp("compare") / "report"
    write_comparison(folder, made)
    with pytest.raises(ExistsError):
        write_comparison(folder, made)
    return folder


def test_the_best_of_each_line_is_marked_and_the_floor_stands_beside(page):
    text = (page / "report.html").read_text()
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*total, separation.*?</tr>", text, re.S)
    assert '<td class="number best">0.100 ± 0.010</td>' in row
    assert '<td class="number">0.150 ± 0.010</td>' in row
    assert '<td class="number off">0.500 ± 0.010</td>' in row
    assert row.count("0.100 ± 0.010") == 2, "the best, and the floor"


def test_the_page_says_who_is_nearest_and_who_is_fastest(page):
    text = (page / "report.html").read_text()
    assert "Of 3 candidates, fast is nearest to the full simulation" in text
    assert "The fastest is fast." in text
    assert HOSTILE not in text
    assert text.count("<script>") == 1
    targets, links = (set(re.findall(p, text)) for p in (r'id="([^"]+)"', r'href="#([^"]+)"'))
    assert links <= targets


def test_numbers_and_figures_lie_beside_the_page(page):
    data = json.loads((page / "report.json").read_text())
    assert [one["name"] for one in data["candidates"]] == ["slow", "fast", HOSTILE]
    assert data["candidates"][2]["ms_per_event"] is None
    assert Report.from_dict(data["candidates"][1]).checks[0].measured.value == 0.15
    names = {path.stem for path in (page / "figures").iterdir()}
    assert names == {"pareto", "overlay-0-total"}


def test_the_front_joins_those_that_none_beats():
    made = pareto(
        ["full", "good", "bad"],
        [800.0, 1.0, 5.0],
        [1.0, 1.5, 3.0],
        [0, 0, 0],
        [True, False, False],
    )
    line = made.axes[0].lines[0]
    assert line.get_xdata().tolist() == [1.0, 800.0]


def test_overlays_take_any_number_of_candidates_and_odd_values():
    rng = np.random.default_rng(0)
    others = {f"candidate {i}": rng.normal(size=50) for i in range(9)}
    others["empty"] = np.array([np.nan])
    made = overlay(rng.normal(size=80), others, "$x$", "mm")
    assert len(made.axes[0].get_legend().get_texts()) == 11
    assert made.axes[1].get_xlabel() == "$x$ [mm]"


def test_files_are_compared_with_each_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for i, name in enumerate(("full.h5", "a.h5", "b.h5")):
        storage.write(tmp_path / name, showers(TOY, 60, seed=i), {"cpu_ms_per_event": 10.0**i})
    lines = compare_journey(
        "full.h5", ["a.h5", "b.h5", "a.h5"], tmp_path / "c", Orders(effort=QUICK)
    )
    assert [line[0] for line in lines[1:]] == ["full simulation", "a.h5 (1)", "b.h5", "a.h5 (2)"]
    assert lines[2][1:3] == ("10", "0")
    assert lines[2][3:] == lines[4][3:]
    with pytest.raises(DataError, match="needs a candidate"):
        compare_journey("full.h5", [], tmp_path / "d")
