r"""The shape of a shower about the track of the particle that made it.

The track is carried on to the depth at which showers lie, z_s, and projected onto the cells:

$$ (x_s, y_s) = (x_0, y_0) + z_s\,\frac{(p_x, p_y)}{p_z}, \qquad
   u = \frac{(x - x_s)\,p_x + (y - y_s)\,p_y}{p_T}, \qquad
   v = \frac{(y - y_s)\,p_x - (x - x_s)\,p_y}{p_T} $$

so that u lies along the projected track and v across it, to its left.

| name | formula |
|---|---|
| `asymmetry.along` | sum E sign(u) / sum E |
| `asymmetry.across` | sum E sign(v) / sum E |
| `width.along` | standard deviation of u, weighted with E |
| `width.across` | standard deviation of v, weighted with E |
| `delta_x`, `delta_y` | centroid less x_s, y_s |
| `sparsity(t)` | share of cells above t |

A particle that flies along z has no projected track: then asymmetries and widths are NaN, as all
is without signal. A cell whose centre lies on a dividing line counts for neither side.

These are the definitions of Chekalina et al., https://arxiv.org/abs/1812.01319, appendix. The
public code of that study takes centres of cells in units of a cell for centimetres and other lines
for the widths than for the asymmetries, so that its figures differ from these.
"""

from __future__ import annotations

__all__ = ["ecal_observables", "has_track", "sparsity", "track_shape"]

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..detectors import SHOWER_DEPTH
from ..events import Events
from ..units import ratio as unit_ratio
from .arrays import ratio, total
from .base import Observable
from .readouts import occupancy
from .readouts import total as total_of

Floats = NDArray[np.float64]

_TRACK = ("px", "py", "pz", "x", "y")
_THRESHOLDS = (1.0, 10.0, 100.0)
_LABELS = {
    "asymmetry.along": "longitudinal asymmetry",
    "asymmetry.across": "transverse asymmetry",
    "width.along": "longitudinal width",
    "width.across": "transverse width",
    "delta_x": r"$\Delta x$",
    "delta_y": r"$\Delta y$",
}


def has_track(detector: Detector) -> bool:
    """Whether a detector reads out one image in x and y, given momentum and impact point."""
    names = {condition.name for condition in detector.conditions}
    axes = [tuple(axis.name for axis in readout.axes) for readout in detector.readouts]
    return names >= set(_TRACK) and axes == [("x", "y")]


def ecal_observables(detector: Detector, depth: float = SHOWER_DEPTH) -> tuple[Observable, ...]:
    """Signal, occupancy, the shape about the track, and sparsity above 1, 10 and 100 MeV.

    Args:
        detector: One that `has_track`.
        depth: How deep showers lie behind the impact point, in mm.
    """
    readout = detector.readouts[0]

    def of_track(name: str) -> Callable[[Events], Floats]:
        return lambda events: _shape(events, readout, depth, name)

    shapes = [
        Observable(name, "" if "asymmetry" in name else "mm", of_track(name), label)
        for name, label in _LABELS.items()
    ]
    shares = [
        Observable(f"sparsity({t:g} MeV)", "", _share(readout, t), f"cells above {t:g} MeV")
        for t in _THRESHOLDS
    ]
    return (total_of(readout), occupancy(readout), *shapes, *shares)


def track_shape(
    cells: NDArray[np.floating],
    centers: tuple[Floats, Floats],
    direction: Floats,
    impact: Floats,
    depth: float,
    names: Sequence[str] = tuple(_LABELS),
) -> dict[str, Floats]:
    """The shape of each shower about its track, by name, each with shape (N,).

    Args:
        cells: Signals, in any unit, with shape (N, X, Y).
        centers: Centres of the cells along x and along y, in mm.
        direction: Slopes px / pz and py / pz, with shape (N, 2).
        impact: Impact points in mm, with shape (N, 2).
        depth: How deep showers lie behind the impact point, in mm.
        names: What is wanted; all if left out.

    >>> cells = np.zeros((1, 3, 3))
    >>> cells[0, 1, 1], cells[0, 2, 1] = 1, 3
    >>> center = np.array([-20.0, 0.0, 20.0])
    >>> shape = track_shape(cells, (center, center), np.array([[1, 0]]), np.zeros((1, 2)), 10.0)
    >>> {name: round(float(value[0]), 3) for name, value in shape.items()}
    ... # doctest: +NORMALIZE_WHITESPACE
    {'asymmetry.along': 0.5, 'asymmetry.across': 0.0, 'width.along': 8.66, 'width.across': 0.0,
     'delta_x': 5.0, 'delta_y': 0.0}
    """
    at = impact + depth * direction
    x = np.broadcast_to(centers[0][None, :, None] - at[:, 0, None, None], cells.shape)
    y = np.broadcast_to(centers[1][None, None, :] - at[:, 1, None, None], cells.shape)
    steep = np.hypot(*direction.T)
    cosine, sine = (ratio(slope, steep)[:, None, None] for slope in direction.T)
    axes = {
        "along": lambda: x * cosine + y * sine,
        "across": lambda: y * cosine - x * sine,
        "x": lambda: x,
        "y": lambda: y,
    }
    kinds = {"asymmetry": _side, "width": _spread, "delta": _mean}
    found = {}
    for name in names:
        kind, axis = name.replace("_", ".").split(".")
        found[name] = kinds[kind](cells, axes[axis]())
    return found


def _mean(cells: NDArray[np.floating], values: Floats) -> Floats:
    return ratio((cells * values).sum(axis=(1, 2), dtype=np.float64), total(cells))


def _side(cells: NDArray[np.floating], values: Floats) -> Floats:
    return _mean(cells, np.sign(values))


def _spread(cells: NDArray[np.floating], values: Floats) -> Floats:
    about = values - _mean(cells, values)[:, None, None]
    return np.sqrt(_mean(cells, np.square(about)))


def sparsity(cells: NDArray[np.floating], thresholds: Sequence[float]) -> Floats:
    """The share of cells above each threshold, in the unit of the cells, with shape (N, T).

    >>> sparsity(np.array([[[0.0, 1.0], [2.0, 5.0]]]), [0.0, 1.0, 3.0])
    array([[0.75, 0.5 , 0.25]])
    """
    flat = cells.reshape(len(cells), -1)
    return np.stack([(flat > t).mean(axis=1) for t in thresholds], axis=1)


def _shape(events: Events, readout: Readout, depth: float, name: str) -> Floats:
    px, py, pz, x, y = (_condition(events, part) for part in _TRACK)
    # flat, or backwards, there is no point at that depth
    direction = np.stack([ratio(px, pz), ratio(py, pz)], axis=1)
    centers = tuple(axis.centers * unit_ratio(axis.unit, "mm") for axis in readout.axes)
    impact = np.stack([x, y], axis=1)
    cells = events.readouts[readout.name]
    shape = track_shape(cells, (centers[0], centers[1]), direction, impact, depth, [name])
    return shape[name]


def _condition(events: Events, name: str) -> Floats:
    unit = events.detector.conditions[events.detector.condition_index(name)].unit
    values: Floats = events.condition(name).astype(np.float64)
    return values * (unit_ratio(unit, "mm") if name in ("x", "y") else 1.0)


def _share(readout: Readout, threshold: float) -> Callable[[Events], Floats]:
    scale = unit_ratio("MeV", readout.unit)
    return lambda events: sparsity(events.readouts[readout.name], [threshold * scale])[:, 0]
