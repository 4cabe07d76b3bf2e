r"""What a classifier sees of an event: families of inputs.

With E_inc the incident energy, E_i the signal of readout i and e a cell of it:

| family | inputs | scaled |
|---|---|---|
| `LOW_LEVEL` | conditions, e / E_inc | no |
| `LAYER_NORMALISED` | conditions, e / E_i, log10(E_i + 1e-8) | no |
| `HIGH_LEVEL` | conditions, observables | yes |
| `TEXTURE` | conditions, observables, texture of each readout | yes |
| `LOG_CELLS` | conditions, observables, log(1 + e / 0.1 MeV) | yes |

The first two are those of the CaloChallenge (Krause et al., https://arxiv.org/abs/2410.21611).
Conditions are log10 where their range is positive. *Scaled* inputs are centred and given a
spread of one over the training events. Cells are too many to get that in `LOG_CELLS`: five
hundred inputs of equal weight drown the few that matter to a network that learns from a
thousand showers. There, cells get a spread of only a tenth.
"""

from __future__ import annotations

__all__ = [
    "HIGH_LEVEL",
    "LAYER_NORMALISED",
    "LOG_CELLS",
    "LOW_LEVEL",
    "TEXTURE",
    "Group",
    "Inputs",
    "judged_observables",
]

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..events import Events
from ..observables import (
    Observable,
    centroid,
    has_layers,
    has_response,
    observables_for,
    readout_observables,
    response,
    width,
)
from . import columns
from .texture import texture, texture_names

# Smallest value that the logarithm of an observable resolves, in its unit.
_OBSERVABLE = 1e-3


@dataclasses.dataclass(frozen=True)
class Group:
    """Inputs of one kind.

    Attributes:
        names: What each is called, with length F, for a detector.
        values: Events to inputs, with shape (N, F); NaN where undefined.
        spread: Standard deviation that they are given; None to leave them as they are.
    """

    names: Callable[[Detector], tuple[str, ...]]
    values: Callable[[Events], NDArray[Any]]
    spread: float | None = None


@dataclasses.dataclass(frozen=True)
class Inputs:
    """A named family of inputs.

    Attributes:
        name: Its name, as in reports.
        groups: What it is made of.
    """

    name: str
    groups: tuple[Group, ...]

    def __call__(self, events: Events) -> NDArray[np.float32]:
        """The inputs of each event, with shape (N, F); NaN where undefined."""
        parts = [np.asarray(group.values(events), np.float32) for group in self.groups]
        return np.concatenate(parts, axis=1)

    def names(self, detector: Detector) -> tuple[str, ...]:
        """The name of each input, with length F."""
        return tuple(name for group in self.groups for name in group.names(detector))

    def spreads(self, detector: Detector) -> NDArray[np.float32]:
        """Standard deviations that the inputs are given, with shape (F,); NaN to leave one."""
        spreads = [np.nan if group.spread is None else group.spread for group in self.groups]
        sizes = [len(group.names(detector)) for group in self.groups]
        return np.repeat(np.array(spreads, np.float32), sizes)


def judged_observables(detector: Detector) -> tuple[Observable, ...]:
    """The detector's observables, and what those of layers leave out.

    That is the response, the balance (all readouts over the incident energy), the centroid
    along both axes and the width along the first, and the moments of what is not a layer.
    """
    found = list(observables_for(detector))
    if has_response(detector):
        found.append(response(detector))
    if not has_layers(detector):
        return tuple(found)
    layers = [r for r in detector.readouts if has_layers(detector.select((r.name,)))]
    if has_response(detector) and len(layers) < len(detector.readouts):
        found.append(Observable("balance", "", columns.balance))
    for readout in detector.readouts:
        if readout in layers:
            found += [centroid(readout, 0), centroid(readout, 1), width(readout, 0)]
        else:
            found += readout_observables(readout)
    return tuple(found)


def _observable_names(detector: Detector) -> tuple[str, ...]:
    return tuple(f"log {o.name}" if o.log else o.name for o in judged_observables(detector))


def _observable_values(events: Events) -> NDArray[Any]:
    """The observables, with shape (N, F), log10 of those that span decades."""
    pairs = [(o, o(events)) for o in judged_observables(events.detector)]
    values = [np.log10(v.clip(0) + _OBSERVABLE) if o.log else v for o, v in pairs]
    return np.stack(values, axis=1)


_CONDITIONS = Group(columns.condition_names, columns.conditions)
_SCALED_CONDITIONS = dataclasses.replace(_CONDITIONS, spread=1.0)
_OBSERVABLES = Group(_observable_names, _observable_values, 1.0)

LOW_LEVEL = Inputs("low_level", (_CONDITIONS, Group(columns.cell_names, columns.fractions)))
LAYER_NORMALISED = Inputs(
    "layer_normalised",
    (
        _CONDITIONS,
        Group(columns.cell_names, columns.shares),
        Group(columns.signal_names, columns.signals),
    ),
)
HIGH_LEVEL = Inputs("high_level", (_SCALED_CONDITIONS, _OBSERVABLES))
TEXTURE = Inputs("texture", (*HIGH_LEVEL.groups, Group(texture_names, texture, 1.0)))
LOG_CELLS = Inputs(
    "log_cells", (*HIGH_LEVEL.groups, Group(columns.cell_names, columns.log_cells, 0.1))
)
