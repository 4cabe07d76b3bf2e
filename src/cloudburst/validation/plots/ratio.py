"""Two samples in the same bins above their ratio.

In the ratio the band is the reference's error and the bars are the candidate's. A point that
is surely beyond the panel is an arrow at its border; under- and overflow are shaded bins at
the ends, drawn only where they hold anything.
"""

from __future__ import annotations

__all__ = ["panels"]

import mplhep
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .bins import Bars
from .style import BLANK, CANDIDATE, FILL, REFERENCE, figure

Values = NDArray[np.float64]

# fixed, so that figures side by side line up
_MARGINS = {"left": 0.145, "right": 0.96, "bottom": 0.135, "top": 0.895, "hspace": 0.07}


def panels(ref: Bars, cand: Bars, names: tuple[str, str]) -> tuple[Figure, Axes, Axes]:
    """A figure with both samples and, below, their ratio; the caller labels the axes.

    Args:
        ref: Contents of the reference.
        cand: Contents of the candidate, in the same bins.
        names: What to call the two samples.
    """
    made = figure(4.1, 3.4, constrained=False)
    grid = made.add_gridspec(2, 1, height_ratios=(3, 1.1), **_MARGINS)
    main = made.add_subplot(grid[0])
    ratio = made.add_subplot(grid[1], sharex=main)
    shown = _shown(ref, cand)
    edges = ref.binning.extended[shown.start : shown.stop + 1]
    _draw(main, edges, [b.values[shown] for b in (ref, cand)], cand.errors[shown], names)
    _draw_ratio(ratio, edges, ref, cand, shown)
    if ref.binning.log:
        main.set_xscale("log")
    for axes in (main, ratio):
        axes.set_xlim(edges[0], edges[-1])
        _shade_flow(axes, ref, shown)
    main.tick_params(labelbottom=False)
    ratio.set_ylabel("Ratio")
    for axes in (main, ratio):
        axes.yaxis.set_label_coords(-0.125, 0.5)
    return made, main, ratio


def _shown(ref: Bars, cand: Bars) -> slice:
    """All bins, with the under- and overflow only where anything is in them."""
    total = ref.values + cand.values
    return slice(0 if total[0] > 0 else 1, len(total) if total[-1] > 0 else len(total) - 1)


def _draw(
    axes: Axes, edges: Values, values: list[Values], errors: Values, names: tuple[str, str]
) -> None:
    mplhep.histplot(
        values[0], edges, ax=axes, histtype="fill", color=FILL, edgecolor="none", flow="none"
    )
    mplhep.histplot(
        values[0], edges, ax=axes, yerr=False, color=REFERENCE, linewidth=1.1, flow="none"
    )
    mplhep.histplot(
        values[1], edges, ax=axes, yerr=errors, color=CANDIDATE, linewidth=1.3, flow="none"
    )
    axes.stairs([], [0], fill=True, facecolor=FILL, edgecolor=REFERENCE, label=names[0])
    axes.plot([], [], color=CANDIDATE, label=names[1])
    axes.legend(loc="upper center", ncols=2, handlelength=1.4, borderaxespad=0.3)


def _draw_ratio(axes: Axes, edges: Values, ref: Bars, cand: Bars, shown: slice) -> None:
    """Candidate over reference; a point surely beyond the panel is an arrow at its border."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (cand.values / ref.values)[shown]
        bar = (cand.errors / ref.values)[shown]
        band = (ref.errors / ref.values)[shown]
    known = ref.values[shown] > 0
    span = _span(ratio[known], bar[known], band[known])
    low, high = 1 - span, 1 + span
    band = np.where(known, band, 0.0)
    axes.stairs(1 + band, edges, baseline=1 - band, fill=True, color=FILL, zorder=0)
    axes.axhline(1, color=REFERENCE, linewidth=0.9)
    middle = np.sqrt(edges[:-1] * edges[1:]) if ref.binning.log else (edges[:-1] + edges[1:]) / 2
    inside = known & (ratio >= low) & (ratio <= high)
    axes.errorbar(
        middle[inside], ratio[inside], bar[inside],
        fmt="o", markersize=2.4, linewidth=0.9, color=CANDIDATE,
    )  # fmt: skip
    sure = known & (np.abs(ratio - 1) > np.hypot(bar, band))
    for beyond, marker, level in ((ratio > high, "^", high), (ratio < low, "v", low)):
        x = middle[sure & beyond]
        y = np.full(len(x), level - 0.12 * span * np.sign(level - 1))
        axes.plot(x, y, marker, markersize=3.6, color=CANDIDATE)
    axes.set_ylim(low, high)
    ticks = (1 - span / 2, 1.0, 1 + span / 2)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])


def _span(ratio: Values, bar: Values, band: Values) -> float:
    """Half the height of the ratio panel: room for most bins that are not mere noise."""
    solid = (bar < 0.3) & (band < 0.3)
    if not solid.any():
        return 1.0
    need = float(np.quantile(np.abs(ratio[solid] - 1) + bar[solid], 0.95))
    return next((span for span in (0.1, 0.2, 0.3, 0.5) if need <= span), 1.0)


def _shade_flow(axes: Axes, bars: Bars, shown: slice) -> None:
    edges = bars.binning.extended
    if shown.start == 0:
        axes.axvspan(edges[0], edges[1], color=BLANK, linewidth=0, zorder=-2)
    if shown.stop == len(bars.values):
        axes.axvspan(edges[-2], edges[-1], color=BLANK, linewidth=0, zorder=-2)
