"""Mean images and what they differ by: between kinds of events, and between both samples."""

from __future__ import annotations

__all__ = ["difference_maps"]

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike, NDArray

from ...detector import Readout
from ..labels import NAMES, named
from .cells import draw_cells, signal_norm
from .style import figure, styled

Values = NDArray[np.float64]

_PANEL = 2.35
# a difference of less than so many errors deserves no colour
_CLEAR = 2.0
# differences are drawn linearly below this share of the largest
_LINEAR = 1e-3


class _Mean(NamedTuple):
    """The mean of each cell, or a difference of means, with its statistical error."""

    value: Values
    error: Values

    def less(self, other: _Mean) -> _Mean:
        return _Mean(self.value - other.value, np.hypot(self.error, other.error))

    @property
    def clear(self) -> Values:
        """The differences that are known to be none by chance; NaN elsewhere."""
        return np.where(np.abs(self.value) > _CLEAR * self.error, self.value, np.nan)


class _Panel(NamedTuple):
    """One image and what it is called."""

    title: str
    mean: _Mean
    difference: bool


@styled
def difference_maps(
    reference: Mapping[str, ArrayLike],
    candidate: Mapping[str, ArrayLike],
    readout: Readout,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """Mean images of each kind of event in both samples, and all their differences.

    A row for each sample and one for candidate less reference; a column for each kind and one for
    each kind less the first. Means share one logarithmic colour scale, differences another that
    is linear about zero. Grey marks cells without signal, and differences of less than two
    standard errors. Of events of a single kind, all stands in one row.

    Args:
        reference: By kind, responses of the full simulation, in the readout's unit, with shape
            (N, *readout.shape).
        candidate: By the same kinds, responses of the surrogate.
        readout: What the cells mean, with two axes.
        names: What to call the two samples.
    """
    table = _table([_means(reference), _means(candidate)], names)
    if len(table[0]) == 1:
        table = [[row[0] for row in table]]
    made = figure(_PANEL * len(table[0]) + 1.6, _PANEL * len(table) + 0.4)
    grid = made.subplots(len(table), len(table[0]), squeeze=False)
    drawn = {}
    norms = _norms([panel for row in table for panel in row])
    for (row, column), axes in np.ndenumerate(grid):
        panel = table[row][column]
        drawn[panel.difference] = _draw(axes, panel, readout, norms[panel.difference])
        _label(axes, readout, row == len(table) - 1, column == 0)
    rows = 30 if len(table) == 1 else 18 * len(table)
    bar = made.colorbar(drawn[True], ax=grid, aspect=rows, pad=0.02)
    bar.set_label(named("Difference of means", readout.unit))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.set_ticks(_ticks(norms[True]))
    bar = made.colorbar(drawn[False], ax=grid, extend="min", aspect=rows, pad=0.01)
    bar.set_label(named("Mean signal", readout.unit))
    return made


def _means(sample: Mapping[str, ArrayLike]) -> dict[str, _Mean]:
    return {kind: _mean(np.asarray(cells)) for kind, cells in sample.items()}


def _mean(cells: NDArray[np.float32]) -> _Mean:
    count = max(len(cells), 1)
    value = cells.sum(axis=0, dtype=np.float64) / count
    square = np.einsum("n...,n...->...", cells, cells, dtype=np.float64) / count
    return _Mean(value, np.sqrt(np.maximum(square - value**2, 0) / count))


def _table(samples: list[dict[str, _Mean]], names: tuple[str, str]) -> list[list[_Panel]]:
    """All panels, sample by sample and then their difference, kind by kind."""
    rows = []
    for sample, name in zip(samples, names, strict=True):
        row = [_Panel(_title(name, kind), mean, False) for kind, mean in sample.items()]
        first, *others = sample
        rows.append(row + [_between(name, sample, first, other) for other in others])
    third = [
        _Panel(_apart(names, two.title, two.difference), two.mean.less(one.mean), True)
        for one, two in zip(*rows, strict=True)
    ]
    return [*rows, third]


def _between(name: str, sample: Mapping[str, _Mean], first: str, other: str) -> _Panel:
    return _Panel(f"{name}: {other} − {first}", sample[other].less(sample[first]), True)


def _title(name: str, kind: str) -> str:
    return f"{name}: {kind}" if kind else name


def _apart(names: tuple[str, str], title: str, difference: bool) -> str:
    """What candidate less reference is called, given what the candidate's panel is called."""
    kinds = title.partition(": ")[2]
    if difference:
        return f"({kinds}): {names[1]} − {names[0]}"
    return _title(f"{names[1]} − {names[0]}", kinds) if kinds else f"{names[1]} − {names[0]}"


def _norms(panels: list[_Panel]) -> dict[bool, Normalize]:
    """One colour scale for means and one for differences."""
    means = [panel.mean.value for panel in panels if not panel.difference]
    apart = [panel.mean.clear for panel in panels if panel.difference]
    largest = max((float(np.nanmax(np.abs(a), initial=0)) for a in apart), default=0.0) or 1.0
    norm: LogNorm = signal_norm(*means, decades=5.0)
    return {False: norm, True: SymLogNorm(_LINEAR * largest, vmin=-largest, vmax=largest)}


def _ticks(norm: Normalize) -> list[float]:
    """Zero and every power of ten on either side that the scale draws logarithmically."""
    top = float(norm.vmax or 1.0)
    powers = 10.0 ** np.arange(np.ceil(np.log10(_LINEAR * top)) + 1, np.log10(top))
    return [*(-powers[::-1]), 0.0, *powers]


def _draw(axes: Axes, panel: _Panel, readout: Readout, norm: Normalize) -> QuadMesh:
    values = panel.mean.value
    shown = panel.mean.clear if panel.difference else np.where(values > 0, values, np.nan)
    pair = readout.axes[0], readout.axes[1]
    axes.set_title(panel.title, fontsize=8)
    return draw_cells(axes, shown, pair, norm, "RdBu_r" if panel.difference else "viridis")


def _label(axes: Axes, readout: Readout, bottom: bool, left: bool) -> None:
    """Ticks and labels only at the outer border."""
    axes.tick_params(labelbottom=bottom, labelleft=left, labelsize=7)
    x, y = (named(axis.name, axis.unit) for axis in readout.axes)
    axes.set_xlabel(x if bottom else "", fontsize=8)
    axes.set_ylabel(y if left else "", fontsize=8, labelpad=0)
