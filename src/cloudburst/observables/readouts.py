"""Observables of one readout, whatever it is: signal, occupancy, centroid, width."""

__all__ = ["cell_signals", "centroid", "occupancy", "readout_observables", "total", "width"]

import numpy as np
from numpy.typing import NDArray

from ..detector import Readout
from ..events import Events
from . import arrays
from .base import Observable


def total(readout: Readout) -> Observable:
    """The summed signal, in the readout's unit."""
    return Observable(
        f"{readout.name}.total",
        readout.unit,
        lambda events: arrays.total(events.readouts[readout.name]),
    )


def occupancy(readout: Readout) -> Observable:
    """The fraction of cells that are above zero and not below the readout's threshold."""
    return Observable(
        f"{readout.name}.occupancy",
        "",
        lambda events: arrays.occupancy(events.readouts[readout.name], readout.threshold),
    )


def centroid(readout: Readout, axis: int) -> Observable:
    """The signal-weighted mean position along an axis, in its unit; NaN without signal."""
    of = readout.axes[axis]
    return Observable(
        f"{readout.name}.{of.name}.centroid",
        of.unit,
        lambda events: arrays.moments(events.readouts[readout.name], axis, of.centers)[0],
    )


def width(readout: Readout, axis: int) -> Observable:
    """The signal-weighted standard deviation along an axis, in its unit; NaN without signal."""
    of = readout.axes[axis]
    return Observable(
        f"{readout.name}.{of.name}.width",
        of.unit,
        lambda events: arrays.moments(events.readouts[readout.name], axis, of.centers)[1],
    )


def readout_observables(readout: Readout) -> tuple[Observable, ...]:
    """Total, occupancy, and centroid and width along each axis of more than one bin."""
    axes = [i for i, axis in enumerate(readout.axes) if axis.size > 1]
    along = [kind(readout, i) for i in axes for kind in (centroid, width)]
    return (total(readout), occupancy(readout), *along)


def cell_signals(events: Events, readout: str) -> NDArray[np.float64]:
    """All signals above zero in one readout, in its unit, in one row of any length."""
    cells = events.readouts[events.detector.readout(readout).name]
    return cells[cells > 0].astype(np.float64)
