"""How fast and how true: candidates side by side."""

from __future__ import annotations

__all__ = ["pareto"]

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike

from ..numbers import duration
from .style import CANDIDATE, MUTED, REFERENCE, figure, styled


@styled
def pareto(
    names: Sequence[str],
    milliseconds: ArrayLike,
    ratios: ArrayLike,
    errors: ArrayLike,
    is_reference: Sequence[bool],
) -> Figure:
    """Distance over floor against time per event; those that none beats in both are joined.

    Args:
        names: What they are called.
        milliseconds: Time per event in ms, with shape (K,).
        ratios: Mean distance over floor, 1 for the full simulation, with shape (K,).
        errors: Errors of the ratios, with shape (K,).
        is_reference: Which is the full simulation, drawn in its colour.
    """
    times, ratio, error = (np.asarray(x, np.float64) for x in (milliseconds, ratios, errors))
    made = figure(8.6, 3.6)
    axes = made.add_subplot()
    front = _front(times, ratio)
    axes.plot(times[front], ratio[front], color=MUTED, linewidth=1, linestyle="--", zorder=1)
    for i, name in enumerate(names):
        colour = REFERENCE if is_reference[i] else CANDIDATE
        axes.errorbar(
            times[i], ratio[i], error[i], fmt="s" if is_reference[i] else "o", color=colour,
            markerfacecolor=colour if i in front else "none", markersize=6, zorder=2,
        )  # fmt: skip
        axes.annotate(name, (times[i], ratio[i]), (7, 5), textcoords="offset points", fontsize=8)
    axes.axhline(1, color=REFERENCE, linewidth=0.8, zorder=0)
    axes.set(xscale="log", yscale="log", ylabel="Mean distance / floor")
    axes.set_xlabel("Time per event")
    axes.set_xlim(times.min() / 4, times.max() * 12)
    axes.set_ylim(min(0.7, ratio.min() / 1.3), max(3.0, ratio.max() * 1.6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: duration(x)))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    return made


def _front(times: np.ndarray, ratio: np.ndarray) -> list[int]:
    """Those that no other beats in both, the fastest first."""
    found: list[int] = []
    for i in np.argsort(times, kind="stable"):
        if not found or ratio[i] < ratio[found[-1]]:
            found.append(int(i))
    return found
