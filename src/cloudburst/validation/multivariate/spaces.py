r"""Where events are points: the spaces in which samples are compared jointly.

| space | coordinates |
|---|---|
| observables | conditions and observables, log10 of those that span decades |
| cells | log(1 + e / 0.1 MeV) of each cell e |

An observable that an event leaves undefined is NaN. `complete` puts the mean of the reference
there and adds a coordinate that says so, so that undefined is a value like any other.
"""

from __future__ import annotations

__all__ = [
    "balance",
    "cells",
    "complete",
    "condition_names",
    "condition_values",
    "is_energy",
    "judged_observables",
    "observable_names",
    "observable_values",
    "observables",
    "shown_columns",
    "soft_log",
    "space_names",
]

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...detector import Condition, Detector, Readout
from ...detectors import is_polar
from ...errors import DataError
from ...events import Events
from ...observables import (
    Observable,
    centroid,
    has_layers,
    has_response,
    observables_for,
    polar_features,
    readout_observables,
    response,
    width,
)
from ...units import ratio

Floats = NDArray[np.float64]

# Smallest values that logarithms resolve: of a cell in MeV, of an observable in its unit.
_CELL, _OBSERVABLE = 0.1, 1e-3
# more observables than this are not looked at pair by pair
_READABLE = 80


def space_names(detector: Detector) -> tuple[str, ...]:
    """The coordinates of `observables`, with length F."""
    return (*condition_names(detector), *observable_names(detector))


def observables(events: Events) -> Floats:
    """Conditions and observables of each event, with shape (N, F); NaN where undefined."""
    return np.concatenate([condition_values(events), observable_values(events)], axis=1)


def cells(events: Events) -> NDArray[np.float32]:
    """`soft_log` of all cells of each event, with shape (N, cells).

    Raises:
        DataError: A cell is not finite; says in how many events.
    """
    readouts = events.detector.readouts
    parts = [soft_log(events.readouts[r.name].reshape(len(events), r.size), r) for r in readouts]
    found = np.concatenate(parts, axis=1)
    bad = ~np.isfinite(found).all(axis=1)
    if bad.any():
        raise DataError(f"{bad.sum()} of {len(bad)} events have cells that are not finite")
    return found


def shown_columns(detector: Detector) -> NDArray[np.intp]:
    """The places in `observables` of conditions and of what reports show, with shape (S,)."""
    shown = {o.name for o in observables_for(detector)} | {"response", "balance"}
    judged = judged_observables(detector)
    few = len(judged) <= _READABLE
    first = len(detector.conditions)
    places = [first + i for i, o in enumerate(judged) if few or o.name in shown]
    return np.array([*range(first), *places], np.intp)


def complete(reference: Floats, *others: Floats) -> tuple[Floats, ...]:
    """Samples without holes: the reference, with shape (N, F), and others, with shape (M, F).

    Undefined values become the mean of the reference, and for each column that has any in a
    sample, one more column is 1 where it is undefined. What is constant in all samples is
    left out.
    """
    samples = (reference, *others)
    undefined = [~np.isfinite(sample) for sample in samples]
    holes = np.flatnonzero(np.any([u.any(axis=0) for u in undefined], axis=0))
    means = np.ma.masked_invalid(reference).mean(axis=0).filled(0.0)
    filled = [
        np.concatenate([np.where(u, means, s), u[:, holes]], axis=1)
        for s, u in zip(samples, undefined, strict=True)
    ]
    low = np.min([f.min(axis=0) for f in filled], axis=0)
    high = np.max([f.max(axis=0) for f in filled], axis=0)
    return tuple(f[:, high > low] for f in filled)


def condition_names(detector: Detector) -> tuple[str, ...]:
    """The conditions."""
    return tuple(f"log {c.name}" if _is_positive(c) else c.name for c in detector.conditions)


def condition_values(events: Events) -> Floats:
    """Conditions in their units, log10 where their range is positive, with shape (N, C)."""
    columns = zip(events.conditions.T.astype(np.float64), events.detector.conditions, strict=True)
    with np.errstate(all="ignore"):
        return np.stack([np.log10(v) if _is_positive(c) else v for v, c in columns], axis=1)


def judged_observables(detector: Detector) -> tuple[Observable, ...]:
    """The detector's observables, and what those of layers leave out.

    For layers in rings and sectors, that is the response and the features of the layers that
    reports do not show. For other layers, it is the response, the balance (all readouts over
    the incident energy), the centroid along both axes and the width along the first, and the
    moments of what is not a layer.
    """
    found = list(observables_for(detector))
    names = {observable.name for observable in found}
    more = _left_out(detector)
    return (*found, *(observable for observable in more if observable.name not in names))


def observable_names(detector: Detector) -> tuple[str, ...]:
    """The judged observables."""
    return tuple(f"log {o.name}" if o.log else o.name for o in judged_observables(detector))


def observable_values(events: Events) -> Floats:
    """The judged observables, with shape (N, F), log10 of those that span decades."""
    pairs = [(o, o(events)) for o in judged_observables(events.detector)]
    values = [np.log10(v.clip(0) + _OBSERVABLE) if o.log else v for o, v in pairs]
    return np.stack(values, axis=1)


def balance(events: Events) -> Floats:
    """The energy of all readouts over the incident energy, with shape (N,)."""
    detector = events.detector
    energies = [readout for readout in detector.readouts if is_energy(readout.unit)]
    unit = detector.conditions[detector.condition_index("energy")].unit
    incident = events.condition("energy").astype(np.float64)
    parts = [events.readouts[r.name].reshape(len(events), r.size) for r in energies]
    sums = [
        p.sum(axis=1, dtype=np.float64) * ratio(r.unit, unit)
        for p, r in zip(parts, energies, strict=True)
    ]
    return np.asarray(np.sum(sums, axis=0) / incident, np.float64)


def soft_log(signals: NDArray[Any], readout: Readout) -> NDArray[Any]:
    """log(1 + signal / 0.1 MeV), or of the bare signal if it is no energy; of any shape."""
    smallest = ratio("MeV", readout.unit) * _CELL if is_energy(readout.unit) else 1.0
    found: NDArray[Any] = np.log1p(signals / np.asarray(smallest, signals.dtype))
    return found


def is_energy(unit: str) -> bool:
    """Whether it is a unit of energy."""
    try:
        return ratio(unit, "MeV") > 0
    except DataError:
        return False


def _left_out(detector: Detector) -> list[Observable]:
    found = [response(detector)] if has_response(detector) else []
    if is_polar(detector):
        return [*found, *polar_features(detector)]
    if not has_layers(detector):
        return found
    layers = [r for r in detector.readouts if has_layers(detector.select((r.name,)))]
    if has_response(detector) and len(layers) < len(detector.readouts):
        found.append(Observable("balance", "", balance))
    for readout in detector.readouts:
        if readout in layers:
            found += [centroid(readout, 0), centroid(readout, 1), width(readout, 0)]
        else:
            found += readout_observables(readout)
    return found


def _is_positive(condition: Condition) -> bool:
    return condition.low > 0 and condition.categories is None
