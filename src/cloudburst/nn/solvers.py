r"""Explicit Runge-Kutta steps of $\dot x = v(x, t)$, in a fixed number, so that graphs export.

| solver | order | evaluations | step from t to t + h |
|---|---|---|---|
| `Euler` | 1 | 1 | $x + h\,v(x, t)$ |
| `Midpoint` | 2 | 2 | $x + h\,v(x + \tfrac h2 v(x, t),\ t + \tfrac h2)$ |
| `Heun` | 2 | 2 | $x + \tfrac h2 (k_1 + k_2)$, $k_1 = v(x, t)$, $k_2 = v(x + h k_1, t + h)$ |
"""

from __future__ import annotations

__all__ = ["Euler", "Heun", "Midpoint", "Solver", "Velocity"]

import abc
from collections.abc import Callable
from typing import TypeAlias

from torch import Tensor

from ..spec import Component

Velocity: TypeAlias = Callable[[Tensor, float], Tensor]


class Solver(Component, abc.ABC):
    """A way to go one step along a velocity.

    Attributes:
        evaluations: How often a step asks for the velocity.
    """

    evaluations: int

    @abc.abstractmethod
    def step(self, velocity: Velocity, x: Tensor, t: float, h: float) -> Tensor:
        """Where x at time t has come by time t + h."""


class Euler(Solver):
    """Along the velocity at the start."""

    evaluations = 1

    def step(self, velocity: Velocity, x: Tensor, t: float, h: float) -> Tensor:
        return x + h * velocity(x, t)


class Midpoint(Solver):
    """Along the velocity half-way."""

    evaluations = 2

    def step(self, velocity: Velocity, x: Tensor, t: float, h: float) -> Tensor:
        return x + h * velocity(x + 0.5 * h * velocity(x, t), t + 0.5 * h)


class Heun(Solver):
    """Along the mean of the velocities at start and end."""

    evaluations = 2

    def step(self, velocity: Velocity, x: Tensor, t: float, h: float) -> Tensor:
        first = velocity(x, t)
        return x + 0.5 * h * (first + velocity(x + h * first, t + h))
