"""The interface of an engine."""

from __future__ import annotations

__all__ = ["Engine", "Listed", "Program", "Task", "Values"]

import abc
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

# from noise (n, *noise_shape) and conditions (n, C) to one array for each readout
Values: TypeAlias = Sequence[Tensor | NDArray[np.float32]]
Program: TypeAlias = Callable[[Tensor, Tensor], Values]


class Listed(nn.Module):
    """A map that gives its readouts as a tuple, in their order.

    Args:
        module: Maps noise and conditions to a dictionary of readouts.
    """

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, z: Tensor, conditions: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.module(z, conditions).values())


class Task(NamedTuple):
    """What an engine is to run.

    Attributes:
        module: From noise and conditions to readouts; its weights stay as they are.
        z: Noise of one event, with shape (1, *noise_shape).
        conditions: Its conditions, in the detector's units, with shape (1, C).
        fingerprint: Hash of all that the map does.
    """

    module: Listed
    z: Tensor
    conditions: Tensor
    fingerprint: str

    def example(self, n: int) -> tuple[Tensor, Tensor]:
        """Noise and conditions of n events."""
        return tuple(t.expand(n, *t.shape[1:]).contiguous() for t in (self.z, self.conditions))


class Engine(abc.ABC):
    """Turns a map from noise and conditions to readouts into a program for one machine.

    Event i must come out the same, to the last bit, whatever else is made with it. How a matrix
    product rounds a row depends on where the row lies within a block of rows, so programs are
    only ever given blocks of one of `sizes`, in which event i lies at row i modulo the smallest.

    Attributes:
        name: What it is called on the command line.
        sizes: How many events a program may be given at once, the smallest first; each is a
            multiple of the smallest.
        exact: Whether it computes with float32 throughout.
    """

    name: str
    sizes: tuple[int, ...] = (64, 256)
    exact: bool = True

    def missing(self) -> str:
        """Why it cannot run on this machine; empty if it can."""
        return ""

    def device(self, module: nn.Module) -> torch.device:
        """Where noise and conditions are wanted."""
        return torch.device("cpu")

    def blocks(self, module: nn.Module) -> tuple[int, ...]:
        """`sizes`, where they do not depend on where the map is."""
        return self.sizes

    def workers(self, module: nn.Module, threads: int) -> int:
        """How many threads call its program at once where so many may be used."""
        return threads

    @abc.abstractmethod
    def start(self, task: Task, workers: int) -> Program:
        """A program that so many threads may call at once.

        Raises:
            MissingExtraError: A package is missing.
            SpecError: It cannot run here, or cannot run this map.
        """
