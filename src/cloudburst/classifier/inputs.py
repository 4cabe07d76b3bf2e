r"""What a classifier sees of an event: families of inputs.

With E_inc the incident energy, E_i the signal of readout i and e a cell of it:

| family | inputs | scaled |
|---|---|---|
| `LOW_LEVEL` | conditions, e / E_inc | no |
| `LAYER_NORMALISED` | conditions, e / E_i, log10(E_i + 1e-8) | no |
| `CHALLENGE_HIGH_LEVEL` | conditions, observables as in the CaloChallenge | no |
| `HIGH_LEVEL` | conditions, observables | yes |
| `TEXTURE` | conditions, observables, texture of each readout | yes |
| `LOG_CELLS` | conditions, observables, log(1 + e / 0.1 MeV) | yes |
| `UNTOLD` | observables, log(1 + e / 0.1 MeV) | yes |

The first three are those of the CaloChallenge (Krause et al., https://arxiv.org/abs/2410.21611).
Conditions are log10 where their range is positive. *Scaled* inputs are centred and given a
spread of one over the training events. Cells are too many to get that in `LOG_CELLS`: five
hundred inputs of equal weight drown the few that matter to a network that learns from a
thousand showers. There, cells get a spread of only a tenth.
"""

from __future__ import annotations

__all__ = [
    "CHALLENGE_HIGH_LEVEL",
    "HIGH_LEVEL",
    "LAYER_NORMALISED",
    "LOG_CELLS",
    "LOW_LEVEL",
    "TEXTURE",
    "UNTOLD",
    "Group",
    "Inputs",
]

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..events import Events
from ..validation.multivariate import spaces
from . import columns
from .challenge import challenge_names, challenge_values
from .texture import texture, texture_names


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


_CONDITIONS = Group(spaces.condition_names, spaces.condition_values)
_SCALED_CONDITIONS = dataclasses.replace(_CONDITIONS, spread=1.0)
_OBSERVABLES = Group(spaces.observable_names, spaces.observable_values, 1.0)

LOW_LEVEL = Inputs("low_level", (_CONDITIONS, Group(columns.cell_names, columns.fractions)))
LAYER_NORMALISED = Inputs(
    "layer_normalised",
    (
        _CONDITIONS,
        Group(columns.cell_names, columns.shares),
        Group(columns.signal_names, columns.signals),
    ),
)
CHALLENGE_HIGH_LEVEL = Inputs(
    "challenge_high_level", (_CONDITIONS, Group(challenge_names, challenge_values))
)
HIGH_LEVEL = Inputs("high_level", (_SCALED_CONDITIONS, _OBSERVABLES))
TEXTURE = Inputs("texture", (*HIGH_LEVEL.groups, Group(texture_names, texture, 1.0)))
_CELLS = Group(columns.cell_names, columns.log_cells, 0.1)
LOG_CELLS = Inputs("log_cells", (*HIGH_LEVEL.groups, _CELLS))
UNTOLD = Inputs("untold", (_OBSERVABLES, _CELLS))
