"""Mean responses along one condition, frame by frame."""

from __future__ import annotations

__all__ = ["film"]

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Normalize, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from ...detector import Condition, Readout
from ..interpolation import Interpolation
from ..labels import named
from ..numbers import rounded
from .cells import draw_cells, signal_norm
from .style import figure, styled

Values = NDArray[np.float64]

_PANEL = 1.35
_MOST_READOUTS = 3


class _Row(NamedTuple):
    """Frames (V, X, Y) of one readout, with their scale."""

    readout: Readout
    frames: Values
    norm: Normalize
    colours: str
    label: str


@styled
def film(shown: Interpolation) -> Figure:
    """Means, and what each has more than the one in the middle, of up to three readouts.

    Args:
        shown: Mean responses along a condition; readouts with one axis are left out, and more
            than two axes are summed onto the first two.
    """
    images = [r for r in shown.detector.readouts if len(r.axes) > 1][:_MOST_READOUTS]
    condition = shown.detector.conditions[shown.detector.condition_index(shown.name)]
    rows = [row for readout in images for row in _rows(shown, readout, condition)]
    made = figure(_PANEL * len(shown.values) + 2.2, _PANEL * len(rows) + 0.5)
    grid = made.subplots(len(rows), len(shown.values), squeeze=False)
    for line, row in zip(grid, rows, strict=True):
        for axes, frame in zip(line, row.frames, strict=True):
            pair = row.readout.axes[0], row.readout.axes[1]
            drawn = draw_cells(axes, frame, pair, row.norm, row.colours)
            axes.tick_params(labelbottom=False, labelleft=False, length=0)
        _scale(made.colorbar(drawn, ax=line, pad=0.015, aspect=14), row)
        line[0].set_ylabel(row.readout.name)
    for axes, text in zip(grid[0], _titles(shown.values, condition), strict=True):
        axes.set_title(text, fontsize=8.5)
    return made


def _rows(shown: Interpolation, readout: Readout, condition: Condition) -> list[_Row]:
    """The means, and the differences where the condition is a number."""
    others = tuple(range(3, len(readout.axes) + 1))
    means = shown.means[readout.name].sum(axis=others)
    frames = np.where(means > 0, means, np.nan)
    first = _Row(readout, frames, signal_norm(means, decades=5.0), "viridis", "Mean")
    if condition.categories:
        return [first]
    steps = shown.differences()[readout.name].sum(axis=others)
    largest = float(np.abs(steps).max()) or 1.0
    norm = SymLogNorm(largest / 100, vmin=-largest, vmax=largest)
    return [first, _Row(readout, steps, norm, "RdBu_r", "Difference")]


def _scale(bar: Colorbar, row: _Row) -> None:
    """Labels a colour scale; a tick for each decade would cover the middle of a symmetric one."""
    bar.set_label(named(row.label, row.readout.unit), fontsize=7)
    bar.ax.tick_params(labelsize=6.5)
    if isinstance(row.norm, SymLogNorm):
        decade = 10 ** math.floor(math.log10(row.norm.vmax or 1.0))
        ticks = (-decade, 0, decade)
        bar.set_ticks(list(ticks), labels=[f"{tick:g}" for tick in ticks])
        bar.ax.yaxis.set_minor_locator(NullLocator())


def _titles(values: Sequence[float] | Values, condition: Condition) -> list[str]:
    if condition.categories:
        return [condition.categories[int(value)] for value in values]
    return [f"{rounded(float(value))} {condition.unit}".strip() for value in values]
