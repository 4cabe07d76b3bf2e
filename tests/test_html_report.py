import base64
import dataclasses
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest

from cloudburst.detector import Condition
from cloudburst.errors import DataError, ExistsError
from cloudburst.events import Events
from cloudburst.formats import read_events
from cloudburst.observables import Observable, observables_for
from cloudburst.validation import Report, SpeedRow
from cloudburst.validation.definitions import definitions
from cloudburst.validation.figures import sections
from cloudburst.validation.html import report_data, write_report
from cloudburst.validation.plates import Plate
from cloudburst.validation.summary import response_bias, standings, summary_cards, verdict
from reports import BARE, DETECTOR, GATES, HOSTILE, REPORT, check, content, sample

SHOWERS = Path(__file__).parents[1].parent / "shared" / "data" / "calogan_eplus.h5"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "made" / "report"
    write_report(path, content())
    return path


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "report.html").read_text()


def slugs(made) -> list[str]:
    return [section.slug for section in sections(made)]


def test_a_report_is_a_page_its_numbers_and_its_figures(folder):
    assert sorted(p.name for p in folder.iterdir()) == ["figures", "report.html", "report.json"]
    figures = {p.stem for p in (folder / "figures").iterdir()}
    assert figures == {plate.slug for s in sections(content()) for plate in s.plates}
    assert all(re.fullmatch(r"[\w.-]+", name) for name in figures)


def test_the_page_holds_every_figure_as_it_lies_beside_it(folder, page):
    embedded = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    files = {p.read_text() for p in (folder / "figures").iterdir()}
    assert {base64.b64decode(data).decode() for data in embedded} == files


def test_the_page_asks_nothing_of_the_network(page):
    loaded = re.findall(r'(?:src|srcset|data|action|poster)\s*=\s*"([^"]*)"', page)
    loaded += re.findall(r'<link[^>]*href="([^"]*)"', page)
    assert loaded
    assert all(source.startswith("data:") for source in loaded)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_everything_that_comes_from_data_is_escaped(page):
    assert page.count("<script>") == 1, "only our own"
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(" in page


def test_links_point_at_what_is_there(page):
    targets = set(re.findall(r'id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links
    assert links <= targets
    assert "observable-0-total" in links


def test_parts_that_are_not_there_are_left_out():
    assert slugs(content()) == [
        "gates", "overview", "contenders", "classifier", "joint", "correlations", "response",
        "conditions", "observables", "images", "events", "cells", "training", "speed",
    ]  # fmt: skip
    assert slugs(content(**BARE)) == ["overview", "response", "images", "events", "cells"]


def test_a_bare_report_is_written(tmp_path):
    empty = Report("toy", 60, 60, 0, ())
    write_report(
        tmp_path / "bare",
        content(**BARE, report=empty),
    )
    page = (tmp_path / "bare" / "report.html").read_text()
    for absent in ("worst", "training", "speed", "classifier", "provenance", "observables"):
        assert f'id="{absent}"' not in page


def test_the_numbers_are_json_that_a_report_is_made_of(folder):
    data = json.loads((folder / "report.json").read_text())
    assert Report.from_dict(data) == REPORT
    assert data["classifier"][0]["auc"] == {"value": 0.71, "error": 0.01}
    assert data["speed"][2]["ms_per_event"] == 0.007
    assert data["history"][1]["figure"] == 0.25
    assert data["provenance"]["data"]["events"] == 60
    assert data["response_bias"]["value"] == pytest.approx(0.02, abs=0.01)


def test_what_json_lacks_becomes_nothing_or_text():
    odd = {"n": np.float32(2.5), "nan": float("nan"), "path": Path("a/b"), "t": (np.int64(1),)}
    data = report_data(content(provenance=odd))
    assert data["provenance"] == {"n": 2.5, "nan": None, "path": "a/b", "t": [1]}
    json.dumps(data, allow_nan=False)


def test_a_report_that_is_there_is_kept_unless_told_otherwise(folder, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "kept.txt").write_text("x")
    few = content(**BARE)
    with pytest.raises(ExistsError):
        write_report(tmp_path / "old", few)
    assert [p.name for p in tmp_path.rglob("*.*")] == ["kept.txt"]
    write_report(tmp_path / "old", few, overwrite=True)
    assert not (tmp_path / "old" / "kept.txt").exists()


def test_a_failure_on_the_way_leaves_nothing(tmp_path):
    def fails(events: Events) -> np.ndarray:
        raise DataError("no such thing")

    with pytest.raises(DataError, match="no such thing"):
        write_report(
            tmp_path / "report", content(**BARE | {"observables": [Observable("x", "", fails)]})
        )
    bad = Observable("x", "", lambda e: e.conditions[:, 0], r"$\nosuch$")
    with pytest.raises(DataError, match="mathtext"):
        write_report(tmp_path / "report", content(**BARE | {"observables": [bad]}))
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_before_each_figure(tmp_path):
    told: list[str] = []
    few = content(**BARE)
    write_report(tmp_path / "report", few, progress=told.append)
    plates = [plate.slug for section in sections(few) for plate in section.plates]
    assert [line.split()[1] for line in told] == plates


def test_the_same_content_makes_the_same_bytes(tmp_path):
    few = content(**BARE)
    for name in ("first", "second"):
        write_report(tmp_path / name, few)
    for name in ("report.html", "report.json"):
        first, second = ((tmp_path / where / name).read_bytes() for where in ("first", "second"))
        assert first == second


def test_the_verdict_in_words():
    assert verdict(content()) == (
        "It fails G2 in 1 of 1 respects. 2 of 4 quantities agree with the full simulation "
        "to within 2 times the distance that it has from itself; the farthest off is broken, at "
        "∞ times that floor. A classifier tells the surrogate from the full simulation with an "
        "AUC of 0.71 ± 0.01, where 0.5 is "
        "a coin toss and 1 is always right. An event takes 7.00 µs, 115,000 times less than in "
        "the full simulation."
    )


def test_the_verdict_says_what_could_not_be_judged():
    words = verdict(content(gates=(GATES[0], GATES[2])))
    assert words.startswith("It passes every gate that was measured; G4 could not be judged. ")


def test_gates_tell_what_failed_by_how_much_and_where_to_look(page):
    (start,) = [m.start() for m in re.finditer('<section id="gates">', page)]
    table = page[start : page.index("</section>", start)]
    assert '<a href="#response">mean &lt;script&gt;' in table
    for text in ("3.00 %", "1.00 %", "needs 810 events", "there is no export beside the run"):
        assert text in table
    assert '<li class="failed"><a href="#def-g2-physics-by-condition">' in page


def test_numbers_of_every_part_are_kept(folder):
    data = json.loads((folder / "report.json").read_text())
    assert [gate["status"] for gate in data["gates"]] == ["passed", "failed", "not measured"]
    assert data["gates"][1]["families"][0]["worst"]["value"] == 3.0
    assert {check["name"] for check in data["joint"]["checks"]} >= {"FPD", "KPD"}
    assert data["joint"]["memorisation"]["events"] > 100
    assert data["contenders"][1]["ms_per_event"] == 6.0
    assert data["not_measured"] == {"memorisation": f"unknown {HOSTILE}"}


def test_every_term_has_a_definition():
    with pytest.raises(KeyError, match="nonsense"):
        definitions(["nonsense"])
    assert {d.term for d in definitions(["FPD"])} >= {"FPD", "Floor", "Ratio"}


def test_the_verdict_without_what_is_not_known():
    unknown = [SpeedRow("surrogate", 1, "2 cores", 0.5, float("nan"))]
    words = verdict(content(speed=unknown, classifier=None))
    assert words.endswith("An event takes 500 µs.")
    assert "classifier" not in words
    card = summary_cards(content(speed=unknown))[2]
    assert (card.label, card.value, card.detail) == (
        "Time per event",
        "500 µs",
        "batch 1, 2 cores",
    )


def test_key_numbers():
    values = {card.label: card.value for card in summary_cards(content())}
    assert values.pop("Response bias").startswith("+")
    assert values == {
        "Within 2 × floor": "2 of 4",
        "Classifier AUC": "0.71 ± 0.01",
        "Speed-up": "115,000 ×",
    }


def test_an_observable_stands_by_its_worst_distance():
    report = dataclasses.replace(REPORT, checks=(check("a:x", 0.1), check("a:y", 0.3)))
    (standing,) = standings(report)
    assert (standing.name, standing.worst.name, standing.agrees) == ("a", "a:y", False)


def test_response_bias_is_the_mean_of_the_response_over_that_of_the_reference():
    reference = sample(500)
    scaled = {name: 1.5 * array for name, array in reference.readouts.items()}
    same = content(reference=reference, candidate=Events(DETECTOR, reference.conditions, scaled))
    bias = response_bias(same)
    assert bias.value == pytest.approx(0.5, rel=1e-5)
    # of a mean of 500 events with a spread of 1 %, and of 1.5 times it, one error each
    assert bias.error == pytest.approx(1.5 * np.sqrt(2) * 0.01 / np.sqrt(500), rel=0.1)


def test_a_detector_without_energy_shows_its_total_signal_instead():
    other = dataclasses.replace(
        DETECTOR,
        conditions=(
            Condition("angle", "deg", 0.0, 100.0),
            Condition("particle", "", 0.0, 1.0, ("electron", "photon")),
        ),
    )
    events = sample()
    conditions = np.hstack([events.conditions, events.conditions > 50]).astype(np.float32)
    events = Events(other, conditions, events.readouts)
    made = content(reference=events, candidate=events)
    (section,) = [s for s in sections(made) if s.slug == "response"]
    assert [plate.slug for plate in section.plates] == ["signal-angle"]
    assert section.plates[0].draw().axes[0].get_ylabel() == "Mean signal [MeV]"
    assert response_bias(made) is None


def test_slugs_are_safe_as_files_and_links():
    assert Plate("../a b/<c>.x", "", "", lambda: None).slug == "..-a-b-c-.x"


@pytest.mark.slow
@pytest.mark.skipif(not SHOWERS.is_file(), reason=f"no {SHOWERS.name}")
def test_twenty_observables_make_a_page_of_a_few_megabytes_in_half_a_minute(tmp_path):
    events, _ = read_events(SHOWERS)
    events = Events.concatenate([events, events[:3000]])
    observables = observables_for(events.detector)
    assert len(observables) == 20
    checks = tuple(check(f"{o.name}:separation", 0.1) for o in observables)
    start = time.process_time()
    write_report(
        tmp_path / "report",
        content(
            reference=events,
            candidate=events[::-1],
            observables=observables,
            report=Report("calogan", len(events), len(events), 0, checks),
        ),
    )
    assert time.process_time() - start < 30
    assert (tmp_path / "report" / "report.html").stat().st_size < 6e6
