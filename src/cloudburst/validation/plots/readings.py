"""What is read off events less what is true, by readers of either sample."""

from __future__ import annotations

__all__ = ["readings"]

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..labels import NAMES, named
from .style import CANDIDATE, FILL, REFERENCE, figure, styled

_BINS = 40
# inner share of what either sample gives, which the axis shows
_SHOWN = (0.5, 99.5)


class _Reading(Protocol):
    """What of a reading is drawn; see `AttributeReading`."""

    @property
    def attribute(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def trained(self) -> str: ...
    @property
    def tried(self) -> str: ...
    @property
    def gaps(self) -> NDArray[np.float64]: ...


@styled
def readings(found: Sequence[_Reading], names: tuple[str, str] = NAMES) -> Figure:
    """One column for each condition; above, who learned from full simulation.

    Args:
        found: For each condition the four readings, by whom they were trained and tried on.
        names: What to call the two samples.
    """
    attributes = list(dict.fromkeys(r.attribute for r in found))
    made = figure(max(2.3 * len(attributes), 4.6), 4.2)
    grid = made.subplots(2, len(attributes), squeeze=False)
    for column, attribute in enumerate(attributes):
        of = [r for r in found if r.attribute == attribute]
        for row, trained in enumerate(("reference", "candidate")):
            pair = {r.tried: r for r in of if r.trained == trained}
            _draw(grid[row, column], pair["reference"], pair["candidate"], names)
        grid[0, column].set_title(attribute)
        grid[1, column].set_xlabel(named("read − true", of[0].unit))
    for row, name in enumerate(names):
        grid[row, 0].set_ylabel(f"Learned from {name}\nShare of events", fontsize=8)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    made.legend(handles, labels, loc="outside upper right", ncols=2)
    return made


def _draw(axes: Axes, reference: _Reading, candidate: _Reading, names: tuple[str, str]) -> None:
    both = np.concatenate([reference.gaps, candidate.gaps])
    low, high = np.percentile(both, _SHOWN)
    edges = np.linspace(low, high if high > low else low + 1, _BINS + 1)
    for reading, name, colour in (
        (reference, names[0], REFERENCE),
        (candidate, names[1], CANDIDATE),
    ):
        weights = np.full(len(reading.gaps), 1 / len(reading.gaps))
        shares, _ = np.histogram(reading.gaps, edges, weights=weights)
        fill = reading is reference
        axes.stairs(
            shares, edges, fill=fill, color=FILL if fill else colour, label=f"tried on {name}"
        )
    axes.axvline(0, color=REFERENCE, linewidth=0.8, linestyle=":")
    axes.set_yticks([])
    axes.set_xlim(edges[0], edges[-1])
    axes.locator_params(axis="x", nbins=4)
