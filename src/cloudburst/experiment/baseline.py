"""A parametric simulation of the same calorimeter, as the bar that a surrogate must clear."""

from __future__ import annotations

__all__ = ["Parametric", "parametric"]

import time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..detectors import CALORIMETERS
from ..errors import CloudburstError
from ..events import Events
from ..simulators.gflash import GFlash
from ..validation.multivariate import Absence

_SEED = 20_221
_WHAT = "parametric simulation"


class Parametric(NamedTuple):
    """Parametric showers at the conditions of a reference.

    Attributes:
        name: What made them.
        rows: The reference events at whose conditions they are.
        events: The showers.
        ms_per_event: What one took, in ms on one core.
        provenance: What made them, as plain data.
    """

    name: str
    rows: NDArray[np.intp]
    events: Events
    ms_per_event: float
    provenance: dict[str, Any]


def parametric(reference: Events, most: int, particle: str | None) -> Parametric | Absence:
    """Showers of a shipped calorimeter with the reference's readouts, or why there are none.

    Args:
        reference: Events of the full simulation.
        most: Largest number of showers, at conditions spread over the reference.
        particle: What was shot at it; the calorimeter's own particle if not known.
    """
    name = _matching(reference)
    if name is None:
        return Absence(_WHAT, f"no parametrisation of '{reference.detector.name}' is shipped")
    rows = np.linspace(0, len(reference) - 1, min(most, len(reference))).astype(np.intp)
    try:
        simulator = GFlash(name, particle)
        start = time.perf_counter()
        made = simulator(reference.conditions[rows], _SEED)
    except CloudburstError as error:
        return Absence(_WHAT, str(error))
    milliseconds = 1e3 * (time.perf_counter() - start) / len(rows)
    readouts = {r.name: made.readouts[r.name] for r in reference.detector.readouts}
    events = Events(reference.detector, reference.conditions[rows], readouts)
    return Parametric("parametric (GFlash)", rows, events, milliseconds, simulator.describe())


def _matching(reference: Events) -> str | None:
    names = [c.name for c in reference.detector.conditions]
    for name, calorimeter in CALORIMETERS.items():
        detector = calorimeter.detector
        shapes = {r.name: (r.shape, r.unit) for r in detector.readouts}
        wanted = {r.name: (r.shape, r.unit) for r in reference.detector.readouts}
        if [c.name for c in detector.conditions] == names and wanted.items() <= shapes.items():
            return name
    return None
