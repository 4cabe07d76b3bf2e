"""Laws of simulators."""

from __future__ import annotations

__all__ = ["check_simulator"]

import contextlib
import json

import numpy as np
from numpy.typing import NDArray

from .. import units
from ..detector import Detector
from ..errors import ConditionError, DataError
from ..events import Events
from ..simulators import Simulator
from ..simulators.conditions import draw
from .laws import law, no_global_rng

# A positron's annihilation adds two electron masses, in MeV, to its kinetic energy.
_ANNIHILATION = 1.022


def check_simulator(simulator: Simulator, n: int = 12, creates_energy: bool = False) -> None:
    """Makes the same events in any blocks and from its arguments, and no energy from nothing.

    Args:
        simulator: A simulator.
        n: How many events to try, at conditions drawn over the whole range.
        creates_energy: Whether cells may hold more than the incident energy, as those that are
            calibrated to it; else detectors with a condition `energy`, or `px`, `py` and `pz`,
            and readouts in units of energy are checked.
    """
    conditions = draw(simulator.detector, 1, 0, n, {})
    with no_global_rng(simulator):
        events = simulator(conditions, seed=1)
        again = simulator(conditions, seed=1)
    _same(simulator, "the second time", again, events)
    half = n // 2
    _same(
        simulator,
        f"starting at event {half}",
        simulator(conditions[half:], 1, half),
        events[half:],
    )
    _same(simulator, "alone", simulator(conditions[-1:], 1, n - 1), events[-1:])
    other = simulator(conditions, seed=2)
    law(simulator, other.flat().tobytes() != events.flat().tobytes(), "seeds do not matter")
    law(simulator, _varies(simulator, conditions), "all events of one condition are the same")
    _plain(simulator, conditions, events)
    for value in (np.nan, np.inf, 2 * simulator.detector.conditions[0].high + 1):
        _refuses(simulator, np.full_like(conditions, value))
    if not creates_energy:
        _conserves(simulator, events)


def _varies(simulator: Simulator, conditions: NDArray[np.float32]) -> bool:
    cells = simulator(np.repeat(conditions[:1], 4, axis=0), 1).flat()
    return bool((cells != cells[0]).any())


def _plain(simulator: Simulator, conditions: NDArray[np.float32], events: Events) -> None:
    """What describes a simulator survives JSON, and makes a twin."""
    told = simulator.describe()
    law(simulator, json.loads(json.dumps(told)) == told, "its description is no plain data")
    law(simulator, told.get("simulator") == simulator.name, "its description lacks `simulator`")
    arguments = json.loads(json.dumps(simulator.arguments()))
    law(simulator, "detector" in arguments, "its arguments lack `detector`")
    twin = type(simulator)(**arguments)
    law(simulator, twin.detector == simulator.detector, "its twin has another detector")
    law(simulator, twin.describe() == told, "its twin has another description")
    _same(simulator, "a twin", twin(conditions, 1), events)


def _same(simulator: Simulator, what: str, events: Events, wanted: Events) -> None:
    same = events.flat().tobytes() == wanted.flat().tobytes()
    law(simulator, same, f"{what}: other events")


def _refuses(simulator: Simulator, conditions: NDArray[np.float32]) -> None:
    with contextlib.suppress(ConditionError):
        simulator(conditions)
        law(simulator, False, f"simulates at conditions of {conditions.flat[0]:g}")


def _conserves(simulator: Simulator, events: Events) -> None:
    incident = _incident(simulator.detector, events)
    if incident is None:
        return
    deposited = np.zeros(len(events))
    for readout in simulator.detector.readouts:
        try:
            scale = units.ratio(readout.unit, "MeV")
        except DataError:
            return
        cells = events.readouts[readout.name].reshape(len(events), -1)
        deposited += scale * cells.sum(axis=1, dtype=np.float64)
    worst = int(np.argmax(deposited - incident))
    law(
        simulator,
        bool((deposited <= incident * (1 + 1e-5) + _ANNIHILATION).all()),
        f"event {worst}: {deposited[worst]:.6g} MeV in cells, {incident[worst]:.6g} MeV came in",
    )


def _incident(detector: Detector, events: Events) -> NDArray[np.float64] | None:
    """What came in, in MeV, with shape (n,), where conditions tell."""
    scales = {c.name: c.unit for c in detector.conditions}
    names = ["energy"] if "energy" in scales else ["px", "py", "pz"]
    if not set(names) <= scales.keys():
        return None
    parts = [events.condition(k).astype(np.float64) * units.ratio(scales[k], "MeV") for k in names]
    return np.sqrt(np.sum(np.square(parts), axis=0))
