"""One observable of several kinds of events, in both samples."""

from __future__ import annotations

__all__ = ["by_category"]

import itertools
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..labels import NAMES, named
from .bins import Bars, binning
from .style import REFERENCE, SERIES, figure, styled

Values = NDArray[np.float64]

_SPAN = 0.9
_BINS = 30


@styled
def by_category(
    reference: Mapping[str, ArrayLike],
    candidate: Mapping[str, ArrayLike],
    label: str,
    unit: str = "",
    log: bool = False,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """Histograms of each kind, in per cent of its events, with the ratio of both samples.

    Args:
        reference: By kind, one value per event of the full simulation, in `unit`; NaN where
            undefined.
        candidate: The same of the surrogate, by the same kinds.
        label: What is shown, for the axis.
        unit: Unit of the values.
        log: Whether the values span decades and need a logarithmic axis.
        names: What to call the two samples.
    """
    ref = {kind: _finite(values) for kind, values in reference.items()}
    cand = {kind: _finite(candidate[kind]) for kind in ref}
    pooled = [np.concatenate(list(values.values())) for values in (ref, cand)]
    bins = binning(pooled[0], pooled[1], log, _BINS)
    made = figure(4.1, 3.6)
    main, ratio = made.subplots(2, 1, sharex=True, height_ratios=(3, 1.2))
    edges = bins.extended
    for kind, colour in zip(ref, itertools.cycle(SERIES), strict=False):
        base, other = (bins.fill(v[kind], 100 / max(len(v[kind]), 1)) for v in (ref, cand))
        main.stairs(base.values, edges, fill=True, color=colour, alpha=0.28)
        main.stairs(base.values, edges, color=colour, linewidth=0.9, label=f"{kind}, {names[0]}")
        _points(main, edges, other, colour, f"{kind}, {names[1]}")
        _ratio(ratio, edges, base, other, colour)
    _finish(main, ratio, edges, bins.log)
    ratio.set_xlabel(named(label, unit))
    return made


def _points(axes: Axes, edges: Values, bars: Bars, colour: str, label: str) -> None:
    """The candidate's bins as points with errors."""
    centers = np.sqrt(edges[1:] * edges[:-1]) if bars.binning.log else (edges[1:] + edges[:-1]) / 2
    filled = bars.values > 0
    axes.errorbar(
        centers[filled], bars.values[filled], bars.errors[filled],
        fmt="o", markersize=2.4, elinewidth=0.9, color=colour, label=label,
    )  # fmt: skip


def _ratio(axes: Axes, edges: Values, base: Bars, bars: Bars, colour: str) -> None:
    """Candidate over reference, where the reference is known to 50 %, with the error of both."""
    known = (base.values > 0) & (base.errors < 0.5 * base.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(known, bars.values / base.values, np.nan)
        share = np.hypot(base.errors / base.values, bars.errors / bars.values)
    axes.stairs(np.clip(value, 0, 5), edges, baseline=None, linewidth=1.2, color=colour)
    low, high = (np.clip(value * (1 + sign * np.nan_to_num(share)), 0, 5) for sign in (-1, 1))
    axes.stairs(high, edges, baseline=low, fill=True, color=colour, alpha=0.2)


def _finish(main: Axes, ratio: Axes, edges: Values, log: bool) -> None:
    ratio.axhline(1, color=REFERENCE, linewidth=0.9)
    ratio.set(ylim=(1 - _SPAN, 1 + _SPAN), ylabel="Ratio")
    main.set_ylabel("Events per bin [%]")
    if log:
        main.set_xscale("log")
    main.set_xlim(edges[0], edges[-1])
    main.set_ylim(0, 1.45 * main.dataLim.y1)
    main.legend(loc="upper right", ncols=2, fontsize=7)


def _finite(values: ArrayLike) -> Values:
    found = np.ravel(np.asarray(values, np.float64))
    return found[np.isfinite(found)]
