"""Several candidates side by side: one table, overlaid figures, one page."""

from __future__ import annotations

__all__ = ["Comparison", "Competitor", "write_comparison"]

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..events import Events
from ..observables import Observable
from . import plots
from .definitions import definitions, distance_terms
from .folder import as_json, write_folder
from .labels import named
from .numbers import measurement
from .plates import Plate, Section, terms_of
from .rendering import embedded, environment, plain
from .report import AGREEMENT, Check, Report, observable_of
from .rows import Contender
from .speed_figures import contenders_table, front
from .tables import Cell, Head, Table, anchor


@dataclasses.dataclass(frozen=True)
class Competitor:
    """One candidate of several.

    Attributes:
        row: How fast and how true it is.
        report: Its distances beside their floors.
        events: Its events.
        provenance: Where they came from.
        warnings: What to know before believing it.
    """

    row: Contender
    report: Report
    events: Events
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    warnings: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Comparison:
    """All that a page of several candidates shows.

    Attributes:
        title: Headline.
        reference: Events of the full simulation.
        ideal: What full simulation itself comes to.
        competitors: The candidates, of distinct names.
        observables: What is drawn, in this order.
        provenance: Where the full simulation comes from.
        name: What to call the full simulation.
    """

    title: str
    reference: Events
    ideal: Contender
    competitors: Sequence[Competitor]
    observables: Sequence[Observable]
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    name: str = "Full simulation"

    @property
    def rows(self) -> tuple[Contender, ...]:
        """Full simulation and candidates."""
        return (self.ideal, *(one.row for one in self.competitors))


def write_comparison(
    folder: Path,
    content: Comparison,
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Writes `report.html`, `report.json` and `figures/*.svg`, all or none.

    Args:
        folder: Where to; made if it is not there.
        content: What to show.
        overwrite: Whether a folder that is there is replaced.
        progress: Called with a line of text before each figure.

    Raises:
        ExistsError: The folder is there and was not to be overwritten.
        FileError: It cannot be written.
    """
    found = _sections(content)

    def texts(drawn: Mapping[str, str]) -> dict[str, str]:
        return {
            "report.html": _page(content, found, drawn),
            "report.json": as_json(_data(content)),
        }

    write_folder(folder, found, texts, overwrite, progress)


def _page(content: Comparison, sections: Sequence[Section], svg: Mapping[str, str]) -> str:
    page: str = (
        environment()
        .get_template("compare.html.j2")
        .render(
            content=content,
            verdict=_verdict(content),
            sections=sections,
            links={p.observable: p.slug for s in sections for p in s.plates if p.observable},
            anchor=anchor,
            agreement=AGREEMENT,
            images={slug: embedded(text) for slug, text in svg.items()},
            definitions=definitions(terms_of(sections)),
        )
    )
    return page


def _verdict(content: Comparison) -> str:
    ranked = sorted(content.competitors, key=lambda one: _worse(one.row.ratio.value))
    best = ranked[0].row
    words = (
        f"Of {len(ranked)} candidates, {best.name} is nearest to the full simulation, at "
        f"{measurement(best.ratio)} times the distance that it has from itself on average."
    )
    timed = [row.row for row in ranked if math.isfinite(row.row.ms_per_event)]
    if not timed:
        return words
    fastest = min(timed, key=lambda row: row.ms_per_event)
    return f"{words} The fastest is {fastest.name}."


def _worse(value: float) -> float:
    return math.inf if math.isnan(value) else value


def _sections(content: Comparison) -> tuple[Section, ...]:
    rows = content.rows
    speed = Section(
        "contenders",
        "Speed and likeness",
        "Mean distance over floor against time per event. The dashed line joins those that none "
        "beats in both.",
        front(rows),
        tables=(contenders_table(rows),),
        terms=("Floor", "Ratio", "Classifier AUC"),
    )
    return (speed, _distances(content), _observables(content))


def _observables(content: Comparison) -> Section:
    plates = tuple(
        Plate(
            f"overlay-{i}-{o.name}",
            named(o.name, o.unit),
            f"Distribution of {o.name} in all samples",
            functools.partial(_overlay, content, o),
            o.name,
        )
        for i, o in enumerate(content.observables)
    )
    text = (
        "All candidates over the full simulation (filled), scaled to as many events; below, "
        "their ratios to it, with its statistical error as a band."
    )
    return Section("observables", "Observables", text, plates, columns=True)


def _overlay(content: Comparison, observable: Observable) -> Any:
    return plots.overlay(
        observable(content.reference),
        {one.row.name: observable(one.events) for one in content.competitors},
        observable.label,
        observable.unit,
        observable.log,
        content.name,
    )


def _distances(content: Comparison) -> Section:
    """One line a metric, the best in bold, the floor beside."""
    heads = (
        Head("Metric"),
        *(Head(one.row.name, True) for one in content.competitors),
        Head("Floor", True, "Floor"),
    )
    lines = zip(*(one.report.checks for one in content.competitors), strict=True)
    table = Table(heads, tuple(_line(checks) for checks in lines))
    names = {c.name.partition(":")[2] for one in content.competitors for c in one.report.checks}
    text = (
        "Each distance beside its floor, the distance of full simulation from itself. The best "
        f"is bold; what is beyond {AGREEMENT:g} times its floor is marked."
    )
    terms = ("Floor", "Error", *distance_terms(names))
    return Section("distances", "All distances", text, (), tables=(table,), terms=terms)


def _line(checks: Sequence[Check]) -> tuple[Cell, ...]:
    best = min(check.measured.value for check in checks)
    name = checks[0].name.replace(":", ", ").replace("_", " ")
    return (
        Cell(name, link=observable_of(checks[0])),
        *(
            Cell(
                measurement(check.measured),
                off=check.ratio > AGREEMENT,
                best=check.measured.value == best,
            )
            for check in checks
        ),
        Cell(measurement(checks[0].floor)),
    )


def _data(content: Comparison) -> dict[str, Any]:
    """The numbers of a comparison as JSON can hold them."""
    numbers: dict[str, Any] = plain(
        {
            "title": content.title,
            "verdict": _verdict(content),
            "full simulation": _row(content.ideal) | {"provenance": content.provenance},
            "candidates": [
                _row(one.row)
                | {"warnings": one.warnings, "provenance": one.provenance}
                | one.report.to_dict()
                for one in content.competitors
            ],
        }
    )
    return numbers


def _row(row: Contender) -> dict[str, Any]:
    values = dataclasses.asdict(row)
    return {k: v._asdict() if hasattr(v, "_asdict") else v for k, v in values.items()}
