"""What all observables and cells together say: sections of a report."""

from __future__ import annotations

__all__ = ["classifiers", "correlations", "joint"]

import functools
from collections.abc import Iterator

from . import plots
from .content import ReportContent
from .multivariate import Correlations, JointCheck, JointReport
from .numbers import measurement, signed
from .plates import Plate, Section
from .tables import Cell, Head, Table

_PAIRS = 8
_GIVEAWAYS = 12
# standard errors above the floor at which a figure stands out
_CLEAR = 5.0


def classifiers(content: ReportContent) -> Section:
    """How well classifiers do, and by what."""
    text = (
        "How well a classifier tells the two samples apart on events that it never saw: 0.5 is a "
        "coin toss, 1 is always right. The floor is full simulation against full simulation. "
        "Below, by how much the area under the curve falls when boosted trees lose one input: "
        "that input gives the surrogate away."
    )
    given = content.giveaways[:_GIVEAWAYS]
    draw = functools.partial(
        plots.giveaways,
        [one.name for one in given],
        [one.fall.value for one in given],
        [one.fall.error for one in given],
    )
    plate = Plate("giveaways", "", "Fall of the AUC without each input", draw, "classifier")
    table = _classifier_table(content) if content.classifier else None
    return Section(
        "classifier", "Classifier", text, (plate,) if given else (),
        tables=(table,) if table else (), terms=("Classifier AUC", "Giveaway"),
    )  # fmt: skip


def _classifier_table(content: ReportContent) -> Table:
    heads = (
        Head("Classifier"),
        Head("AUC", True, "Classifier AUC"),
        Head("Floor", True, "Floor"),
        Head("JSD [bit]", True, "Classifier AUC"),
        Head("Trained on", True),
    )
    rows = (
        (
            Cell(row.name),
            Cell(measurement(row.auc)),
            Cell(measurement(row.floor)),
            Cell(measurement(row.jsd) if row.jsd else ""),
            Cell(f"2 × {row.training_size:,} events"),
        )
        for row in content.classifier or ()
    )
    return Table(heads, tuple(rows))


def joint(content: ReportContent) -> Section:
    """Figures of all observables, or all cells, together."""
    text = (
        "Figures of all observables, or of all cells, at once; a candidate may be right in each "
        "and wrong in how they go together. Each stands beside its floor, of samples of one size."
    )
    report = content.joint
    if report is None:
        return Section("joint", "All at once", text, ())
    return Section(
        "joint", "All at once", text, tuple(_plates(content, report)), columns=True,
        tables=(_checks(report),) if report.checks else (),
        terms=("FPD", "KPD", "Precision and recall", "Density and coverage", "PRD",
               "Worth in events", "Memorisation"),
    )  # fmt: skip


def _plates(content: ReportContent, report: JointReport) -> Iterator[Plate]:
    names = content.names
    if report.prd:
        found, floor = report.prd
        first, second = ((curve.precision, curve.recall) for curve in (found, floor))
        draw = functools.partial(plots.precision_recall, first, second, names)
        yield Plate("prd", "Precision and recall", "Precision against recall", draw, "joint")
    if report.worth:
        worth = report.worth
        drawn = functools.partial(
            plots.worth, worth.sizes, worth.curve, worth.curve_error, worth.measured,
            (worth.worth, worth.low, worth.high), names,
        )  # fmt: skip
        title = "Worth in events of full simulation"
        yield Plate("worth", title, "Distance against number of events", drawn)
    if report.memorisation:
        known = report.memorisation
        shown = functools.partial(plots.memorised, known.to_training, known.to_test)
        title = "Nearest training and test events"
        yield Plate("memorisation", title, "Distances from the nearest events", shown)


def _checks(report: JointReport) -> Table:
    heads = (
        Head("Figure"),
        Head("Measured", True, "Error"),
        Head("Floor", True, "Floor"),
        Head("Ideal", True),
        Head("Excess", True, "Excess"),
        Head("Events", True),
        Head("Remark"),
    )
    rows = [_check(check) for check in report.checks]
    if report.worth:
        worth = report.worth
        least = "at least " if worth.at_least else ""
        text = f"{least}{worth.worth:,.0f} ({worth.low:,.0f} to {worth.high:,.0f})"
        cells = ("worth in events", text, "", "", "", f"{worth.sizes[-1]:,}", "")
        rows.append(tuple(Cell(cell) for cell in cells))
    if report.memorisation:
        found = report.memorisation
        cells = (
            "nearer to a training event", measurement(found.share), "", "0.5", "",
            f"{found.events:,}", f"p = {found.p_value:.2g}, {found.copies} copies",
        )  # fmt: skip
        rows.append(tuple(Cell(cell) for cell in cells))
    return Table(heads, tuple(rows))


def _check(check: JointCheck) -> tuple[Cell, ...]:
    return (
        Cell(check.name),
        Cell(measurement(check.measured)),
        Cell(measurement(check.floor)),
        Cell(f"{check.ideal:g}"),
        Cell(f"{signed(check.excess)} σ", off=check.excess > _CLEAR),
        Cell(f"{check.events:,}"),
        Cell(check.note),
    )


def correlations(content: ReportContent) -> Section:
    """Correlation matrices, and the pairs that differ most."""
    text = (
        "Correlation of every pair of observables in both samples, and the difference in units "
        "of its error. Orange goes with purple where a pair is correlated the other way."
    )
    found = content.joint.correlations if content.joint else None
    if found is None:
        return Section("correlations", "Correlations", text, ())
    draw = functools.partial(
        plots.correlation_matrices, found.names, found.reference, found.candidate, found.pull,
        content.names,
    )  # fmt: skip
    plate = Plate("correlations", "", "Correlation matrices", draw, "correlations")
    return Section(
        "correlations", "Correlations", text, (plate,), tables=(_pairs(found),),
        terms=("Correlation",),
    )  # fmt: skip


def _pairs(found: Correlations) -> Table:
    heads = (
        Head("Pair"),
        Head("Difference", True, "Correlation"),
        Head("Over its error", True),
    )
    floor = measurement(found.floor)
    summary = f"Root mean square of all differences: {measurement(found.distance)}, floor {floor}"
    rows = (
        (Cell(f"{a} and {b}"), Cell(measurement(d)), Cell(f"{signed(d.value / d.error)} σ"))
        for a, b, d in found.worst(_PAIRS)
        if d.error > 0
    )
    return Table(heads, tuple(rows), summary)
