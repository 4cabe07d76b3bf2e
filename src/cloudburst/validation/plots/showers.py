"""Single events as images: of one sample, or of both side by side under like conditions."""

from __future__ import annotations

__all__ = ["gallery", "side_by_side"]

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ...detector import Readout
from ...errors import DataError
from ...events import Events
from ..labels import NAMES, caption, named
from .cells import draw_cells, signal_norm
from .style import figure, styled

_PANEL = 1.5


class _Column(NamedTuple):
    """Images (P, X, Y) of one readout, one above the other."""

    readout: Readout
    title: str
    images: NDArray[np.float64]


@styled
def gallery(events: Events) -> Figure:
    """Events as images, one event a row, all on one logarithmic colour scale.

    Args:
        events: What to draw: of readouts with two axes or more, summed onto the first two.

    Raises:
        DataError: There are no events, or no readout with two axes.
    """
    readouts = [readout for readout in events.detector.readouts if len(readout.axes) > 1]
    if not readouts or not len(events):
        name = events.detector.name
        raise DataError(f"{len(events)} events of '{name}': nothing to draw as images")
    columns = [_Column(r, "", _flat(events.readouts[r.name])) for r in readouts]
    return _draw(columns, [caption(events, i) for i in range(len(events))])


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
    samples = tuple(zip(names, (reference, candidate), strict=True))
    columns = [
        _Column(r, name, _flat(sample[r.name])) for r in readouts for name, sample in samples
    ]
    return _draw(columns, captions)


def _draw(columns: Sequence[_Column], captions: Sequence[str]) -> Figure:
    norm = signal_norm(*(column.images for column in columns), decades=5.0)
    rows = len(captions)
    made = figure(_PANEL * len(columns) + 1.3, _PANEL * rows + 0.7)
    grid = made.subplots(rows, len(columns), squeeze=False)
    for (row, i), axes in np.ndenumerate(grid):
        readout, title, images = columns[i]
        image = np.where(images[row] > 0, images[row], np.nan)
        drawn = draw_cells(axes, image, (readout.axes[0], readout.axes[1]), norm)
        _label(axes, readout, row == rows - 1, i == 0)
        if row == 0:
            axes.set_title(title, fontsize=8.5)
    for row, text in enumerate(captions):
        _note(grid[row, 0], text, (0, 0.5), (-44, 0), "right")
    for i, column in enumerate(columns):
        if i == 0 or columns[i - 1].readout != column.readout:
            _note(grid[0, i], column.readout.name, (0, 1), (0, 22 if column.title else 10), "left")
    bar = made.colorbar(drawn, ax=grid, extend="min", aspect=20 * rows, pad=0.01)
    bar.set_label(named("Signal of a cell", columns[0].readout.unit))
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
