"""Correlation matrices of both samples and what their difference means."""

from __future__ import annotations

__all__ = ["correlation_matrices"]

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..labels import NAMES
from .style import BLANK, figure, styled

Values = NDArray[np.float64]

_LARGEST_PULL = 6.0
# of more columns no name could be read
_LABELLED = 45


@styled
def correlation_matrices(
    columns: Sequence[str],
    reference: ArrayLike,
    candidate: ArrayLike,
    pull: ArrayLike,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """Correlations in the full simulation, in the surrogate, and their difference over its error.

    Args:
        columns: What is correlated, with length F.
        reference: Correlations, with shape (F, F); NaN for what is constant.
        candidate: The same of the surrogate.
        pull: Their difference in standard errors, with shape (F, F).
        names: What to call the two samples.
    """
    size = min(max(0.115 * len(columns), 2.2), 0.115 * _LABELLED)
    named = columns if len(columns) <= _LABELLED else [""] * len(columns)
    made = figure(1.6 + 3 * size, 1.35 + size)
    grid = made.subplots(1, 3)
    shown = (reference, candidate, pull)
    titles = (*names, "Difference / error")
    limits = (1.0, 1.0, _LARGEST_PULL)
    drawn = [
        _matrix(axes, np.asarray(values, np.float64), limit)
        for axes, values, limit in zip(grid, shown, limits, strict=True)
    ]
    for axes, title in zip(grid, titles, strict=True):
        axes.set_title(title)
        axes.set_xticks(np.arange(len(columns)), named, rotation=90, fontsize=5.5)
        axes.set_yticks([])
        axes.tick_params(length=0, pad=2)
    grid[0].set_yticks(np.arange(len(columns)), named, fontsize=5.5)
    bar = made.colorbar(drawn[1], ax=grid[:2], pad=0.01, aspect=26)
    bar.set_label("Correlation")
    made.colorbar(drawn[2], ax=grid[2], extend="both", pad=0.03, aspect=26)
    return made


def _matrix(axes: Axes, values: Values, limit: float) -> QuadMesh:
    edges = np.arange(len(values) + 1) - 0.5
    mesh = axes.pcolormesh(
        edges, edges, np.ma.masked_invalid(values), vmin=-limit, vmax=limit, cmap="PuOr_r",
        rasterized=True,
    )  # fmt: skip
    axes.set(ylim=(edges[-1], edges[0]), facecolor=BLANK)
    axes.set_box_aspect(1)
    return mesh
