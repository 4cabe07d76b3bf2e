"""The report of a validation as a folder: one self-contained page, its numbers, its figures.

The page asks nothing of the network and needs no script: style, figures and the little
script that sorts its table are inside.
"""

from __future__ import annotations

__all__ = ["report_data", "write_report"]

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .content import ReportContent
from .figures import sections
from .folder import as_json, write_folder
from .multivariate import JointReport
from .page import render, subjects
from .plots import check_text
from .rendering import plain
from .summary import response_bias, verdict


def write_report(
    folder: Path,
    content: ReportContent,
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
) -> dict[str, str]:
    """Writes `report.html`, `report.json` and `figures/*.svg`, all or none.

    Returns the name of the figure of each observable, readout or section that has one.

    Args:
        folder: Where to; made if it is not there.
        content: What to show.
        overwrite: Whether a folder that is there is replaced.
        progress: Called with a line of text before each figure.

    Raises:
        ExistsError: The folder is there and was not to be overwritten.
        FileError: It cannot be written.
        DataError: The label of an observable cannot be drawn.
    """
    for observable in content.observables:
        check_text(observable.label)
    found = sections(content)

    def texts(drawn: Mapping[str, str]) -> dict[str, str]:
        return {
            "report.html": render(content, found, drawn),
            "report.json": as_json(report_data(content)),
        }

    write_folder(folder, found, texts, overwrite, progress)
    slugs = {plate.slug for section in found for plate in section.plates}
    return {subject: slug for subject, slug in subjects(found).items() if slug in slugs}


def report_data(content: ReportContent) -> dict[str, Any]:
    """The numbers of a report as JSON can hold them; what is not finite is None.

    `Report.from_dict` understands them.
    """
    bias = response_bias(content)
    data = {
        "title": content.title,
        "verdict": verdict(content),
        "warnings": content.warnings,
        **content.report.to_dict(),
        "response_bias": bias._asdict() if bias else None,
        "gates": [gate.to_dict() for gate in content.gates],
        "joint": _joint(content.joint),
        "held_out": content.held_out.price._asdict() if content.held_out else None,
        "contenders": [_row(row) for row in content.contenders],
        "giveaways": [_row(row) for row in content.giveaways],
        "inquiries": {inquiry.name: inquiry.numbers() for inquiry in content.inquiries},
        "not_measured": {absence.name: absence.reason for absence in content.absences},
        "classifier": [_row(row) for row in content.classifier or ()],
        "speed": [_row(row) for row in content.speed or ()],
        "history": list(content.history or ()),
        "provenance": content.provenance,
    }
    numbers: dict[str, Any] = plain(data)
    return numbers


def _joint(report: JointReport | None) -> dict[str, Any] | None:
    """The numbers of a joint report, without its curves and matrices."""
    if report is None:
        return None
    return {
        "checks": [_row(check) for check in report.checks],
        "correlations": _picked(report.correlations, ("distance", "floor")),
        "worth": _picked(report.worth, ("worth", "low", "high", "at_least")),
        "memorisation": _picked(report.memorisation, ("share", "p_value", "copies", "events")),
    }


def _picked(of: object, names: Sequence[str]) -> dict[str, Any] | None:
    if of is None:
        return None
    values = {name: getattr(of, name) for name in names}
    return {key: v._asdict() if hasattr(v, "_asdict") else v for key, v in values.items()}


def _row(row: Any) -> dict[str, Any]:
    """The fields of a row, its measurements by name."""
    values = ((field.name, getattr(row, field.name)) for field in dataclasses.fields(row))
    return {key: v._asdict() if hasattr(v, "_asdict") else v for key, v in values}
