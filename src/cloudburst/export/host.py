"""What a host program hands to a graph, and what it expects back."""

from __future__ import annotations

__all__ = ["Host", "Port", "noise_size"]

import abc
import math
from typing import Any, NamedTuple

from torch import Tensor, nn

from ..surrogate import Surrogate


class Port(NamedTuple):
    """One input or output of a graph.

    Attributes:
        name: Its name in the graph.
        shape: Its shape for one event.
        unit: Unit of its values.
        meaning: What it holds, in the order of its values.
    """

    name: str
    shape: tuple[int, ...]
    unit: str
    meaning: str


class Host(abc.ABC):
    """The conventions of a host program.

    Attributes:
        name: What it is called on the command line.
        source: Where its conventions are written down.
    """

    name: str
    source: str

    @abc.abstractmethod
    def inputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        """The graph's inputs; raises SpecError where the host cannot serve the surrogate."""

    @abc.abstractmethod
    def outputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        """The graph's outputs."""

    @abc.abstractmethod
    def module(self, surrogate: Surrogate) -> nn.Module:
        """From the host's inputs to the tuple of its outputs."""

    @abc.abstractmethod
    def feed(self, surrogate: Surrogate, z: Tensor, conditions: Tensor) -> tuple[Tensor, ...]:
        """What the host would hand over for noise (N, *noise_shape) and conditions (N, C)."""

    @abc.abstractmethod
    def cells(
        self, surrogate: Surrogate, outputs: list[Any], conditions: Tensor
    ) -> dict[str, Any]:
        """The readouts, in their units, with shape (N, *shape), that the host makes of outputs."""

    def settings(self, surrogate: Surrogate) -> dict[str, Any]:
        """What else the host must be told, as plain data."""
        return {}


def noise_size(surrogate: Surrogate) -> int:
    """How many random numbers an event needs."""
    return math.prod(surrogate.generator.noise_shape)
