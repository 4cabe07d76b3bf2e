"""The page of a report: values and figures set into its template.

Everything that comes from data is escaped.
"""

from __future__ import annotations

__all__ = ["render"]

import base64
import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jinja2

from ..observables import has_response
from .content import ReportContent
from .definitions import definitions
from .numbers import duration, factor, measurement, signed
from .plates import Section
from .report import Check, Report
from .summary import AGREEMENT, distance_of, observable_of, summary_cards, verdict

_WORST = 5


class _Image(NamedTuple):
    """A figure as a data URI, with its size in CSS pixels."""

    source: str
    width: int
    height: int


class _Row(NamedTuple):
    """One line of a table of checks; `bar` in per cent, `link` without the sign."""

    observable: str
    distance: str
    check: Check
    bar: float
    link: str


def render(content: ReportContent, sections: Sequence[Section], svg: Mapping[str, str]) -> str:
    """The page as HTML.

    Args:
        content: What to show.
        sections: Its figures.
        svg: The figures as SVG text, by slug.
    """
    report = content.report
    distances = {check.name.partition(":")[2] for check in report.checks}
    response = has_response(content.reference.detector)
    page: str = (
        _environment()
        .get_template("report.html.j2")
        .render(
            content=content,
            verdict=verdict(content),
            cards=summary_cards(content),
            agreement=AGREEMENT,
            worst=_rows(_worst(report), sections),
            checks=_rows(report.checks, sections),
            sections=sections,
            images={slug: _embedded(text) for slug, text in svg.items()},
            definitions=definitions(distances, bool(content.classifier), response),
        )
    )
    return page


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cloudburst.validation"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "count": lambda value: f"{value:,}",
        "duration": duration,
        "factor": factor,
        "measurement": measurement,
        "signed": signed,
        "sortable": lambda value: str(value).replace("inf", "Infinity"),
    }
    return environment


def _worst(report: Report) -> list[Check]:
    """The worst check of each of the worst observables."""
    first: dict[str, Check] = {}
    for check in report.worst(len(report.checks)):
        first.setdefault(observable_of(check), check)
    return list(first.values())[:_WORST]


def _rows(checks: Sequence[Check], sections: Sequence[Section]) -> list[_Row]:
    """Lines of a table, their bars as long as the logarithm of the ratio."""
    largest = max((c.ratio for c in checks if math.isfinite(c.ratio)), default=1.0)
    scale = math.log1p(max(largest, 2 * AGREEMENT))
    links = {p.observable: p.slug for section in sections for p in section.plates}
    return [
        _Row(
            observable_of(check),
            distance_of(check),
            check,
            round(100 * min(math.log1p(max(check.ratio, 0.0)) / scale, 1.0), 1),
            links.get(observable_of(check), ""),
        )
        for check in checks
    ]


def _embedded(svg: str) -> _Image:
    """The figure as a data URI; matplotlib gives its size in points."""
    found = (
        re.search(r'<svg[^>]*? width="([\d.]+)pt"', svg),
        re.search(r'height="([\d.]+)pt"', svg),
    )
    width, height = (round(float(m.group(1)) * 96 / 72) if m else 0 for m in found)
    data = base64.b64encode(svg.encode()).decode()
    return _Image(f"data:image/svg+xml;base64,{data}", width, height)
