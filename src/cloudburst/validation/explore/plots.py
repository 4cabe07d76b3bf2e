"""Figures of one sample: functions of arrays."""

from __future__ import annotations

__all__ = [
    "condition_pairs",
    "condition_values",
    "cut_costs",
    "heatmap",
    "network_values",
    "profiles",
    "signal_spectra",
]

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import stats

from ...detector import Condition
from ..labels import named
from ..plots.style import CANDIDATE, FILL, INK, MUTED, REFERENCE, SERIES, figure, styled

Values = NDArray[np.float64]

_BINS = 40
_PER_DECADE = 4
_LEAST = 20


@styled
def condition_values(values: NDArray[np.float32], condition: Condition) -> Figure:
    """How a condition's values, in its unit with shape (N,), lie in its declared range."""
    made = figure(4.1, 2.9)
    axes = made.add_subplot()
    if condition.categories:
        counts = np.bincount(values.astype(int), minlength=len(condition.categories))
        axes.bar(np.arange(len(counts)), counts, color=FILL, edgecolor=REFERENCE)
        if len(counts) <= 12:
            axes.set_xticks(np.arange(len(counts)), list(condition.categories))
    else:
        counts, edges = np.histogram(values, _BINS, (condition.low, condition.high))
        axes.stairs(counts, edges, fill=True, color=FILL)
        axes.stairs(counts, edges, color=REFERENCE)
        axes.set_xlim(condition.low, condition.high)
    axes.set_ylim(0, 1.15 * max(counts.max(), 1))
    axes.set_xlabel(named(condition.name, condition.unit))
    axes.set_ylabel("Events per bin")
    return made


@styled
def condition_pairs(conditions: NDArray[np.float32], described: Sequence[Condition]) -> Figure:
    """Every pair of conditions, with shape (N, C), as a density over the declared ranges."""
    count = len(described)
    made = figure(1.9 * (count - 1) + 0.8, 1.7 * (count - 1) + 0.6)
    grid = made.subplots(count - 1, count - 1, squeeze=False)
    for row in range(1, count):
        for column in range(count - 1):
            axes = grid[row - 1, column]
            if column >= row:
                axes.set_axis_off()
                continue
            x, y = described[column], described[row]
            axes.hist2d(
                conditions[:, column],
                conditions[:, row],
                bins=20,
                range=[(x.low, x.high), (y.low, y.high)],
                cmap="Greys",
                rasterized=True,
            )
            axes.tick_params(labelbottom=row == count - 1, labelleft=column == 0, labelsize=7)
            axes.set_xlabel(named(x.name, x.unit) if row == count - 1 else "", fontsize=8)
            axes.set_ylabel(named(y.name, y.unit) if column == 0 else "", fontsize=8)
    return made


@styled
def signal_spectra(
    cells: Sequence[NDArray[np.float32]],
    names: Sequence[str],
    unit: str,
    threshold: float,
) -> Figure:
    """How many cells of an event hold how much, over all decades.

    Args:
        cells: For each line, signals in `unit` with shape (N, ...).
        names: What the lines are.
        unit: Unit of the signals.
        threshold: A level to mark; none if zero.
    """
    made = figure(8.6, 3.5)
    axes = made.add_subplot()
    hits = [array[array > 0].astype(np.float64) for array in cells]
    filled = [array for array in hits if len(array)]
    low = min((array.min() for array in filled), default=0.1)
    high = max((array.max() for array in filled), default=1.0)
    start, stop = np.floor(np.log10(low)), np.floor(np.log10(high)) + 1
    bins = int(_PER_DECADE * (stop - start))
    edges = np.logspace(start, stop, bins + 1)
    for array, name, whole, colour in zip(hits, names, cells, SERIES, strict=False):
        counts, _ = np.histogram(array, edges)
        axes.stairs(counts / max(len(whole), 1), edges, label=name, color=colour, linewidth=1.3)
    axes.set_xscale("log")
    axes.set_yscale("log", nonpositive="clip")
    smallest = 0.5 / max(max((len(whole) for whole in cells), default=1), 1)
    axes.set_ylim(bottom=smallest)
    _mark(axes, threshold, "proposed threshold")
    axes.set_xlabel(named("Signal", unit))
    axes.set_ylabel("Cells per event and bin")
    axes.legend(loc="upper left")
    return made


@styled
def cut_costs(levels: Values, hits: Values, signal: Values, unit: str, chosen: float) -> Figure:
    """What thresholds would cost: the share of hits and of signal below each.

    Args:
        levels: Thresholds in `unit`, with shape (K,).
        hits: Share of the hits below, with shape (K,).
        signal: Mean share of the signal below, with shape (K,).
        unit: Unit of the thresholds.
        chosen: The level to mark.
    """
    made = figure(8.6, 3.2)
    axes = made.add_subplot()
    for values, name, colour in ((hits, "hits", SERIES[0]), (signal, "signal", CANDIDATE)):
        shown = values > 0
        axes.plot(levels[shown], values[shown], label=f"share of the {name} below", color=colour)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(1e-12, 2)
    _mark(axes, chosen, "proposed")
    axes.set_xlabel(named("Threshold", unit))
    axes.set_ylabel("Share")
    axes.legend(loc="lower right")
    return made


@styled
def profiles(
    x: NDArray[np.float32],
    columns: Sequence[Values],
    names: Sequence[str],
    condition: Condition,
) -> Figure:
    """Quantities against a condition: median, and bands that hold 68 % and 95 % of the events.

    Args:
        x: The condition's values, in its unit, with shape (N,).
        columns: The quantities, each with shape (N,); NaN where undefined.
        names: What they are.
        condition: The condition.
    """
    across = min(3, len(columns))
    down = -(-len(columns) // across)
    made = figure(2.9 * across, 2.3 * down)
    grid = made.subplots(down, across, squeeze=False).ravel()
    edges = np.quantile(x, np.linspace(0, 1, 16))
    for axes, values, name in zip(grid, columns, names, strict=False):
        _profile(axes, x, values, np.unique(edges))
        axes.set_title(name, fontsize=8.5)
        axes.set_xlabel(named(condition.name, condition.unit), fontsize=8)
    for axes in grid[len(columns) :]:
        axes.set_axis_off()
    return made


@styled
def heatmap(values: Values, rows: Sequence[str], columns: Sequence[str]) -> Figure:
    """Correlations from -1 to 1 with their numbers, with shape (rows, columns)."""
    made = figure(1.9 + 0.85 * len(columns), 0.9 + 0.27 * len(rows))
    axes = made.add_subplot()
    shown = axes.imshow(values, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), list(columns))
    axes.set_yticks(range(len(rows)), list(rows))
    axes.tick_params(length=0, top=False, right=False)
    for (row, column), value in np.ndenumerate(values):
        text = f"{value:+.2f}" if np.isfinite(value) else "–"
        colour = "#ffffff" if abs(value) > 0.6 else "#1f2934"
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
    made.colorbar(shown, ax=axes, label="Rank correlation", pad=0.02)
    return made


@styled
def network_values(columns: Sequence[Values], names: Sequence[str]) -> Figure:
    """Standardised network values of several codecs beside a Gaussian.

    Args:
        columns: For each codec its values, with shape (K,).
        names: The codecs.
    """
    made = figure(8.6, 2.5 * (-(-len(columns) // 3)))
    grid = made.subplots(-(-len(columns) // 3), 3, squeeze=False, sharex=True).ravel()
    edges = np.linspace(-5, 5, 81)
    middle = (edges[1:] + edges[:-1]) / 2
    for axes, values, name in zip(grid, columns, names, strict=False):
        counts, _ = np.histogram(np.clip(values, -4.99, 4.99), edges)
        density = counts / max(len(values), 1) / np.diff(edges)
        axes.stairs(density, edges, fill=True, color=FILL)
        axes.stairs(density, edges, color=REFERENCE, linewidth=0.9)
        axes.plot(middle, stats.norm.pdf(middle), color=CANDIDATE, linewidth=1.2)
        axes.set_yscale("log")
        axes.set_ylim(1e-4, 30)
        axes.set_title(name, fontsize=8.5)
    for axes in grid[len(columns) :]:
        axes.set_axis_off()
    made.supxlabel("Network value, standardised", fontsize=9)
    return made


def _mark(axes: Axes, level: float, text: str) -> None:
    if level > 0:
        axes.axvline(level, color=MUTED, linestyle="--", linewidth=1)
        axes.annotate(
            text, (level, 1), (4, -4), ("data", "axes fraction"), "offset points",
            va="top", fontsize=8, color=INK,
        )  # fmt: skip


def _profile(axes: Axes, x: NDArray[np.float32], values: Values, edges: Values) -> None:
    place = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    found = []
    for i in range(len(edges) - 1):
        inside = values[(place == i) & np.isfinite(values)]
        if len(inside) >= _LEAST:
            quantiles = np.quantile(inside, [0.025, 0.16, 0.5, 0.84, 0.975])
            found.append(((edges[i] + edges[i + 1]) / 2, *quantiles))
    if not found:
        axes.set_axis_off()
        return
    middle, lowest, low, median, high, highest = np.array(found).T
    axes.fill_between(middle, lowest, highest, color=SERIES[0], alpha=0.15, linewidth=0)
    axes.fill_between(middle, low, high, color=SERIES[0], alpha=0.3, linewidth=0)
    axes.plot(middle, median, color=SERIES[0])
