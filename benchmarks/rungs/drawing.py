"""How true and how fast: the ladder as a figure."""

from __future__ import annotations

__all__ = ["draw_ladder"]

from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from cloudburst.validation.numbers import duration
from cloudburst.validation.plots.style import CANDIDATE, INK, MUTED, REFERENCE, figure, styled

# Geant4 on one core of another machine, as its file says.
_GEANT4_MS = 805.0
_PANELS = {"low": "AUC, cells", "high": "AUC, observables"}


@styled
def draw_ladder(rungs: dict[str, Any], shared: dict[str, Any]) -> Figure:
    """AUC of two strong judges against the time of a shower on one core.

    Args:
        rungs: What was measured of each.
        shared: What Geant4 comes to against itself.
    """
    made = figure(9.0, 4.2)
    for number, (judge, label) in enumerate(_PANELS.items(), 1):
        axes = made.add_subplot(1, 2, number)
        value, error = shared[f"strong {judge}"]
        axes.axhspan(value - error, value + error, color=REFERENCE, alpha=0.25, linewidth=0)
        axes.plot(_GEANT4_MS, value, "s", color=REFERENCE, markersize=6)
        axes.annotate("Geant4", (_GEANT4_MS, value), (-6, 7), textcoords="offset points",
                      fontsize=8, ha="right", color=INK)  # fmt: skip
        for k, one in enumerate(rungs.values()):
            _point(axes, one, judge, k)
        if number == 1:
            titles = (f"{k}  {one['about']['title']}" for k, one in enumerate(rungs.values(), 1))
            axes.text(0.35, 0.75, "\n".join(titles), va="top", transform=axes.transAxes, color=INK)
        axes.set(xscale="log", ylim=(0.46, 1.04), ylabel=label, xlabel="Time per shower, one core")
        axes.set_xlim(3e-3, 3e3)
        axes.axhline(0.5, color=MUTED, linewidth=0.8, zorder=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: duration(x)))
    return made


def _point(axes: Any, one: dict[str, Any], judge: str, k: int) -> None:
    speed = one["speed"]
    ms, (area, error) = speed["microseconds"][speed["best"]][0] / 1e3, one[f"strong {judge}"]
    axes.errorbar(ms, area, error, fmt="o", color=CANDIDATE, markersize=5)
    axes.annotate(str(k + 1), (ms, area), (6, 3), textcoords="offset points", color=INK)
