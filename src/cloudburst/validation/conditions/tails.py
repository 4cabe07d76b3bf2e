r"""The tails of an observable in bins of a condition.

The quantile of order p of n values is the value of rank n p, and its error half the way
between the values of ranks n p - s and n p + s, with s = sqrt(n p (1 - p)) the spread of the
number of values below it (David, Nagaraja, "Order Statistics", section 7.1). A tail without at
least one expected event beyond it is undefined: 1 % takes 100 events in a bin.
"""

from __future__ import annotations

__all__ = ["TAIL", "Tails", "tails"]

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TAIL = 0.01


class Tails(NamedTuple):
    """Quantiles of an observable in bins, each with shape (B,); NaN in bins of too few events.

    Attributes:
        low: Below it lies 1 %.
        low_error: Its statistical error.
        high: Above it lies 1 %.
        high_error: Its statistical error.
    """

    low: Floats
    low_error: Floats
    high: Floats
    high_error: Floats


def tails(places: NDArray[np.intp], values: Floats, bins: int, tail: float = TAIL) -> Tails:
    """The tails of values in bins.

    Args:
        places: The bin of each event, -1 for none, with shape (N,).
        values: The observable, with shape (N,); what is not finite is left out.
        bins: Number of bins.
        tail: Share beyond each quantile.

    >>> tails(np.zeros(100, int), np.arange(100.0), 1, tail=0.1)[:2]  # ranks 9.9 and 9.9 +- 3
    (array([9.9]), array([3.]))
    """
    found = np.full((bins, 4), np.nan)
    for i in range(bins):
        inside = np.sort(values[(places == i) & np.isfinite(values)])
        if len(inside) * tail >= 1:
            found[i] = *_quantile(inside, tail), *_quantile(inside, 1 - tail)
    return Tails(*found.T)


def _quantile(ordered: Floats, p: float) -> tuple[float, float]:
    """A quantile of sorted values, and its error."""
    n = len(ordered)
    spread = np.sqrt(n * p * (1 - p))
    ranks = (n - 1) * p + np.array([0.0, -spread, spread])
    middle, low, high = np.interp(ranks, np.arange(n), ordered)
    return float(middle), float(high - low) / 2
