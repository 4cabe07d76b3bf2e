"""The page of a report: values and figures set into its template.

Everything that comes from data is escaped.
"""

from __future__ import annotations

__all__ = ["render"]

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..observables import has_response
from .content import ReportContent
from .definitions import definitions
from .plates import Section
from .rendering import embedded, environment
from .report import Check, Report
from .summary import AGREEMENT, distance_of, observable_of, summary_cards, verdict

_WORST = 5


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
        environment()
        .get_template("report.html.j2")
        .render(
            content=content,
            verdict=verdict(content),
            cards=summary_cards(content),
            agreement=AGREEMENT,
            worst=_rows(_worst(report), sections),
            checks=_rows(report.checks, sections),
            sections=sections,
            images={slug: embedded(text) for slug, text in svg.items()},
            definitions=definitions(distances, bool(content.classifier), response),
        )
    )
    return page


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
