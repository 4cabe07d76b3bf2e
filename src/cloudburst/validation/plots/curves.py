"""Curves: response and resolution against a condition, and the course of a training."""

from __future__ import annotations

__all__ = ["response", "training"]

import itertools
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from ..labels import NAMES
from ..trends import Trend
from .style import CANDIDATE, FILL, MUTED, REFERENCE, SERIES, figure, styled

Values = NDArray[np.float64]
Curve = tuple[Values, Values]

_MOST_POINTS = 400


@styled
def response(
    reference: Trend,
    candidate: Trend,
    x_label: str,
    y_labels: tuple[str, str],
    names: tuple[str, str] = NAMES,
) -> Figure:
    """Mean and width of an observable against a condition, each with its ratio.

    Args:
        reference: Mean and width of the full simulation in bins of the condition.
        candidate: The same of the surrogate.
        x_label: The condition with its unit.
        y_labels: What the mean and the width are, with their units.
        names: What to call the two samples.
    """
    made = figure(9.4, 3.7)
    grid = made.add_gridspec(2, 2, height_ratios=(3, 1.1))
    curves = (
        [(t.mean, t.mean_error) for t in (reference, candidate)],
        [(t.width, t.width_error) for t in (reference, candidate)],
    )
    for column, (label, pair) in enumerate(zip(y_labels, curves, strict=True)):
        main = made.add_subplot(grid[0, column])
        ratio = made.add_subplot(grid[1, column], sharex=main)
        _points(main, reference.centers, pair[0], "s", REFERENCE, names[0])
        _points(main, candidate.centers, pair[1], "o", CANDIDATE, names[1])
        _ratio(ratio, reference.centers, *pair)
        main.tick_params(labelbottom=False)
        main.set_ylabel(label)
        ratio.set_ylabel("Ratio")
        ratio.set_xlabel(x_label)
        _legend_room(main, pair)
    return made


@styled
def training(
    losses: Mapping[str, tuple[ArrayLike, ArrayLike]],
    figures: tuple[ArrayLike, ArrayLike],
    label: str = "Validation figure",
    kept: float | None = None,
) -> Figure:
    """Losses by step, one panel a player, and the validation figure with the step kept.

    Args:
        losses: For each player its steps and losses, each with shape (S,).
        figures: Steps at which the surrogate was validated and what was found, with shape
            (V,); smaller is better.
        label: What the validation figure is.
        kept: The step that was kept; the one of the smallest figure if not given.
    """
    steps, found = (np.asarray(x, np.float64) for x in figures)
    rows = len(losses) + (len(steps) > 0)
    made = figure(9.4, 0.6 + 1.5 * rows)
    panels = made.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
    for axes, (player, curve), colour in zip(
        panels, losses.items(), itertools.cycle(SERIES), strict=False
    ):
        axes.plot(*_thinned(*curve), color=colour)
        axes.set_ylabel(f"Loss, {player}")
    if len(steps):
        best = int(np.nanargmin(found) if kept is None else np.argmin(np.abs(steps - kept)))
        _validation(panels[-1], steps, found, best, label)
        for axes in panels:
            axes.axvline(steps[best], color=MUTED, linewidth=0.9, linestyle="--", zorder=0)
    for axes in panels:
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y")
        axes.margins(x=0.01)
    panels[-1].set_xlabel("Training step")
    made.align_ylabels(panels)
    return made


def _points(axes: Axes, x: Values, curve: Curve, marker: str, colour: str, name: str) -> None:
    axes.errorbar(
        x, *curve, fmt=marker, markersize=4, linewidth=1.1, color=colour, label=name,
        markerfacecolor=colour if marker == "o" else "none",
    )  # fmt: skip


def _legend_room(axes: Axes, pair: Sequence[Curve]) -> None:
    """A legend above all points and their errors."""
    low = min(np.nanmin(value - np.nan_to_num(error), initial=np.inf) for value, error in pair)
    high = max(np.nanmax(value + np.nan_to_num(error), initial=-np.inf) for value, error in pair)
    if np.isfinite(low) and np.isfinite(high):
        span = (high - low) or abs(high) or 1.0
        axes.set_ylim(low - 0.12 * span, high + 0.25 * span)
    axes.legend(loc="upper center", ncols=2, borderaxespad=0.3)


def _ratio(axes: Axes, x: Values, reference: Curve, candidate: Curve) -> None:
    """Candidate over reference, its own error as bars and the reference's as a band."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value, error = (part / reference[0] for part in candidate)
        band = np.abs(reference[1] / reference[0])
    axes.fill_between(x, 1 - band, 1 + band, color=FILL, linewidth=0, zorder=0)
    axes.axhline(1, color=REFERENCE, linewidth=0.9)
    axes.errorbar(x, value, error, fmt="o", markersize=4, linewidth=1.1, color=CANDIDATE)
    reach = np.abs(value - 1) + error
    need = float(np.max(reach[np.isfinite(reach)], initial=0.0))
    span = next((s for s in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if need <= s), need)
    axes.set_ylim(max(0.0, 1 - 1.1 * span), 1 + 1.1 * span)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))


def _validation(axes: Axes, steps: Values, found: Values, best: int, label: str) -> None:
    axes.plot(steps, found, "o-", color=CANDIDATE, markersize=3)
    axes.plot(steps[best], found[best], "o", color=CANDIDATE, markersize=7, markerfacecolor="none")
    axes.annotate(
        f"kept: step {steps[best]:,.0f}, {found[best]:.3g}",
        (steps[best], 1), (6 if best < len(steps) / 2 else -6, -5),
        ("data", "axes fraction"), "offset points",
        ha="left" if best < len(steps) / 2 else "right", va="top", color=MUTED, fontsize=8,
    )  # fmt: skip
    axes.set_ylabel(textwrap.fill(label, 22))
    axes.margins(y=0.2)
    if len(found) > 2 and (found > 0).all() and found.max() > 20 * found.min():
        axes.set_yscale("log")


def _thinned(steps: ArrayLike, values: ArrayLike) -> Curve:
    """The means of equal blocks, so few that the line stays readable and the file small."""
    x, y = np.asarray(steps, np.float64), np.asarray(values, np.float64)
    size = -(-len(x) // _MOST_POINTS)
    starts = np.arange(0, len(x), max(size, 1))
    if len(starts) == len(x):
        return x, y
    counts = np.diff(starts, append=len(x))
    return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts
