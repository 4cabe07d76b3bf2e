"""Maps of one readout: mean signal and occupancy, rings and sectors drawn as such."""

from __future__ import annotations

__all__ = ["cell_maps", "depth_profile"]

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...detector import Readout
from ..labels import named
from ..plots.cells import draw_cells, signal_norm
from ..plots.style import BLANK, CANDIDATE, SERIES, figure, styled

Values = NDArray[np.float64]


@styled
def cell_maps(cells: NDArray[np.float32], readout: Readout) -> Figure:
    """Mean signal and occupancy of each cell, side by side; grey for cells that never fire.

    Args:
        cells: Signals in the readout's unit, with shape (N, *readout.shape).
        readout: What they are; of one axis or more, more than two are summed over.
    """
    others = tuple(range(3, cells.ndim))
    mean = cells.mean(axis=0, dtype=np.float64).sum(axis=tuple(i - 1 for i in others))
    rate = (cells > 0).any(axis=others).mean(axis=0)
    made = figure(8.6, 3.5)
    shown = (
        (np.where(mean > 0, mean, np.nan), signal_norm(mean), named("Mean signal", readout.unit)),
        (np.where(rate > 0, rate, np.nan), _rates(rate), "Fraction of events with a signal"),
    )
    for place, (values, norm, label) in enumerate(shown, 1):
        _one(made, place, values, norm, label, readout)
    return made


@styled
def depth_profile(share: Values, rate: Values, names: Sequence[str]) -> Figure:
    """Share of the signal and occupancy of many readouts in a row.

    Args:
        share: Mean share of the signal of each readout, with shape (R,).
        rate: Mean fraction of its cells with a signal, with shape (R,).
        names: The readouts.
    """
    made = figure(8.6, 3.0)
    axes = made.add_subplot()
    edges = np.arange(len(share) + 1) - 0.5
    axes.stairs(share, edges, color=SERIES[0], label="share of the signal")
    axes.stairs(rate, edges, color=CANDIDATE, label="occupancy")
    step = max(1, len(names) // 10)
    ticks = range(0, len(names), step)
    axes.set_xticks(list(ticks), [names[i] for i in ticks])
    axes.set_ylim(0, 1.3 * max(float(np.nanmax(share)), float(np.nanmax(rate)), 1e-9))
    axes.set_xlabel("Readout")
    axes.legend(loc="upper right", ncols=2)
    return made


def _one(
    made: Figure, place: int, values: Values, norm: Normalize, label: str, readout: Readout
) -> None:
    names = [axis.name for axis in readout.axes]
    if len(readout.axes) == 1:
        axes = made.add_subplot(1, 2, place)
        _bars(axes, values, readout, label)
        return
    if names == ["alpha", "r"]:
        axes = made.add_subplot(1, 2, place, projection="polar")
        drawn = axes.pcolormesh(
            *(np.asarray(axis.edges) for axis in readout.axes),
            np.ma.masked_invalid(values).T,
            norm=norm,
            cmap="viridis",
            rasterized=True,
        )
        axes.set_facecolor(BLANK)
        axes.tick_params(labelsize=7)
        axes.grid(visible=False)
        axes.set_yticks([])
    else:
        axes = made.add_subplot(1, 2, place)
        drawn = draw_cells(axes, values, (readout.axes[0], readout.axes[1]), norm)
        axes.set_xlabel(named(readout.axes[0].name, readout.axes[0].unit))
        axes.set_ylabel(named(readout.axes[1].name, readout.axes[1].unit))
    made.colorbar(drawn, ax=axes, label=label, pad=0.04 if names != ["alpha", "r"] else 0.1)


def _bars(axes: Axes, values: Values, readout: Readout, label: str) -> None:
    axes.stairs(np.nan_to_num(values), np.asarray(readout.axes[0].edges), color=SERIES[0])
    axes.set_xlabel(named(readout.axes[0].name, readout.axes[0].unit))
    axes.set_ylabel(label)


def _rates(rate: Values) -> Normalize:
    low = float(rate[rate > 0].min()) if (rate > 0).any() else 0.1
    # a readout that always fires has no range
    return LogNorm(min(low, 0.5), 1.0) if low < 0.1 else Normalize(0, 1)
