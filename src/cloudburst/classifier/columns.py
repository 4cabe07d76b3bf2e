"""Columns of numbers that a classifier sees, and what each is called.

For each kind, one function names the columns for a detector and one computes them for events,
with shape (N, F) in float64, NaN where undefined.
"""

from __future__ import annotations

__all__ = [
    "cell_names",
    "fractions",
    "log_cells",
    "shares",
    "signal_names",
    "signals",
]

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..events import Events
from ..units import ratio
from ..validation.multivariate.spaces import is_energy, soft_log

Floats = NDArray[np.float64]

# Smallest signal of a readout that the logarithm resolves, in its unit.
_READOUT = 1e-8


def cell_names(detector: Detector) -> tuple[str, ...]:
    """The cells of all readouts, as "layer_0[1,48]"."""
    return tuple(
        f"{r.name}[{','.join(map(str, index))}]"
        for r in detector.readouts
        for index in np.ndindex(r.shape)
    )


def fractions(events: Events) -> Floats:
    """Cells over the incident energy; in their own units without one."""
    detector = events.detector
    return np.concatenate([_cells(events, r) / _incident(events, r) for r in detector.readouts], 1)


def shares(events: Events) -> Floats:
    """Cells over the signal of their readout."""
    parts = [_cells(events, r) for r in events.detector.readouts]
    return np.concatenate([p / (p.sum(axis=1, keepdims=True) + 1e-16) for p in parts], axis=1)


def log_cells(events: Events) -> Floats:
    """`soft_log` of each cell."""
    parts = [soft_log(_cells(events, r), r) for r in events.detector.readouts]
    return np.concatenate(parts, axis=1)


def signal_names(detector: Detector) -> tuple[str, ...]:
    """The readouts."""
    return tuple(f"log {r.name}" for r in detector.readouts)


def signals(events: Events) -> Floats:
    """log10 of the signal of each readout, in its unit."""
    sums = [_cells(events, r).sum(axis=1) for r in events.detector.readouts]
    return np.log10(np.stack(sums, axis=1) + _READOUT)


def _cells(events: Events, readout: Readout) -> Floats:
    """Cells not below the threshold, with shape (N, cells)."""
    cells = events.readouts[readout.name].reshape(len(events), readout.size)
    kept = cells if readout.threshold <= 0 else np.where(cells >= readout.threshold, cells, 0)
    return kept.astype(np.float64)


def _incident(events: Events, readout: Readout) -> Floats:
    """The incident energy in the readout's unit, with shape (N, 1); ones if it has none."""
    detector = events.detector
    if "energy" not in {c.name for c in detector.conditions} or not is_energy(readout.unit):
        return np.ones((len(events), 1))
    unit = detector.conditions[detector.condition_index("energy")].unit
    return events.condition("energy").astype(np.float64)[:, None] * ratio(unit, readout.unit)
