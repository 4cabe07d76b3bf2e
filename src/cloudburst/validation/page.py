"""The page of a report: values and figures set into its template.

Everything that comes from data is escaped.
"""

from __future__ import annotations

__all__ = ["render", "subjects"]

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .content import ReportContent
from .definitions import definitions, distance_terms
from .plates import Section, terms_of
from .rendering import embedded, environment
from .report import AGREEMENT, Check, Report, observable_of
from .summary import distance_of, summary_cards, verdict
from .tables import anchor

_WORST = 5


class _Row(NamedTuple):
    """One line of a table of checks; `bar` in per cent, `link` without the sign."""

    observable: str
    distance: str
    term: str
    check: Check
    bar: float
    link: str


def render(content: ReportContent, sections: Sequence[Section], svg: Mapping[str, str]) -> str:
    """The page as HTML.

    Args:
        content: What to show.
        sections: Its figures and tables.
        svg: The figures as SVG text, by slug.
    """
    report = content.report
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
            links=subjects(sections),
            anchor=anchor,
            images={slug: embedded(text) for slug, text in svg.items()},
            definitions=definitions(terms_of(sections)),
        )
    )
    return page


def subjects(sections: Sequence[Section]) -> dict[str, str]:
    """Where to look for each observable, readout or section: the slug of its figure."""
    found = {section.slug: section.slug for section in sections}
    plates = (plate for section in sections for plate in section.plates if plate.observable)
    return found | {plate.observable: plate.slug for plate in plates}


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
    links = subjects(sections)
    return [
        _Row(
            observable_of(check),
            distance_of(check),
            next(iter(distance_terms([check.name.partition(":")[2]])), ""),
            check,
            round(100 * min(math.log1p(max(check.ratio, 0.0)) / scale, 1.0), 1),
            links.get(observable_of(check), ""),
        )
        for check in checks
    ]
