"""The signal of an event: response and resolution in bins of every condition."""

from __future__ import annotations

__all__ = ["signal_families"]

import numpy as np
from numpy.typing import NDArray

from ...detector import Detector, Readout
from ...events import Events
from ...observables import Observable, has_response, response, total
from .base import Family
from .bins import bins_of
from .differences import Differences
from .limits import GateLimits


def signal_families(reference: Events, candidate: Events, limits: GateLimits) -> list[Family]:
    """Relative differences of the mean signal and of its width, bin by bin.

    The signal is the response of a calorimeter with a known incident energy or momentum, else
    the sum of each readout.
    """
    places = list(bins_of(reference, candidate))
    found = [
        Differences.of(observable, reference, candidate, places)
        for observable in _signals(reference.detector)
    ]
    means = [finding for one in found for finding in one.relative_means(limits.response)]
    widths = [finding for one in found for finding in one.widths(limits.resolution)]
    return [
        Family("response by condition", tuple(means)),
        Family("resolution by condition", tuple(widths)),
    ]


def _per_momentum(readout: Readout) -> Observable:
    """The summed signal over the momentum of the particle, in their units."""
    signal = total(readout)

    def function(events: Events) -> NDArray[np.float64]:
        parts = [events.condition(name).astype(np.float64) for name in ("px", "py", "pz")]
        momentum = np.sqrt(np.sum(np.square(parts), axis=0))
        return np.asarray(signal(events) / np.maximum(momentum, 1e-12), np.float64)

    return Observable(f"{readout.name} over momentum", "", function)


def _signals(detector: Detector) -> tuple[Observable, ...]:
    if has_response(detector):
        return (response(detector),)
    if {"px", "py", "pz"} <= {c.name for c in detector.conditions}:
        return tuple(_per_momentum(readout) for readout in detector.readouts)
    return tuple(total(readout) for readout in detector.readouts)
