"""One observable of several candidates over that of the full simulation."""

from __future__ import annotations

__all__ = ["overlay"]

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..labels import named
from .bins import Bars, binning
from .style import CANDIDATE, FILL, REFERENCE, SERIES, figure, styled

Values = NDArray[np.float64]

_COLOURS = (CANDIDATE, *SERIES)
_STYLES = ("-", "--", "-.", ":")
_SPAN = 0.6


@styled
def overlay(
    reference: ArrayLike,
    candidates: Mapping[str, ArrayLike],
    label: str,
    unit: str = "",
    log: bool = False,
    name: str = "Full simulation",
) -> Figure:
    """Histograms of several candidates with their ratios to the full simulation.

    Args:
        reference: One value per event of the full simulation, in `unit`, with shape (N,).
        candidates: The same of each candidate, by name; NaN where undefined.
        label: What is shown, for the axis.
        unit: Unit of the values.
        log: Whether the values span decades and need a logarithmic axis.
        name: What to call the full simulation.
    """
    ref = _finite(reference)
    others = {key: _finite(values) for key, values in candidates.items()}
    both = np.concatenate(list(others.values())) if others else ref
    bins = binning(ref, both, log)
    made = figure(4.1, 3.6)
    main, ratio = made.subplots(2, 1, sharex=True, height_ratios=(3, 1.2))
    base = bins.fill(ref)
    edges = bins.extended
    main.stairs(base.values, edges, fill=True, color=FILL)
    main.stairs(base.values, edges, color=REFERENCE, linewidth=1, label=name)
    for style, (key, values) in zip(_styles(), others.items(), strict=False):
        bars = bins.fill(values, len(ref) / max(len(values), 1))
        main.stairs(bars.values, edges, label=key, linewidth=1.3, **style)
        _ratio(ratio, edges, base, bars, style)
    _finish(main, ratio, base, edges, bins.log)
    ratio.set_xlabel(named(label, unit))
    return made


def _styles() -> Iterator[dict[str, Any]]:
    """A colour each, and another line once all colours are taken."""
    for style, colour in itertools.cycle(itertools.product(_STYLES, _COLOURS)):
        yield {"color": colour, "linestyle": style}


def _ratio(axes: Axes, edges: Values, base: Bars, bars: Bars, style: dict[str, Any]) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(base.values > 0, bars.values / base.values, np.nan)
    axes.stairs(np.clip(value, 0, 3), edges, baseline=None, linewidth=1.2, zorder=2, **style)


def _finish(main: Axes, ratio: Axes, base: Bars, edges: Values, log: bool) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        band = np.where(base.values > 0, base.errors / base.values, np.nan)
    ratio.stairs(1 + band, edges, baseline=1 - band, fill=True, color=FILL, zorder=0)
    ratio.axhline(1, color=REFERENCE, linewidth=0.9)
    ratio.set(ylim=(1 - _SPAN, 1 + _SPAN), ylabel="Ratio")
    main.set_ylabel("Events per bin")
    if log:
        main.set_xscale("log")
    main.set_xlim(edges[0], edges[-1])
    main.set_ylim(0, 1.35 * main.dataLim.y1)
    main.legend(loc="upper right", ncols=2, fontsize=7)


def _finite(values: ArrayLike) -> Values:
    found = np.ravel(np.asarray(values, np.float64))
    return found[np.isfinite(found)]
