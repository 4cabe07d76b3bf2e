"""Every cell: how often it has a signal, and how much on average."""

from __future__ import annotations

__all__ = ["cell_families"]

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...events import Events
from .base import Family, Finding
from .limits import GateLimits

Floats = NDArray[np.float64]

# in too few events a mean is one shower's, not the detector's
_HITS = 200


class _Cells(NamedTuple):
    """Sums over the events of one readout, each with shape (cells,)."""

    hits: Floats
    sums: Floats
    squares: Floats
    events: int


def cell_families(reference: Events, candidate: Events, limits: GateLimits) -> list[Family]:
    """Relative differences of occupancy and mean signal of every cell that is hit often."""
    hits: list[Finding] = []
    means: list[Finding] = []
    for readout in reference.detector.readouts:
        ref, cand = (_cells(e.readouts[readout.name]) for e in (reference, candidate))
        name, shape = readout.name, readout.shape
        hits += _findings("occupancy", name, shape, *_occupancy(ref, cand), limits.cell)
        means += _findings("mean signal", name, shape, *_mean(ref, cand), limits.cell)
    remark = f"no cell has a signal in {_HITS} events"
    return [
        Family("occupancy of cells", tuple(hits), remark),
        Family("mean signal of cells", tuple(means), remark),
    ]


def _cells(array: NDArray[np.float32]) -> _Cells:
    flat = array.reshape(len(array), -1)
    hits = np.count_nonzero(flat > 0, axis=0).astype(np.float64)
    sums = flat.sum(axis=0, dtype=np.float64)
    squares = np.einsum("nc,nc->c", flat, flat, dtype=np.float64)
    return _Cells(hits, sums, squares, len(flat))


def _occupancy(ref: _Cells, cand: _Cells) -> tuple[Floats, Floats]:
    """Relative difference and its error; NaN where the reference has too few hits."""
    p, q = ref.hits / ref.events, cand.hits / cand.events
    pooled = (ref.hits + cand.hits) / (ref.events + cand.events)
    error = np.sqrt(pooled * (1 - pooled) * (1 / ref.events + 1 / cand.events))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _known(ref, cand, np.abs(q / p - 1)), error / p


def _mean(ref: _Cells, cand: _Cells) -> tuple[Floats, Floats]:
    p, q = ref.sums / ref.events, cand.sums / cand.events
    inner = (ref.squares - ref.events * p**2) + (cand.squares - cand.events * q**2)
    variance = np.maximum(inner, 0) / (ref.events + cand.events)
    error = np.sqrt(variance * (1 / ref.events + 1 / cand.events))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _known(ref, cand, np.abs(q / p - 1)), error / p


def _known(ref: _Cells, cand: _Cells, values: Floats) -> Floats:
    """Only of cells that would have enough hits in the smaller sample too."""
    expected = ref.hits / ref.events * min(ref.events, cand.events)
    return np.where(expected >= _HITS, values, np.nan)


def _findings(
    what: str,
    readout: str,
    shape: tuple[int, ...],
    values: Floats,
    errors: Floats,
    limit: float,
) -> list[Finding]:
    places = np.flatnonzero(np.isfinite(values))
    indices = zip(*np.unravel_index(places, shape or (1,)), strict=True)
    return [
        Finding(
            f"{what} of {readout}[{', '.join(map(str, map(int, index)))}]",
            100 * float(values[k]),
            100 * limit,
            100 * float(errors[k]),
            unit="%",
            subject=readout,
        )
        for k, index in zip(places, indices, strict=True)
    ]
