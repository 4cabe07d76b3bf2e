"""Curves of joint figures: precision and recall, worth in events, nearness to training events."""

from __future__ import annotations

__all__ = ["memorised", "precision_recall", "worth"]

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray

from ..labels import NAMES
from .style import CANDIDATE, FILL, INK, MUTED, REFERENCE, figure, styled

Values = NDArray[np.float64]


@styled
def precision_recall(
    candidate: tuple[ArrayLike, ArrayLike],
    floor: tuple[ArrayLike, ArrayLike],
    names: tuple[str, str] = NAMES,
) -> Figure:
    """Which precision comes with which recall, beside full simulation against itself.

    Args:
        candidate: Precision and recall of the surrogate, each with shape (A,).
        floor: The same of full simulation against itself.
        names: What to call the two samples.
    """
    made = figure(4.1, 3.4)
    axes = made.add_subplot()
    for (precision, recall), colour, style, name in (
        (floor, REFERENCE, "--", f"{names[0]} against itself"),
        (candidate, CANDIDATE, "-", names[1]),
    ):
        axes.plot(recall, precision, style, color=colour, label=name)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="Recall", ylabel="Precision")
    axes.legend(loc="lower left")
    axes.grid()
    return made


@styled
def worth(
    sizes: ArrayLike,
    curve: ArrayLike,
    spread: ArrayLike,
    measured: tuple[float, float],
    found: tuple[float, float, float],
    names: tuple[str, str] = NAMES,
) -> Figure:
    """The distance of n events of full simulation, and where the surrogate's lies.

    Args:
        sizes: Numbers of events n, with shape (S,).
        curve: Mean distance of n events of full simulation, with shape (S,).
        spread: Its spread from draw to draw, with shape (S,).
        measured: Distance of the surrogate and its error.
        found: How many events it is worth, and the ends of the error.
        names: What to call the two samples.
    """
    n, mean, error = (np.asarray(x, np.float64) for x in (sizes, curve, spread))
    value, width = measured
    made = figure(4.1, 3.4)
    axes = made.add_subplot()
    axes.fill_between(n, mean - error, mean + error, color=FILL, linewidth=0)
    axes.plot(n, mean, "s-", color=REFERENCE, markersize=3, label=f"{names[0]}, n events")
    axes.axhspan(value - width, value + width, color=CANDIDATE, alpha=0.2, linewidth=0)
    axes.axhline(value, color=CANDIDATE, label=names[1])
    axes.axvline(found[0], color=MUTED, linestyle="--", linewidth=0.9)
    axes.annotate(
        f"{found[0]:,.0f} events", (found[0], 1), (-4, -4), ("data", "axes fraction"),
        "offset points", rotation=90, ha="right", va="top", fontsize=8, color=MUTED,
    )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="Events of full simulation n")
    axes.set_xlim(min(float(n[0]), found[0]) / 1.4, float(n[-1]) * 1.2)
    axes.set_ylabel("Mean distance (Kolmogorov–Smirnov)")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.legend(loc="lower left")
    return made


@styled
def memorised(to_training: ArrayLike, to_test: ArrayLike, bins: int = 40) -> Figure:
    """Distances of surrogate events from the nearest training and the nearest test event.

    Args:
        to_training: Distances from the nearest training event, with shape (M,).
        to_test: Distances from the nearest test event, with shape (M,).
        bins: Number of bins.
    """
    pair = [np.asarray(x, np.float64) for x in (to_training, to_test)]
    largest = float(np.quantile(np.concatenate(pair), 0.995)) or 1.0
    edges = np.linspace(0.0, largest, bins + 1).tolist()
    made = figure(4.1, 3.4)
    axes = made.add_subplot()
    axes.hist(pair[1], edges, color=FILL, edgecolor=REFERENCE, histtype="stepfilled",
              label="Test events")  # fmt: skip
    axes.hist(pair[0], edges, color=CANDIDATE, histtype="step", linewidth=1.4,
              label="Training events")  # fmt: skip
    axes.set(xlabel="Distance from the nearest event", ylabel="Surrogate events per bin")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.2)
    axes.legend(loc="upper right", labelcolor=INK)
    return made
