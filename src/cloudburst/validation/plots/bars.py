"""Bar charts: how far each observable is from its floor, and how fast events are made."""

from __future__ import annotations

__all__ = ["giveaways", "overview", "speed"]

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike

from ..numbers import duration
from .style import CANDIDATE, INK, MUTED, PAPER, REFERENCE, figure, styled


@styled
def overview(names: Sequence[str], ratios: ArrayLike, errors: ArrayLike, limit: float) -> Figure:
    """Distance over floor for each observable, the largest at the top, on a log axis.

    Args:
        names: What was compared.
        ratios: Measured distance over floor, with shape (K,); 1 is as good as the reference
            itself, and infinity is drawn at the border.
        errors: Errors of the ratios, with shape (K,).
        limit: Ratios up to it are drawn as agreement, in grey.
    """
    ratio, error = np.asarray(ratios, np.float64), np.asarray(errors, np.float64)
    finite = ratio[np.isfinite(ratio)]
    top = max(4.0, *finite.tolist(), limit) * 1.6
    order = np.argsort(ratio)
    shown = np.clip(ratio[order], 0.3, top)
    made = figure(8.6, 0.9 + 0.23 * len(order))
    axes = made.add_subplot()
    rows = np.arange(len(order))
    colours = [CANDIDATE if r > limit else REFERENCE for r in ratio[order]]
    axes.barh(rows, shown - 1, left=1, height=0.62, color=colours, alpha=0.85)
    low = np.minimum(np.where(np.isfinite(error[order]), error[order], 0), shown * 0.9)
    axes.errorbar(shown, rows, xerr=[low, low], fmt="none", ecolor=INK, linewidth=0.9)
    for row, (value, end) in enumerate(zip(ratio[order], shown + low, strict=True)):
        _value(axes, max(end, 1.0), row, f"{value:.1f}" if np.isfinite(value) else "∞")
    axes.set_yticks(rows, [names[i] for i in order])
    axes.set_xscale("log")
    axes.set_xlim(min(0.5, float(shown.min()) / 1.2), top * 1.2)
    _plain_log(axes)
    axes.axvline(1, color=INK, linewidth=1)
    axes.axvline(limit, color=MUTED, linewidth=0.9, linestyle="--")
    axes.set_ylim(-0.6, len(order) - 0.4)
    axes.set_xlabel("Distance / floor")
    return made


@styled
def giveaways(names: Sequence[str], falls: ArrayLike, errors: ArrayLike) -> Figure:
    """By how much the AUC of a classifier falls when it loses an input, the worst at the top.

    Args:
        names: The inputs, the worst first.
        falls: Falls of the AUC, with shape (K,).
        errors: Their errors, with shape (K,).
    """
    fall, error = np.asarray(falls, np.float64), np.asarray(errors, np.float64)
    made = figure(8.6, 0.9 + 0.26 * len(fall))
    axes = made.add_subplot()
    rows = np.arange(len(fall))[::-1]
    clear = fall > 2 * error
    axes.barh(rows, fall, height=0.62, alpha=0.85,
              color=[CANDIDATE if c else REFERENCE for c in clear])  # fmt: skip
    axes.errorbar(fall, rows, xerr=error, fmt="none", ecolor=INK, linewidth=0.9)
    axes.set_yticks(rows, list(names))
    axes.tick_params(axis="y", length=0)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_xlabel("Fall of the AUC without it")
    return made


@styled
def speed(labels: Sequence[str], milliseconds: ArrayLike, is_reference: Sequence[bool]) -> Figure:
    """Time per event on a log axis; shorter is better.

    Args:
        labels: What was timed.
        milliseconds: Time per event in ms, with shape (K,).
        is_reference: Which rows are the full simulation, drawn in its colour.
    """
    times = np.asarray(milliseconds, np.float64)
    made = figure(8.6, 0.8 + 0.32 * len(times))
    axes = made.add_subplot()
    low = float(times.min()) / 4
    rows = np.arange(len(times))[::-1]
    colours = [REFERENCE if reference else CANDIDATE for reference in is_reference]
    axes.barh(rows, times - low, left=low, height=0.62, color=colours, alpha=0.85)
    for row, time in zip(rows, times, strict=True):
        _value(axes, time, row, duration(time))
    axes.set_yticks(rows, list(labels))
    axes.set_xscale("log")
    axes.set_xlim(low, float(times.max()) * 6)
    axes.set_xlabel("Time per event [ms]")
    return made


def _value(axes: Axes, x: float, row: float, text: str) -> None:
    axes.annotate(
        text, (x, row), (4, 0), textcoords="offset points", va="center", fontsize=8,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8},
    )  # fmt: skip


def _plain_log(axes: Axes) -> None:
    """Ticks at 1, 2 and 5 of each decade, written out."""
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="y", length=0)
