"""Figures of a study: quality by point, its course, slopes and norms of critics, and cost."""

from __future__ import annotations

__all__ = ["figures"]

import math
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from ...distances import Measurement
from ...validation.plots.style import (
    CANDIDATE,
    FILL,
    GRID,
    MUTED,
    REFERENCE,
    SERIES,
    figure,
    styled,
)
from .outcome import Outcome
from .summary import Row, Summary

_COLUMNS = 4
Series = Callable[[Outcome], list[list[tuple[int, float]]]]


def figures(summary: Summary) -> dict[str, Figure]:
    """By name, the figures that there is something to show in."""
    if not summary.rows:
        return {}
    found = {"quality": _quality(summary), "cost": _cost(summary)}
    courses: dict[str, tuple[Series, str, float | None]] = {
        "course": (lambda o: [o.figures], "Score on validation events", None),
        "slopes": (lambda o: [o.gauge("slope")], "Mean slope of the critic", 1.0),
        "norms": (_norms, "Norms of the critic's layers", 1.0),
    }
    for name, (series, label, line) in courses.items():
        if any(any(series(o)) for row in summary.rows for o in row.outcomes.values()):
            found[name] = _courses(summary, series, label, line)
    return found


def _label(row: Row, summary: Summary) -> str:
    """The values of the axes that have several."""
    axes = [axis for axis, values in summary.plan.axes.items() if len(values) > 1]
    return ", ".join(row.values[axis] for axis in axes) or ", ".join(row.values.values())


@styled
def _quality(summary: Summary) -> Figure:
    """A line for each point: chi2 over floor, area and score of every training, and the means."""
    rows, floors = summary.rows, summary.floors
    made = figure(9.4, 1.0 + 0.27 * len(rows))
    panels = made.subplots(1, 3, sharey=True)
    heads = (r"$\chi^2$ of trends / floor", "Classifier AUC", "Score (smaller is better)")
    values: list[Callable[[Outcome], float]] = [
        lambda o: o.quality.ratio if o.quality else math.nan,
        lambda o: o.quality.auc.value if o.quality else math.nan,
        lambda o: o.quality.score if o.quality else math.nan,
    ]
    for axes, head, value in zip(panels, heads, values, strict=True):
        _dots(axes, rows, value)
        axes.set_xlabel(head)
    if floors is not None:
        for axes, floor in zip(panels[:2], floors, strict=True):
            _floor(axes, floor)
    _log_if_wide(panels[0])
    panels[0].set_yticks(range(len(rows)), [_label(row, summary) for row in rows])
    panels[0].set_ylim(len(rows) - 0.5, -0.5)
    return made


def _dots(axes: Axes, rows: Sequence[Row], value: Callable[[Outcome], float]) -> None:
    for i, row in enumerate(rows):
        found = np.array([value(one) for one in row.outcomes.values()])
        found = found[np.isfinite(found)]
        axes.plot(found, np.full(len(found), i), "o", color=SERIES[0], markersize=3.5, alpha=0.6)
        if len(found):
            axes.plot(found.mean(), i, "|", color=CANDIDATE, markersize=11, markeredgewidth=2)
        else:
            axes.annotate("lost", (0.5, i), xycoords=("axes fraction", "data"), color=MUTED,
                          ha="center", va="center", fontsize=8)  # fmt: skip
    axes.grid(axis="y")
    axes.tick_params(axis="y", length=0)


def _floor(axes: Axes, floor: Measurement) -> None:
    axes.axvspan(floor.value - floor.error, floor.value + floor.error, color=FILL, zorder=0)
    axes.axvline(floor.value, color=REFERENCE, linewidth=0.9, zorder=0.5)


def _log_if_wide(axes: Axes) -> None:
    low, high = axes.get_xlim()
    if (low > 0 and high > 20 * low) or high > 40:
        axes.set_xscale("log")


@styled
def _courses(summary: Summary, series: Series, text: str, line: float | None) -> Figure:
    """A panel for each point, on common axes, with a line for each training."""
    rows = -(-len(summary.rows) // _COLUMNS)
    made = figure(9.4, 0.5 + 1.45 * rows)
    panels = made.subplots(rows, _COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, row in zip(panels, summary.rows, strict=False):
        if line is not None:
            axes.axhline(line, color=REFERENCE, linewidth=0.9, zorder=0)
        for one in row.outcomes.values():
            for curve, colour in zip(series(one), _colours(), strict=False):
                if curve:
                    axes.plot(*zip(*curve, strict=True), color=colour, linewidth=1.0, alpha=0.8)
        axes.set_title(_label(row, summary), fontsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.grid(axis="y", color=GRID)
    for axes in panels[len(summary.rows) :]:
        axes.set_visible(False)
    _scale(panels[0], line)
    made.supxlabel("Training step", fontsize=9)
    made.supylabel(text, fontsize=9)
    return made


def _scale(axes: Axes, line: float | None) -> None:
    """Decades about a line; without one, a range that no single bad start fills."""
    if line is not None:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(NullFormatter())
        return
    shared = axes.get_shared_y_axes().get_siblings(axes)
    values = np.concatenate([c.get_ydata() for one in shared for c in one.get_lines()])
    low, middle = float(np.min(values)), float(np.median(values))
    axes.set_ylim(low - 0.1 * middle, min(float(np.max(values)), 2 * middle) + 0.1 * middle)


def _colours() -> list[str]:
    return [*SERIES, CANDIDATE, REFERENCE, MUTED]


def _norms(outcome: Outcome) -> list[list[tuple[int, float]]]:
    return [outcome.gauge(name) for name in outcome.gauges if name.startswith("norm ")]


@styled
def _cost(summary: Summary) -> Figure:
    """Score against time of a step, a number for each point of the grid."""
    made = figure(9.4, max(4.0, 0.8 + 0.19 * len(summary.rows)))
    axes, names = made.subplots(1, 2, width_ratios=(3, 1))
    names.set_axis_off()
    for number, row in enumerate(summary.rows, 1):
        score, cost = row.score, row.milliseconds
        text = f"{number}  {_label(row, summary)}"
        place = (0, 1 - (number - 0.5) / len(summary.rows))
        names.annotate(text, place, xycoords="axes fraction", fontsize=8, va="center")
        if score is None:
            continue
        axes.errorbar(
            cost.value, score.value, xerr=cost.error, yerr=np.nan_to_num(score.error), fmt="none",
            color=SERIES[0], linewidth=0.7, alpha=0.5,
        )  # fmt: skip
        axes.annotate(
            str(number), (cost.value, score.value), fontsize=8, ha="center", va="center",
            color=CANDIDATE, fontweight="bold",
        )  # fmt: skip
    axes.set_xlabel("Processor time of a step [ms]")
    axes.set_ylabel("Score (smaller is better)")
    axes.grid()
    return made
