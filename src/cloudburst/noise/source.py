"""Standard normal numbers of an event, counted by seed and event."""

from __future__ import annotations

__all__ = ["Source", "normal", "prepare", "source"]

import importlib.util
import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from . import gauss, philox
from .compiled import kernel

# (seed, first, n, shape) to (n, *shape), as `normal`
Source: TypeAlias = Callable[[int, int, int, tuple[int, ...]], Tensor]

# Events whose words fit into a core's cache; a GPU takes what there is.
_AT_ONCE = 128
# From so many numbers on, compiling takes less time than it saves.
_MANY = 10**8


def normal(
    seed: int, first: int, n: int, shape: tuple[int, ...], device: torch.device | str = "cpu"
) -> Tensor:
    """Standard normal noise of n consecutive events, with shape (n, *shape).

    On CPUs the same to the last bit, whatever the machine.

    Args:
        seed: Seed of the run, in [0, 2^64).
        first: Number of the first event, in [0, 2^63).
        n: How many events.
        shape: Shape of the noise of one event.
        device: Where it is made.
    """
    size = math.prod(shape)
    z = torch.empty((n, size), device=device)
    at_once = _AT_ONCE if z.device.type == "cpu" else max(n, 1)
    for start in range(0, n, at_once):
        part = z[start : start + at_once]
        words = philox.words(seed, first + start, len(part), -(-size // 4), device)
        part.copy_(gauss.to_normal(words)[:, :size])
    return z.reshape(n, *shape)


def source(numbers: int, device: torch.device | str = "cpu") -> Source:
    """What makes the noise of a run fastest; the numbers are those of `normal`.

    Args:
        numbers: How many the run needs.
        device: Where they are needed.
    """
    if torch.device(device).type == "cpu" and (_prepared() or (numbers >= _MANY and prepare())):
        return _compiled

    def on_device(seed: int, first: int, n: int, shape: tuple[int, ...]) -> Tensor:
        return normal(seed, first, n, shape, device)

    return on_device


def prepare() -> bool:
    """Compiles what makes noise fast, once in a process; whether numba is there to do so."""
    if importlib.util.find_spec("numba") is None:
        return False
    kernel()
    return True


def _prepared() -> bool:
    return kernel.cache_info().currsize > 0


def _compiled(seed: int, first: int, n: int, shape: tuple[int, ...]) -> Tensor:
    size = math.prod(shape)
    z = np.empty((n, 4 * -(-size // 4)), np.float32)
    kernel()(np.uint32(seed & philox.MASK), np.uint32(seed >> 32), np.uint64(first), z)
    return torch.from_numpy(z)[:, :size].reshape(n, *shape)
