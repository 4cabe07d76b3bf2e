"""Observables of both samples against one condition."""

from __future__ import annotations

__all__ = ["trends"]

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..labels import NAMES
from ..trends import Trend
from .style import CANDIDATE, FILL, REFERENCE, figure, styled

_COLUMNS = 3
_SHOWN = 0.85


@styled
def trends(
    pairs: Sequence[tuple[Trend, Trend]],
    along: str,
    labels: Sequence[str],
    names: tuple[str, str] = NAMES,
) -> Figure:
    """One panel for each observable: mean with error, and mean plus and minus its spread.

    Args:
        pairs: Trends of the reference and of the candidate, in bins of one condition.
        along: The condition, with its unit.
        labels: The observables, with their units.
        names: What to call the two samples.
    """
    rows = -(-len(pairs) // _COLUMNS)
    made = figure(9.4, 2.15 * rows + 0.4)
    grid = made.subplots(rows, _COLUMNS, squeeze=False)
    for axes in grid.flat[len(pairs) :]:
        axes.set_visible(False)
    for axes, pair, label in zip(grid.flat, pairs, labels, strict=False):
        _band(axes, pair[0], names[0])
        _dots(axes, pair[1], names[1])
        axes.set_ylabel(label)
        axes.locator_params(nbins=5)
        _bound(axes, pair)
    for axes in grid[-1]:
        axes.set_xlabel(along)
    handles, texts = grid[0, 0].get_legend_handles_labels()
    made.legend(handles, texts, loc="outside upper right", ncols=2)
    return made


def _band(axes: Axes, trend: Trend, name: str) -> None:
    low, high = trend.mean - trend.width, trend.mean + trend.width
    axes.fill_between(trend.centers, low, high, color=FILL, linewidth=0)
    for edge in (low, high):
        axes.fill_between(
            trend.centers, edge - trend.width_error, edge + trend.width_error,
            color=REFERENCE, alpha=0.35, linewidth=0,
        )  # fmt: skip
    axes.errorbar(
        trend.centers, trend.mean, trend.mean_error, fmt="s", markersize=3, color=REFERENCE,
        markerfacecolor="none", linewidth=1, label=name,
    )  # fmt: skip


def _dots(axes: Axes, trend: Trend, name: str) -> None:
    for edge in (trend.mean - trend.width, trend.mean + trend.width):
        axes.plot(trend.centers, edge, ":", color=CANDIDATE, linewidth=1)
    axes.errorbar(
        trend.centers, trend.mean, trend.mean_error, fmt="o", markersize=3, color=CANDIDATE,
        linewidth=1, label=name,
    )  # fmt: skip


def _bound(axes: Axes, pair: tuple[Trend, Trend]) -> None:
    """Where a positive quantity has long tails: from zero, and not up to the widest bin."""
    low = np.concatenate([trend.mean - trend.width for trend in pair])
    means = np.concatenate([trend.mean for trend in pair])
    if np.nanmin(low) < 0 < np.nanmin(means):
        high = np.concatenate([trend.mean + trend.width for trend in pair])
        axes.set_ylim(0, 1.25 * float(np.nanquantile(high, _SHOWN)))
