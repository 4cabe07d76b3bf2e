"""Noise that belongs to an event, not to a batch.

The noise of event i under seed s comes from a counter-based generator (Philox; Salmon et
al., SC11, https://doi.org/10.1145/2063384.2063405) keyed by s and set to the counter of i,
so it is the same whatever batch, shard or worker asks for it.
"""

__all__ = ["normal"]

import math

import numpy as np
import torch
from torch import Tensor

# Philox4x64 gives four 64-bit words, here eight 32-bit ones, at each count.
_WORDS = 8


def normal(seed: int, first: int, n: int, shape: tuple[int, ...]) -> Tensor:
    """Standard normal noise of n consecutive events, with shape (n, *shape).

    Box and Muller's transform of 24-bit uniforms; |z| < 5.9.

    Args:
        seed: Seed of the run.
        first: Number of the first event.
        n: How many events.
        shape: Shape of the noise of one event.
    """
    size = math.prod(shape)
    counts = -(-size // _WORDS)
    stream = np.random.Philox(key=seed, counter=first * counts)
    words = stream.random_raw(n * counts * _WORDS // 2).view(np.uint32)
    u = torch.from_numpy((words >> 8).astype(np.float32).reshape(n, counts * _WORDS))
    u = u.add_(0.5).mul_(2.0**-24)
    radius, angle = u.chunk(2, dim=1)
    radius = radius.log().mul_(-2).sqrt_()
    angle = angle * (2 * math.pi)
    z = torch.cat([radius * angle.cos(), radius * angle.sin()], dim=1)
    return z[:, :size].reshape(n, *shape)
