"""The tables of an exploration, and its first sentences."""

from __future__ import annotations

__all__ = ["Table", "cards", "lead", "tables", "warnings"]

import dataclasses
import math
from collections.abc import Sequence

from ..labels import named
from ..numbers import measurement, rounded
from ..summary import Card
from .content import CodecRow, ExploreContent
from .thresholds import Cut

_CUTS = 12


@dataclasses.dataclass(frozen=True)
class Table:
    """A table: heads and rows of text; the first column is text, the others are numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""


def lead(content: ExploreContent) -> str:
    """One paragraph in words."""
    intake, detector = content.intake, content.intake.events.detector
    kept = "" if len(intake.events) == intake.sound else f"; {len(intake.events):,} are studied"
    hits = content.cuts
    readouts = _counted(len(detector.readouts), "readout")
    parts = [
        f"{intake.total:,} events of '{detector.name}' with {detector.cells:,} cells in "
        f"{readouts}, of which {intake.sound:,} are sound{kept}."
    ]
    if hits:
        rows = content.survey.readouts
        smallest = min(r.smallest for r in rows if r.smallest == r.smallest)
        largest = max(r.largest for r in rows)
        decades = math.log10(largest / smallest)
        parts.append(
            f"Signals span {decades:.0f} decades, from {rounded(smallest)} to {rounded(largest)} "
            f"{detector.readouts[0].unit}."
        )
    if content.threshold:
        parts.append(f"The proposed threshold is {content.threshold:g} {rows[0].unit}.")
    if content.chosen:
        parts.append(f"The proposed codec is '{content.chosen}'.")
    return " ".join(parts)


def warnings(content: ExploreContent) -> list[str]:
    """What is wrong with the file, one sentence each."""
    said = [
        f"{_counted(p.events, 'event')} {'left out' if p.lost else 'kept'}: {p.what} "
        f"(event {', '.join(map(str, p.first))}{', ...' if p.events > len(p.first) else ''})."
        for p in content.intake.problems
    ]
    return [*said, *content.notes]


def cards(content: ExploreContent) -> tuple[Card, ...]:
    """The key numbers."""
    intake, rows = content.intake, content.survey.readouts
    cells = sum(row.cells for row in rows)
    rate = sum(row.occupancy * row.cells for row in rows) / cells
    dead = sum(row.dead + row.constant for row in rows)
    kinds = len(intake.problems)
    trouble = _counted(kinds, "kind") + " of trouble" if kinds else "no trouble"
    return (
        Card("Sound events", f"{intake.sound:,}", f"of {intake.total:,} in the file; {trouble}"),
        Card("Occupancy", f"{rounded(100 * rate)} %", f"of {cells:,} cells"),
        Card("Dead or constant cells", f"{dead:,}", f"{sum(r.rare for r in rows):,} nearly dead"),
        Card("Outliers", f"{content.survey.far:,}", "events unlike their neighbours"),
    )


def tables(content: ExploreContent) -> dict[str, Table]:
    """By the slug of a section, the table that ends it."""
    found = {
        "conditions": _conditions(content),
        "maps": _readouts(content),
        "thresholds": _cuts(content),
        "events": _outliers(content),
        "codecs": _codecs(content.codecs),
    }
    return {slug: table for slug, table in found.items() if table.rows}


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _conditions(content: ExploreContent) -> Table:
    heads = ("Condition", "Declared range", "Found", "Different values", "Range covered")
    rows = tuple(
        (
            named(row.name, row.unit),
            f"{row.low:.4g} … {row.high:.4g}",
            f"{row.smallest:.4g} … {row.largest:.4g}",
            f"{row.distinct:,}",
            f"{100 * row.covered:.0f} %",
        )
        for row in content.survey.conditions
    )
    return Table(heads, rows)


def _readouts(content: ExploreContent) -> Table:
    heads = (
        "Readout", "Cells", "Share of signal", "Occupancy", "Dead", "Nearly dead", "Constant",
        "Smallest signal", "Largest signal",
    )  # fmt: skip
    rows = tuple(
        (
            row.name,
            row.shape,
            f"{rounded(100 * row.share)} %",
            f"{rounded(100 * row.occupancy)} %",
            f"{row.dead:,}",
            f"{row.rare:,}",
            f"{row.constant:,}",
            f"{rounded(row.smallest)} {row.unit}",
            f"{rounded(row.largest)} {row.unit}",
        )
        for row in content.survey.readouts
    )
    return Table(heads, rows)


def _cuts(content: ExploreContent) -> Table:
    unit = content.intake.events.detector.readouts[0].unit
    heads = ("Threshold", "Hits below", "Signal below", "Largest in an event")
    return Table(heads, tuple(_cut(cut, unit) for cut in _some(content.cuts)))


def _some(cuts: Sequence[Cut]) -> Sequence[Cut]:
    """The cuts that cost something, thinned to a table's length."""
    costly = [cut for cut in cuts if 1e-9 < cut.signal < 0.1]
    return costly[:: max(1, -(-len(costly) // _CUTS))]


def _cut(cut: Cut, unit: str) -> tuple[str, ...]:
    return (
        f"{cut.level:g} {unit}",
        f"{rounded(100 * cut.hits)} %",
        f"{rounded(cut.signal, 2)}",
        f"{rounded(cut.worst, 2)}",
    )


def _outliers(content: ExploreContent) -> Table:
    numbers = content.intake.numbers
    heads = ("Outlier in", "Event", "Value", "Times the distance of 95 % of its neighbours")
    rows = tuple(
        (o.observable, f"{numbers[o.event]:,}", rounded(o.value), rounded(o.deviations))
        for o in content.survey.outliers
    )
    return Table(heads, rows)


def _codecs(rows: Sequence[CodecRow]) -> Table:
    heads = (
        "Codec", "Columns", "Largest error", "99.9 % of errors", "Error of the sum",
        "Cells changed", "Departure", "AUC", "Floor",
    )  # fmt: skip
    text = (
        "There and back in single precision: relative errors of cells and of an event's sum, "
        "cells that were hit and came back empty or the other way, departure of the values from "
        "a Gaussian in units of their width, and the AUC of a classifier of events before and "
        "after. "
    )
    text += "; ".join(f"{row.name}: {row.text}" for row in rows) + "."
    if any(row.training_size for row in rows):
        size = max(row.training_size for row in rows)
        text += f" Classifiers learn from 2 × {size:,} events, and see the same with every codec."
    return Table(heads, tuple(_codec(row) for row in rows), text)


def _codec(row: CodecRow) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.columns:,}",
        rounded(row.worst, 2),
        rounded(row.typical, 2),
        rounded(row.total, 2),
        f"{rounded(100 * row.changed, 2)} %",
        rounded(row.departure),
        measurement(row.auc, 1) if row.auc else "–",
        measurement(row.floor, 1) if row.floor else "–",
    )
