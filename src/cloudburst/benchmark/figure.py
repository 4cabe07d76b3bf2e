"""The picture of a benchmark: time per event against batch size."""

from __future__ import annotations

__all__ = ["draw"]

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from .table import Row

_FULL = "full simulation"


def draw(rows: Sequence[Row], full: float | None, bounds: Mapping[str, float]) -> Figure:
    """Median time per event of each contender, with the range up to the 95th percentile.

    Args:
        rows: What was measured.
        full: Time of an event of the full simulation, in ms, or None.
        bounds: Shortest times that the machine allows, in ms, by name.
    """
    figure = Figure(figsize=(7.5, 5), layout="constrained")
    axes = figure.subplots()
    names = list(dict.fromkeys((row.name, row.engine) for row in rows))
    for name in names:
        own = [row.timing for row in rows if (row.name, row.engine) == name]
        batches = [t.batch for t in own]
        line = axes.plot(batches, [t.median for t in own], marker="o", label=" ".join(name))
        low, high = [t.median for t in own], [t.p95 for t in own]
        axes.fill_between(batches, low, high, color=line[0].get_color(), alpha=0.2, lw=0)
    if full is not None:
        axes.axhline(full, color="black", ls="--", label=f"{_FULL}, one core")
    for style, (name, bound) in zip((":", "-.", (0, (1, 4))), bounds.items(), strict=False):
        axes.axhline(bound, color="gray", ls=style, label=name)
    axes.set(xscale="log", yscale="log", xlabel="events at once", ylabel="time per event [ms]")
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    return figure
