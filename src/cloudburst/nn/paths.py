r"""Paths from noise to data, and the velocity along each.

| path | $x_t$ | $\dot x_t$ |
|---|---|---|
| `LinearPath` | $(1 - t)\, x_0 + t\, x_1$ | $x_1 - x_0$ |
| `CirclePath` | $\cos(\tfrac\pi2 t)\, x_0 + \sin(\tfrac\pi2 t)\, x_1$ | its derivative |

Linear paths: Lipman et al., https://arxiv.org/abs/2210.02747. On the circle (Albergo and
Vanden-Eijnden, https://arxiv.org/abs/2209.15571) white data stay white all the way: where they
are Gaussian nothing has to move, so that a network learns only what is not.
"""

from __future__ import annotations

__all__ = ["CirclePath", "LinearPath", "Path"]

import abc
import math

from torch import Tensor

from ..spec import Component


class Path(Component, abc.ABC):
    """How a pair of noise and data is joined."""

    @abc.abstractmethod
    def __call__(self, noise: Tensor, data: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Place and velocity at times t, with shape (N, 1), between values of shape (N, D)."""


class LinearPath(Path):
    """Straight, at constant speed."""

    def __call__(self, noise: Tensor, data: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        return noise + t * (data - noise), data - noise


class CirclePath(Path):
    """A quarter of a circle."""

    def __call__(self, noise: Tensor, data: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        angle = 0.5 * math.pi * t
        sine, cosine = angle.sin(), angle.cos()
        return cosine * noise + sine * data, 0.5 * math.pi * (cosine * data - sine * noise)
