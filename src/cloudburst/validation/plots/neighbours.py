"""Generated events, each beside the training events nearest to it."""

from __future__ import annotations

__all__ = ["neighbours"]

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ...detector import Readout
from ...events import Events
from ..labels import NAMES, caption
from ..numbers import rounded
from .cells import draw_cells, signal_norm
from .style import figure, styled

_PANEL = 1.4


@styled
def neighbours(
    shown: Events,
    similar: Sequence[Events],
    distances: ArrayLike,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """One row for each generated event: itself, then its neighbours, the nearest first.

    Args:
        shown: Generated events, of which the readout that takes most of their signal is drawn.
        similar: For each, its neighbours.
        distances: Distances of the neighbours, in the readouts' unit, with shape (N, K).
        names: What to call the two samples.
    """
    readout = _leading(shown)
    away = np.asarray(distances, np.float64)
    rows = [
        _images(Events.concatenate([shown[i : i + 1], others]), readout)
        for i, others in enumerate(similar)
    ]
    norm = signal_norm(*rows, decades=5.0)
    made = figure(_PANEL * (away.shape[1] + 1) + 1.9, (_PANEL + 0.25) * len(rows) + 0.3)
    grid = made.subplots(len(rows), away.shape[1] + 1, squeeze=False)
    for i, images in enumerate(rows):
        for j, axes in enumerate(grid[i]):
            image = np.where(images[j] > 0, images[j], np.nan)
            drawn = draw_cells(axes, image, (readout.axes[0], readout.axes[1]), norm)
            axes.tick_params(labelbottom=False, labelleft=False, length=0)
            title = f"{rounded(float(away[i, j - 1]))} {readout.unit} away" if j else names[1]
            axes.set_title(title, fontsize=8, fontweight="normal" if j else "bold")
        grid[i, 0].set_ylabel(caption(shown, i), rotation=0, ha="right", va="center", fontsize=7.5)
    bar = made.colorbar(drawn, ax=grid, extend="min", aspect=20 * len(rows), pad=0.01)
    bar.set_label(f"Signal of a cell in {readout.name} [{readout.unit}]")
    return made


def _leading(events: Events) -> Readout:
    """The image with most signal."""
    images = [readout for readout in events.detector.readouts if len(readout.axes) > 1]
    return max(images, key=lambda readout: float(events.readouts[readout.name].sum()))


def _images(events: Events, readout: Readout) -> np.ndarray:
    cells = events.readouts[readout.name].astype(np.float64)
    summed: np.ndarray = cells.sum(axis=tuple(range(3, cells.ndim)))
    return summed
