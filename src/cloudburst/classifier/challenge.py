r"""The high-level inputs of the CaloChallenge's classifiers.

| observable | input |
|---|---|
| an energy | log10(E + 1e-8), in MeV for showers in rings and sectors |
| a length in mm | over 100 |
| anything else | as it is |

Showers in rings and sectors give every feature of every layer and the total energy. Any other
detector gives the observables that reports show, by the same rules.

Source: Krause et al., https://arxiv.org/abs/2410.21611
"""

from __future__ import annotations

__all__ = ["challenge_names", "challenge_observables", "challenge_values"]

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..detectors import is_polar
from ..events import Events
from ..observables import Observable, polar_features, polar_observables
from ..validation.multivariate.spaces import is_energy, judged_observables

Floats = NDArray[np.float64]

_ENERGY, _LENGTH = 1e-8, 100.0


def challenge_observables(detector: Detector) -> tuple[Observable, ...]:
    """The observables that become inputs."""
    if not is_polar(detector):
        return judged_observables(detector)
    whole = [o for o in polar_observables(detector) if o.name == "Etot"]
    return (*polar_features(detector), *whole)


def challenge_names(detector: Detector) -> tuple[str, ...]:
    """What the inputs are called."""
    return tuple(
        f"log {o.name}" if is_energy(o.unit) else o.name for o in challenge_observables(detector)
    )


def challenge_values(events: Events) -> Floats:
    """The inputs of each event, with shape (N, F); NaN where undefined."""
    return np.stack([_input(o, events) for o in challenge_observables(events.detector)], axis=1)


def _input(observable: Observable, events: Events) -> Floats:
    values = observable(events)
    if is_energy(observable.unit):
        return np.log10(values.clip(0) + _ENERGY)
    return values / _LENGTH if observable.unit == "mm" else values
