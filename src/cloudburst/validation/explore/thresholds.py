"""Where signals end and numbers begin: what a threshold would cost.

Full simulations without a read-out threshold fill cells down to 1e-24 MeV. Such cells carry no
physics but most of the decades, and a model spends its strength on them. A threshold is sensible
where what lies below it is a negligible share of the signal.
"""

from __future__ import annotations

__all__ = ["Cut", "cuts", "propose_threshold"]

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...events import Events

# The share of the signal that a proposed threshold may cost on average and in any event.
_MEAN_LOSS, _WORST_LOSS = 1e-5, 1e-3
_STEPS = (1.0, 2.0, 5.0)
# Signals that span fewer decades than this are those of a digitiser.
_DECADES = 2.0


@dataclasses.dataclass(frozen=True)
class Cut:
    """What one threshold would cost.

    Attributes:
        level: The threshold, in the unit of the cells.
        hits: Share of the hit cells below it.
        signal: Mean share of an event's signal below it.
        worst: Largest share in any one event.
    """

    level: float
    hits: float
    signal: float
    worst: float


def cuts(events: Events, levels: Sequence[float] | None = None) -> tuple[Cut, ...]:
    """The cost of thresholds; at 1, 2 and 5 of each decade of the signals if none are given."""
    flat = events.flat()
    hits = flat[flat > 0]
    if not len(hits):
        return ()
    chosen = _ladder(float(hits.min()), float(hits.max())) if levels is None else list(levels)
    totals = np.maximum(flat.sum(axis=1, dtype=np.float64), np.finfo(np.float64).tiny)
    # one sort for all levels: the signal below each follows from running sums
    below = np.stack([_below(row, chosen) for row in flat]) / totals[:, None]
    ordered = np.sort(hits)
    shares = np.searchsorted(ordered, np.asarray(chosen, np.float32)) / len(ordered)
    return tuple(
        Cut(level, float(share), float(column.mean()), float(column.max()))
        for level, share, column in zip(chosen, shares, below.T, strict=True)
    )


def propose_threshold(events: Events) -> float:
    """A threshold in the unit of the cells; zero if there is nothing to cut.

    The readouts' own if they have one; the smallest signal where signals span so few decades
    that a digitiser has cut already; else the highest level that costs at most 1e-5 of the
    signal on average and 1e-3 in any event.
    """
    own = max(readout.threshold for readout in events.detector.readouts)
    found = cuts(events)
    if own > 0 or not found:
        return own
    flat = events.flat()
    hits = flat[flat > 0]
    if np.log10(float(np.quantile(hits, 0.5)) / float(hits.min())) < _DECADES:
        return float(f"{float(hits.min()) * (1 - 1e-3):.3g}")
    allowed = [c.level for c in found if c.signal <= _MEAN_LOSS and c.worst <= _WORST_LOSS]
    return max(allowed, default=0.0)


def _ladder(smallest: float, largest: float) -> list[float]:
    low, high = np.floor(np.log10(smallest)), np.ceil(np.log10(largest))
    levels = [step * 10.0**p for p in np.arange(low, high) for step in _STEPS]
    return [float(f"{level:.3g}") for level in levels if smallest < level < largest]


def _below(row: NDArray[np.float32], levels: Sequence[float]) -> NDArray[np.float64]:
    """The signal of one event below each level."""
    ordered = np.sort(row[row > 0])
    sums = np.concatenate([[0.0], np.cumsum(ordered, dtype=np.float64)])
    found: NDArray[np.float64] = sums[np.searchsorted(ordered, np.asarray(levels, np.float32))]
    return found
