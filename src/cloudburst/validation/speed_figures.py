"""How fast, and how true for that: sections of a report."""

from __future__ import annotations

__all__ = ["contenders", "contenders_table", "front", "speed"]

import functools
import math
from collections.abc import Sequence

from . import plots
from .content import ReportContent
from .numbers import duration, factor, measurement, rounded
from .plates import Plate, Section
from .rows import Contender, SpeedRow
from .tables import Cell, Head, Table


def contenders(content: ReportContent) -> Section:
    """Full simulation, parametric simulation and candidate."""
    rows = content.contenders
    text = (
        "What a surrogate must beat: a parametric simulation of the same calorimeter, judged at "
        "the same conditions and by as many events. The dashed line joins those that none beats "
        "both in time and in likeness."
    )
    table = (contenders_table(rows),) if rows else ()
    return Section(
        "contenders", "Full, parametric, learned", text, front(rows), tables=table,
        terms=("Floor", "Ratio", "Classifier AUC"),
    )  # fmt: skip


def front(rows: Sequence[Contender]) -> tuple[Plate, ...]:
    """The plate of speed against likeness, if the times of two are known."""
    timed = [row for row in rows if math.isfinite(row.ms_per_event + row.ratio.value)]
    if len(timed) < 2:
        return ()
    draw = functools.partial(
        plots.pareto,
        [row.name for row in timed],
        [row.ms_per_event for row in timed],
        [row.ratio.value for row in timed],
        [row.ratio.error for row in timed],
        [row.speed_up == 1 for row in timed],
    )
    return (Plate("pareto", "", "Mean distance over floor against time per event", draw),)


def contenders_table(rows: Sequence[Contender]) -> Table:
    """One line each."""
    heads = (
        Head("What"),
        Head("Time per event", True),
        Head("Times faster", True),
        Head("Mean distance / floor", True, "Ratio"),
        Head("Within 2 × floor", True, "Floor"),
        Head("Classifier AUC", True, "Classifier AUC"),
        Head("Events", True),
    )
    return Table(heads, tuple(_contender(row) for row in rows))


def _contender(row: Contender) -> tuple[Cell, ...]:
    known = math.isfinite(row.ms_per_event)
    return (
        Cell(row.name),
        Cell(duration(row.ms_per_event) if known else "–"),
        Cell(_times(row.speed_up)),
        Cell(measurement(row.ratio) if row.ratio.error else rounded(row.ratio.value)),
        Cell(f"{row.agreeing} of {row.quantities}"),
        Cell(measurement(row.auc, 1) if row.auc else "–"),
        Cell(f"{row.events:,}"),
    )


def speed(content: ReportContent) -> Section:
    """Time per event, at different numbers of events made at once."""
    rows = content.speed or ()
    text = "Time per event, from conditions to signals in physical units."
    draw = functools.partial(
        plots.speed,
        [f"{row.label}, batch {row.batch:,}" if row.batch else row.label for row in rows],
        [row.ms_per_event for row in rows],
        [row.speed_up == 1 for row in rows],
    )
    plates = (Plate("speed", "", "Time per event", draw, "speed"),) if rows else ()
    return Section("speed", "Speed", text, plates, tables=(_table(rows),) if rows else ())


def _table(rows: Sequence[SpeedRow]) -> Table:
    heads = (
        Head("What"),
        Head("Batch", True),
        Head("Device"),
        Head("Time per event", True),
        Head("Speed-up", True),
    )
    return Table(heads, tuple(_row(row) for row in rows))


def _row(row: SpeedRow) -> tuple[Cell, ...]:
    return (
        Cell(row.label),
        Cell(f"{row.batch:,}" if row.batch else "–"),
        Cell(row.device),
        Cell(duration(row.ms_per_event)),
        Cell(_times(row.speed_up)),
    )


def _times(speed_up: float) -> str:
    if math.isnan(speed_up):
        return "–"
    return "1 ×" if speed_up == 1 else f"{factor(speed_up)} ×"
