r"""The kernel physics distance: how far two samples are in all moments up to the fourth.

Each coordinate is divided by the largest absolute value of the reference. With the kernel
k(x, y) = (x y / F + 1)^4 of F coordinates, the unbiased estimate of the squared maximum mean
discrepancy of n and m events is

$$ \mathrm{MMD}^2 = \frac{\sum_{i \ne j} k(x_i, x_j)}{n (n - 1)}
   + \frac{\sum_{i \ne j} k(y_i, y_j)}{m (m - 1)} - \frac{2 \sum_{ij} k(x_i, y_j)}{n m}. $$

The value is the median over batches drawn with replacement, the error half the range of the
central 67.45 % (Kansal et al., https://arxiv.org/abs/2211.10295).
"""

from __future__ import annotations

__all__ = ["batch_note", "batch_size", "kernel_physics_distance", "polynomial_mmd"]

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from .frechet import normalise
from .results import refuse_few

Floats = NDArray[np.float64]

_PUBLISHED_BATCH = 10_000
_ENOUGH, _LEAST = 50_000, 100
_BATCHES = 10
_CENTRAL = (16.275, 83.725)
# rows of the kernel matrix that are in memory at once
_ROWS = 1024


def kernel_physics_distance(
    reference: Floats, candidate: Floats, batch: int | None = None, seed: int = 42
) -> Measurement:
    """The median over batches, with their spread.

    Args:
        reference: Observables of the full simulation, with shape (N, F), none undefined.
        candidate: The same of the candidate, with shape (M, F).
        batch: Events of a batch; the published 10,000, scaled for fewer than 50,000 events.
        seed: Seed of the batches.

    Raises:
        DataError: A sample has fewer than 100 events.

    Source: Kansal et al., https://arxiv.org/abs/2211.10295
    """
    n = min(len(reference), len(candidate))
    refuse_few("KPD", _LEAST, n)
    size = batch or batch_size(n)
    x, y = normalise(reference, candidate)
    values = []
    for i in range(_BATCHES):
        rng = np.random.default_rng(seed + 1000 * i)
        first, second = rng.integers(0, len(x), size), rng.integers(0, len(y), size)
        values.append(polynomial_mmd(x[first], y[second]))
    low, high = np.percentile(values, _CENTRAL)
    return Measurement(float(np.median(values)), float(high - low) / 2)


def batch_size(n: int) -> int:
    """Events of a batch for samples of n events: the published 10,000, or a fifth of fewer."""
    return round(_PUBLISHED_BATCH * min(1.0, n / _ENOUGH))


def batch_note(n: int) -> str:
    """What departs from the published size of a batch for samples of n events; "" for nothing.

    >>> batch_note(5000)
    'batches of 1,000 events, published: 10,000'
    """
    size = batch_size(n)
    published = size == _PUBLISHED_BATCH
    return "" if published else f"batches of {size:,} events, published: {_PUBLISHED_BATCH:,}"


def polynomial_mmd(x: Floats, y: Floats) -> float:
    """The unbiased squared discrepancy of samples of shapes (N, F) and (M, F), N, M >= 2.

    >>> polynomial_mmd(np.array([[0.0], [0.0]]), np.array([[1.0], [1.0]]))  # 1 + 2^4 - 2
    15.0
    """
    n, m = len(x), len(y)
    same = [_kernel_sum(s, s) - (((s**2).mean(axis=1) + 1) ** 4).sum() for s in (x, y)]
    return float(
        same[0] / (n * (n - 1)) + same[1] / (m * (m - 1)) - 2 * _kernel_sum(x, y) / (n * m)
    )


def _kernel_sum(x: Floats, y: Floats) -> float:
    """The kernel summed over all pairs, some rows at a time."""
    scaled = y.T / x.shape[1]
    total = 0.0
    for start in range(0, len(x), _ROWS):
        kernel = x[start : start + _ROWS] @ scaled
        kernel += 1
        kernel *= kernel
        # the sum of the squares of the squares
        total += float(np.vdot(kernel, kernel))
    return total
