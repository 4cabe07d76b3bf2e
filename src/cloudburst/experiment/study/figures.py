"""Figures of a study: quality by point, its course, slopes and norms of critics, and cost.

The first axis that has several values says where a point is drawn, the others say in what colour.
"""

from __future__ import annotations

__all__ = ["figures"]

import math
from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullFormatter

from ...distances import Measurement
from ...validation.plots.style import (
    CANDIDATE,
    FILL,
    GRID,
    INK,
    MUTED,
    REFERENCE,
    SERIES,
    figure,
    styled,
)
from .groups import Groups, grouped
from .outcome import Outcome
from .summary import Row, Summary

_COLUMNS = 4
_COLOURS = (*SERIES, CANDIDATE, REFERENCE, MUTED)
# of variants: far apart in hue and in brightness
_VARIANTS = (SERIES[4], SERIES[0], CANDIDATE, SERIES[2], SERIES[1], SERIES[3], REFERENCE, MUTED)
Series = Callable[[Outcome], list[list[tuple[int, float]]]]
Curves = Iterator[tuple[list[tuple[int, float]], str]]


def figures(summary: Summary) -> dict[str, Figure]:
    """By name, the figures that there is something to show in."""
    if not summary.rows:
        return {}
    points = grouped(summary)
    found = {"quality": _quality(points, summary), "cost": _cost(points)}
    courses: dict[str, tuple[Series, str, float | None]] = {
        "course": (lambda o: [o.figures], "Score on validation events", None),
        "slopes": (lambda o: [o.gauge("slope")], "Mean slope of the critic", 1.0),
        "norms": (_norms, "Norms of the critic's layers", 1.0),
    }
    for name, (series, label, line) in courses.items():
        if any(any(series(o)) for row in summary.rows for o in row.outcomes.values()):
            found[name] = _courses(points, series, label, line)
    return found


def _colour(number: int) -> str:
    return _VARIANTS[number % len(_VARIANTS)]


def _legend(made: Figure, points: Groups) -> None:
    """What the colours mean, above all panels."""
    if points.several:
        lines = [
            Line2D([], [], marker="o", linestyle="", color=_colour(number), label=name)
            for number, name in enumerate(points.variants)
        ]
        made.legend(
            handles=lines, title=points.title, loc="outside upper center", ncols=len(lines),
            fontsize=8, title_fontsize=8, frameon=False,
        )  # fmt: skip


@styled
def _quality(points: Groups, summary: Summary) -> Figure:
    """A line for each point: chi2 over floor, area and score of every training, and the means."""
    lines = len(points.all) * (1 + 0.3 * (len(points.variants) - 1))
    made = figure(9.4, 1.0 + 0.27 * lines + 0.5 * points.several)
    panels = made.subplots(1, 3, sharey=True)
    heads = (r"$\chi^2$ of trends / floor", "Classifier AUC", "Score (smaller is better)")
    values: list[Callable[[Outcome], float]] = [
        lambda o: o.quality.ratio if o.quality else math.nan,
        lambda o: o.quality.auc.value if o.quality else math.nan,
        lambda o: o.quality.score if o.quality else math.nan,
    ]
    for axes, head, value in zip(panels, heads, values, strict=True):
        for place, group in enumerate(points.all):
            for number, row in group.rows.items():
                apart = (number + 0.5) / len(points.variants) - 0.5
                _dots(axes, row, value, place + 0.7 * apart, number, points.several)
        axes.set_xlabel(head)
        axes.grid(axis="y")
        axes.tick_params(axis="y", length=0)
    if summary.floors is not None:
        for axes, floor in zip(panels[:2], summary.floors, strict=True):
            _floor(axes, floor)
    _log_if_wide(panels[0])
    panels[0].set_yticks(range(len(points.all)), [group.name for group in points.all])
    panels[0].set_ylim(len(points.all) - 0.5, -0.5)
    _legend(made, points)
    return made


def _dots(
    axes: Axes, row: Row, value: Callable[[Outcome], float], y: float, number: int, several: bool
) -> None:
    """Each training, and the mean; in the colour of the variant if there are several."""
    found = np.array([value(one) for one in row.outcomes.values()])
    found = found[np.isfinite(found)]
    dot, mean = (_colour(number), _colour(number)) if several else (SERIES[0], CANDIDATE)
    axes.plot(found, np.full(len(found), y), "o", color=dot, markersize=3.5, alpha=0.6)
    if len(found):
        size = 7 if several else 11
        axes.plot(found.mean(), y, "|", color=mean, markersize=size, markeredgewidth=2)
    else:
        axes.annotate("lost", (0.5, y), xycoords=("axes fraction", "data"), ha="center",
                      va="center", fontsize=8, color=dot if several else MUTED)  # fmt: skip


def _floor(axes: Axes, floor: Measurement) -> None:
    axes.axvspan(floor.value - floor.error, floor.value + floor.error, color=FILL, zorder=0)
    axes.axvline(floor.value, color=REFERENCE, linewidth=0.9, zorder=0.5)


def _log_if_wide(axes: Axes) -> None:
    low, high = axes.get_xlim()
    if (low > 0 and high > 20 * low) or high > 40:
        axes.set_xscale("log")


@styled
def _courses(points: Groups, series: Series, text: str, line: float | None) -> Figure:
    """A panel for each group, on common axes, with a line for each training."""
    rows = -(-len(points.all) // _COLUMNS)
    made = figure(9.4, 0.5 + 1.45 * rows + 0.5 * points.several)
    panels = made.subplots(rows, _COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, group in zip(panels, points.all, strict=False):
        if line is not None:
            axes.axhline(line, color=REFERENCE, linewidth=0.9, zorder=0)
        for curve, colour in _curves(group.rows, series, points.several):
            axes.plot(*zip(*curve, strict=True), color=colour, linewidth=1.0, alpha=0.8)
        axes.set_title(group.name, fontsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.grid(axis="y", color=GRID)
    for axes in panels[len(points.all) :]:
        axes.set_visible(False)
    _scale(panels[0], line)
    made.supxlabel("Training step", fontsize=9)
    made.supylabel(text, fontsize=9)
    _legend(made, points)
    return made


def _curves(rows: dict[int, Row], series: Series, several: bool) -> Curves:
    """Curves of all trainings; coloured by variant, or if there is one, each on its own."""
    for number, row in rows.items():
        for one in row.outcomes.values():
            for curve, colour in zip(series(one), _COLOURS, strict=False):
                if curve:
                    yield curve, _colour(number) if several else colour


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


def _norms(outcome: Outcome) -> list[list[tuple[int, float]]]:
    return [outcome.gauge(name) for name in outcome.gauges if name.startswith("norm ")]


@styled
def _cost(points: Groups) -> Figure:
    """Score against time of a step, a number for each group."""
    made = figure(9.4, max(4.0, 0.8 + 0.19 * len(points.all)) + 0.4 * points.several)
    axes, names = made.subplots(1, 2, width_ratios=(3, 1))
    names.set_axis_off()
    for number, group in enumerate(points.all, 1):
        text = f"{number}  {group.name}"
        place = (0, 1 - (number - 0.5) / len(points.all))
        names.annotate(text, place, xycoords="axes fraction", fontsize=8, va="center", color=INK)
        for variant, row in group.rows.items():
            _priced(axes, row, number, _colour(variant) if points.several else CANDIDATE)
    axes.set_xlabel("Processor time of a step [ms]")
    axes.set_ylabel("Score (smaller is better)")
    axes.grid()
    _legend(made, points)
    return made


def _priced(axes: Axes, row: Row, number: int, colour: str) -> None:
    score, cost = row.score, row.milliseconds
    if score is None:
        return
    axes.errorbar(
        cost.value, score.value, xerr=cost.error, yerr=np.nan_to_num(score.error), fmt="none",
        color=SERIES[0], linewidth=0.7, alpha=0.5,
    )  # fmt: skip
    axes.annotate(
        str(number), (cost.value, score.value), fontsize=8, ha="center", va="center",
        color=colour, fontweight="bold",
    )  # fmt: skip
