"""How much background taggers turn away against how much signal they keep."""

from __future__ import annotations

__all__ = ["rejection"]

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from .style import CANDIDATE, MUTED, REFERENCE, figure, styled

_STYLES = ((REFERENCE, "-"), (CANDIDATE, "-"), (MUTED, ":"))


@styled
def rejection(
    efficiencies: ArrayLike, curves: Mapping[str, ArrayLike], signal: str, background: str
) -> Figure:
    """Background rejection against signal efficiency of several taggers.

    Args:
        efficiencies: Shares of signal that are kept, with shape (E,).
        curves: By tagger, events of background for one that is kept, with shape (E,); full
            simulation first, then the surrogate, then full simulation again.
        signal: What is kept.
        background: What is turned away.
    """
    made = figure(4.8, 3.5)
    axes = made.add_subplot()
    kept: NDArray[np.float64] = np.asarray(efficiencies, np.float64)
    for (name, curve), (colour, style) in zip(curves.items(), _STYLES, strict=False):
        axes.plot(kept, curve, style, color=colour, label=name)
    axes.plot(kept, 1 / kept, "--", color=MUTED, linewidth=0.9, label="no knowledge")
    axes.axvline(0.5, color=MUTED, linewidth=0.6)
    axes.set_yscale("log")
    axes.set(xlim=(0, 1), xlabel=f"Share of {signal} kept")
    axes.set_ylabel(f"{background} events for one that is kept")
    axes.grid()
    axes.legend(loc="upper right")
    return made
