r"""How the cells of an event look, whatever their places: the texture of each readout.

With f = log(1 + e / 0.1 MeV) of each cell, sum over all cells E:

| columns | formula | sees |
|---|---|---|
| `roughness`, per axis | mean abs(f_j - f_j+1) | neighbours that know nothing of each other |
| `curvature`, per axis | mean abs(f_j - 2 f_j+1 + f_j+2) | the same at a finer scale |
| `brightest 1`, ... | log of e / E, for the eight brightest cells | noise in bright cells |
| `faintness`, `contrast` | mean and spread of f over cells with a signal | noise in faint cells |

A network cannot learn these from the cells of a thousand showers, but it can use them.
"""

from __future__ import annotations

__all__ = ["texture", "texture_names"]

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..events import Events
from ..validation.multivariate.spaces import soft_log

Floats = NDArray[np.float64]
_BRIGHTEST = 8


def texture_names(detector: Detector) -> tuple[str, ...]:
    """What the columns of `texture` are called."""
    return tuple(
        f"{readout.name} {name}" for readout in detector.readouts for name in _names(readout)
    )


def texture(events: Events) -> Floats:
    """The texture of each readout, with shape (N, F)."""
    columns = [
        column
        for readout in events.detector.readouts
        for column in _columns(events.readouts[readout.name].astype(np.float64), readout)
    ]
    return np.stack(columns, axis=1)


def _names(readout: Readout) -> list[str]:
    along = [
        f"{kind} {axis.name}"
        for axis in readout.axes
        for kind, least in (("roughness", 2), ("curvature", 3))
        if axis.size >= least
    ]
    bright = [f"brightest {i + 1}" for i in range(min(_BRIGHTEST, readout.size))]
    return [*along, *bright, "faintness", "contrast"]


def _columns(cells: Floats, readout: Readout) -> Iterator[Floats]:
    """The columns, each with shape (N,), of cells of shape (N, *readout.shape)."""
    logs = soft_log(cells, readout)
    for axis, size in enumerate(readout.shape, 1):
        for order in (1, 2):
            if size > order:
                steps = np.abs(np.diff(logs, n=order, axis=axis))
                yield steps.reshape(len(cells), -1).mean(axis=1)
    yield from _brightest(cells.reshape(len(cells), -1))
    yield from _moments(logs.reshape(len(cells), -1))


def _brightest(cells: Floats) -> Iterator[Floats]:
    """log of the shares of the brightest cells, of cells of shape (N, C)."""
    shares = cells / (cells.sum(axis=1, keepdims=True) + 1e-16)
    last = min(_BRIGHTEST, cells.shape[1])
    top = -np.sort(-shares, axis=1)[:, :last]
    yield from np.log(top + 1e-6).T


def _moments(logs: Floats) -> Iterator[Floats]:
    """Mean and spread of logs above zero, of shape (N, C); zero for an event without."""
    hit = np.maximum((logs > 0).sum(axis=1), 1)
    mean = logs.sum(axis=1) / hit
    yield mean
    yield np.sqrt(np.maximum((logs**2).sum(axis=1) / hit - mean**2, 0))
