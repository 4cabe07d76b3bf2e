"""Single events of both samples side by side, under like conditions."""

from __future__ import annotations

__all__ = ["side_by_side"]

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ...detector import Readout
from ..labels import NAMES, named
from .cells import draw_cells, signal_norm
from .style import figure, styled

_PANEL = 1.5


@styled
def side_by_side(
    reference: Mapping[str, ArrayLike],
    candidate: Mapping[str, ArrayLike],
    readouts: Sequence[Readout],
    captions: Sequence[str],
    names: tuple[str, str] = NAMES,
) -> Figure:
    """Pairs of events, one pair a row, all on one logarithmic colour scale.

    Args:
        reference: For each readout the events of the full simulation, in its unit, with shape
            (P, *readout.shape).
        candidate: The same of the surrogate, event by event under like conditions.
        readouts: What to draw, each with at least two axes; more are summed onto the first two.
        captions: What stands beside each pair, as its energy.
        names: What to call the two samples.
    """
    images = [
        [_flat(sample[readout.name]) for sample in (reference, candidate)] for readout in readouts
    ]
    norm = signal_norm(*(image for pair in images for image in pair), decades=5.0)
    rows, columns = len(captions), 2 * len(readouts)
    made = figure(_PANEL * columns + 1.3, _PANEL * rows + 0.7)
    grid = made.subplots(rows, columns, squeeze=False)
    for (row, column), axes in np.ndenumerate(grid):
        readout = readouts[column // 2]
        image = images[column // 2][column % 2][row]
        drawn = draw_cells(axes, np.where(image > 0, image, np.nan), readout.axes[:2], norm)
        _label(axes, readout, row == rows - 1, column == 0)
        if row == 0:
            axes.set_title(names[column % 2], fontsize=8.5)
    for row, caption in enumerate(captions):
        _note(grid[row, 0], caption, (0, 0.5), (-44, 0), "right")
    for column, readout in enumerate(readouts):
        _note(grid[0, 2 * column], readout.name, (0, 1), (0, 22), "left")
    bar = made.colorbar(drawn, ax=grid, extend="min", aspect=20 * rows, pad=0.01)
    bar.set_label(named("Signal of a cell", readouts[0].unit))
    return made


def _flat(events: ArrayLike) -> NDArray[np.float64]:
    """Events summed onto the first two axes of their readout, with shape (P, X, Y)."""
    array = np.asarray(events, np.float64)
    flat: NDArray[np.float64] = array.sum(axis=tuple(range(3, array.ndim)))
    return flat


def _label(axes: Axes, readout: Readout, bottom: bool, left: bool) -> None:
    """Ticks and labels only at the outer border."""
    axes.tick_params(labelbottom=bottom, labelleft=left, labelsize=7)
    axes.locator_params(nbins=3)
    x, y = (named(axis.name, axis.unit) for axis in readout.axes[:2])
    axes.set_xlabel(x if bottom else "", fontsize=8)
    axes.set_ylabel(y if left else "", fontsize=8, labelpad=0)


def _note(
    axes: Axes, text: str, at: tuple[float, float], shift: tuple[float, float], align: str
) -> None:
    """Bold text beside a panel, `shift` points away from a place in fractions of it."""
    axes.annotate(
        text, at, shift, "axes fraction", "offset points",
        ha=align, va="center", fontsize=9, fontweight="bold",
    )  # fmt: skip
