"""Observables in bins of a condition: where in its range a surrogate is right."""

from __future__ import annotations

__all__ = ["profile", "ratio_map"]

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike, NDArray

from ..conditions import BinnedDistance, ConditionBins, Profile, Tails
from ..labels import NAMES, named
from ..trends import Trend
from .style import BLANK, CANDIDATE, FILL, INK, MUTED, REFERENCE, figure, styled

Values = NDArray[np.float64]

# from purple, as near as can be, over white, the floor, to orange
_TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)


@styled
def ratio_map(
    names: Sequence[str], bins: ConditionBins, ratios: ArrayLike, outside: ArrayLike
) -> Figure:
    """Distance over floor of every observable in bins of a condition.

    Args:
        names: The observables, with length K.
        bins: Bins of the condition.
        ratios: Distance over floor, with shape (K, B); NaN for too few events.
        outside: Which bins the training did not reach, with shape (B,).
    """
    values = np.asarray(ratios, np.float64)
    made = figure(6.4, 1.1 + 0.17 * len(names))
    axes = made.add_subplot()
    mesh = axes.pcolormesh(
        bins.edges,
        np.arange(len(names) + 1) - 0.5,
        np.ma.masked_invalid(values),
        norm=LogNorm(_TICKS[0], _TICKS[-1]),
        cmap="PuOr_r",
        rasterized=True,
    )
    axes.set(facecolor=BLANK, xlabel=_label(bins))
    axes.set_xscale("log" if bins.log else "linear")
    axes.set_yticks(np.arange(len(names)), names, fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    _mark_outside(axes, bins, np.asarray(outside, np.bool_))
    bar = made.colorbar(mesh, ax=axes, extend="both", pad=0.02, aspect=30)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.set_ticks(list(_TICKS), labels=[f"{tick:g}" for tick in _TICKS])
    bar.set_label("Distance / floor")
    return made


@styled
def profile(shown: Profile, names: tuple[str, str] = NAMES) -> Figure:
    """One observable against one condition: mean, width, tails, distance, bin by bin.

    Args:
        shown: The observable in both samples.
        names: What to call the two samples.
    """
    made = figure(9.4, 2.7)
    grid = made.subplots(1, 3)
    bins, observable = shown.bins, shown.observable
    unit = named(observable.label, observable.unit)
    _means(grid[0], bins, (shown.reference, shown.candidate), names)
    grid[0].set_ylabel(f"Mean of {unit}")
    _tails(grid[1], bins, (shown.reference_tails, shown.candidate_tails))
    grid[1].set_ylabel(f"1 % and 99 % of {unit}")
    _distances(grid[2], bins, shown.ks, names)
    for axes in grid:
        axes.set_xlabel(_label(bins))
        axes.set_xscale("log" if bins.log else "linear")
        axes.set_xlim(bins.edges[0], bins.edges[-1])
        _mark_outside(axes, bins, shown.extrapolated)
    grid[0].legend(loc="best")
    return made


def _means(
    axes: Axes, bins: ConditionBins, pair: tuple[Trend, Trend], names: tuple[str, str]
) -> None:
    """The mean with its error, and the width as a band about it."""
    for trend, colour, marker, name in zip(
        pair, (REFERENCE, CANDIDATE), ("s", "o"), names, strict=True
    ):
        low, high = trend.mean - trend.width, trend.mean + trend.width
        if marker == "s":
            axes.fill_between(bins.centers, low, high, color=FILL, linewidth=0)
        else:
            axes.plot(bins.centers, low, ":", bins.centers, high, ":", color=colour, linewidth=1)
        axes.errorbar(
            bins.centers, trend.mean, trend.mean_error, fmt=marker, markersize=3.5, color=colour,
            linewidth=1.0, markerfacecolor="none" if marker == "s" else colour, label=name,
        )  # fmt: skip


def _tails(axes: Axes, bins: ConditionBins, pair: tuple[Tails, Tails]) -> None:
    for found, colour, marker in zip(pair, (REFERENCE, CANDIDATE), ("s", "o"), strict=True):
        for value, error in ((found.low, found.low_error), (found.high, found.high_error)):
            axes.errorbar(
                bins.centers, value, error, fmt=f"{marker}-", markersize=3.5, color=colour,
                linewidth=1.0, markerfacecolor="none" if marker == "s" else colour,
            )  # fmt: skip


def _distances(
    axes: Axes, bins: ConditionBins, found: BinnedDistance, names: tuple[str, str]
) -> None:
    floor, error = found.floor, found.floor_error
    axes.fill_between(bins.centers, floor - error, floor + error, color=FILL, linewidth=0)
    axes.plot(bins.centers, floor, "--", color=REFERENCE, linewidth=1, label="floor")
    axes.errorbar(
        bins.centers, found.value, found.error, fmt="o-", markersize=3.5, color=CANDIDATE,
        linewidth=1.0,
    )  # fmt: skip
    axes.set_ylabel("Kolmogorov–Smirnov")
    axes.set_ylim(bottom=0)
    axes.legend(loc="best", labelcolor=INK)


def _mark_outside(axes: Axes, bins: ConditionBins, outside: NDArray[np.bool_]) -> None:
    """Hatches bins that the training did not reach."""
    for i in np.flatnonzero(outside):
        axes.axvspan(
            bins.edges[i], bins.edges[i + 1], facecolor="none", edgecolor=MUTED, hatch="///",
            linewidth=0,
        )  # fmt: skip


def _label(bins: ConditionBins) -> str:
    return named(bins.condition.name, bins.condition.unit)
