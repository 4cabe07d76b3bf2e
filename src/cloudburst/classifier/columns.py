"""Columns of numbers that a classifier sees, and what each is called.

For each kind, one function names the columns for a detector and one computes them for events,
with shape (N, F) in float64, NaN where undefined.
"""

from __future__ import annotations

__all__ = [
    "balance",
    "cell_names",
    "condition_names",
    "conditions",
    "fractions",
    "log_cells",
    "shares",
    "signal_names",
    "signals",
    "soft_log",
]

import numpy as np
from numpy.typing import NDArray

from ..detector import Condition, Detector, Readout
from ..errors import DataError
from ..events import Events
from ..units import ratio

Floats = NDArray[np.float64]

# Smallest signals that logarithms resolve: of a cell in MeV, of a readout in its unit.
_CELL, _READOUT = 0.1, 1e-8


def condition_names(detector: Detector) -> tuple[str, ...]:
    """The conditions."""
    return tuple(f"log {c.name}" if _is_positive(c) else c.name for c in detector.conditions)


def conditions(events: Events) -> Floats:
    """Conditions in their units, log10 where their range is positive."""
    columns = zip(events.conditions.T.astype(np.float64), events.detector.conditions, strict=True)
    with np.errstate(all="ignore"):
        return np.stack([np.log10(v) if _is_positive(c) else v for v, c in columns], axis=1)


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


def soft_log(signals: Floats, readout: Readout) -> Floats:
    """log(1 + signal / 0.1 MeV), or of the bare signal if it is no energy; of any shape."""
    smallest = ratio("MeV", readout.unit) * _CELL if _is_energy(readout.unit) else 1.0
    return np.log1p(signals / smallest)


def signal_names(detector: Detector) -> tuple[str, ...]:
    """The readouts."""
    return tuple(f"log {r.name}" for r in detector.readouts)


def signals(events: Events) -> Floats:
    """log10 of the signal of each readout, in its unit."""
    sums = [_cells(events, r).sum(axis=1) for r in events.detector.readouts]
    return np.log10(np.stack(sums, axis=1) + _READOUT)


def balance(events: Events) -> Floats:
    """The energy of all readouts over the incident energy, with shape (N,)."""
    energies = [r.name for r in events.detector.readouts if _is_energy(r.unit)]
    sums: Floats = fractions(events.select(energies)).sum(axis=1)
    return sums


def _cells(events: Events, readout: Readout) -> Floats:
    return events.readouts[readout.name].reshape(len(events), -1).astype(np.float64)


def _incident(events: Events, readout: Readout) -> Floats:
    """The incident energy in the readout's unit, with shape (N, 1); ones if it has none."""
    detector = events.detector
    if "energy" not in {c.name for c in detector.conditions} or not _is_energy(readout.unit):
        return np.ones((len(events), 1))
    unit = detector.conditions[detector.condition_index("energy")].unit
    return events.condition("energy").astype(np.float64)[:, None] * ratio(unit, readout.unit)


def _is_energy(unit: str) -> bool:
    try:
        return ratio(unit, "MeV") > 0
    except DataError:
        return False


def _is_positive(condition: Condition) -> bool:
    return condition.low > 0 and condition.categories is None
