r"""Distances of one observable in bins of a condition, with errors, all bins at one cost.

Errors come from resampling the events, each k times with k ~ Poisson(1), as in
`cloudburst.validation.splits.resample`: the values are sorted once and only their weights change.
"""

from __future__ import annotations

__all__ = [
    "Binned",
    "BinnedDistance",
    "Weighted",
    "binned_distance",
    "weighted_ks",
    "weighted_separation",
]

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...binning import quantile_edges
from ..metrics import MIN_EVENTS
from ..splits import Split

Floats = NDArray[np.float64]
Weighted = Callable[[Floats, Floats, Floats, Floats], Floats]

_BINS = 20


class BinnedDistance(NamedTuple):
    """A distance in bins of a condition, each with shape (B,); NaN for too few events.

    Attributes:
        value: Distance of the candidate from the reference.
        error: Its statistical error.
        floor: Distance of the reference from itself, in samples of the same sizes.
        floor_error: Its statistical error.
    """

    value: Floats
    error: Floats
    floor: Floats
    floor_error: Floats


class Binned(NamedTuple):
    """One observable, and the bin of each event; -1 for none; both with shape (N,)."""

    values: Floats
    places: NDArray[np.intp]


def binned_distance(
    distance: Weighted,
    reference: Binned,
    candidate: Binned,
    bins: int,
    splits: Sequence[Split],
    weights: tuple[Floats, Floats],
) -> BinnedDistance:
    """A distance in each bin, the mean over halvings of the reference.

    Args:
        distance: Of two samples with shapes (n,) and (m,) and weights (R, n) and (R, m), with
            shape (R,).
        reference: Values and bins of the full simulation.
        candidate: The same of the candidate.
        bins: Number of bins.
        splits: The halves, and the candidate events to compare with them.
        weights: How often each event counts, with shapes (R, N) and (R, M), once in the first
            row.
    """
    found = np.full((bins, 4), np.nan)
    for i in range(bins):
        pairs = [_in_bin(distance, reference, candidate, i, split, weights) for split in splits]
        known = [pair for pair in pairs if pair is not None]
        if known:
            values = np.mean(known, axis=0)
            errors = values[:, 1:].std(axis=1, ddof=1)
            found[i] = values[0, 0], errors[0], values[1, 0], errors[1]
    return BinnedDistance(*found.T)


def weighted_ks(x: Floats, y: Floats, u: Floats, v: Floats) -> Floats:
    """Kolmogorov-Smirnov distances of x and y, for each row of their weights, with shape (R,).

    Undefined values count as larger than any number.

    >>> once = np.ones((1, 4))
    >>> weighted_ks(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6]), once, once)
    array([0.5])
    """
    both = np.nan_to_num(np.concatenate([x, y]), nan=np.inf)
    order = np.argsort(both, kind="stable")
    ordered = both[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    # whole numbers up to the division, so that equal samples are at no distance at all
    p, q = (
        np.cumsum(weights[:, order], axis=1)[:, last] / weights.sum(axis=1, keepdims=True)
        for weights in (
            np.concatenate([u, np.zeros_like(u, shape=(len(u), len(y)))], axis=1),
            np.concatenate([np.zeros_like(v, shape=(len(v), len(x))), v], axis=1),
        )
    )
    difference = p - q
    return np.asarray(np.abs(difference).max(axis=1), np.float64)


def weighted_separation(x: Floats, y: Floats, u: Floats, v: Floats) -> Floats:
    """Separation powers of x and y, for each row of their weights, with shape (R,).

    In 20 bins that hold equal shares of x; below, above and undefined are bins, too.
    """
    finite = np.isfinite(x)
    edges = quantile_edges(x[finite], _BINS) if finite.any() else np.array([0.0, 1.0])
    p, q = (_fractions(values, edges, w) for values, w in ((x, u), (y, v)))
    both = p + q
    return np.asarray(0.5 * ((p - q) ** 2 / np.where(both > 0, both, 1.0)).sum(axis=1), np.float64)


def _fractions(values: Floats, edges: Floats, weights: Floats) -> Floats:
    """Shares of the weights below the edges, in the bins, above, undefined, (R, bins + 3)."""
    code = np.searchsorted(edges, values, side="right")
    code[np.isnan(values)] = len(edges) + 1
    marks = np.zeros((len(values), len(edges) + 2))
    marks[np.arange(len(values)), code] = 1.0
    counts = weights @ marks
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), np.float64)


def _in_bin(
    distance: Weighted,
    reference: Binned,
    candidate: Binned,
    place: int,
    split: Split,
    weights: tuple[Floats, Floats],
) -> tuple[Floats, Floats] | None:
    """Distances of the candidate and of the other half, each (R,); None for too few events."""
    half, other = (rows[reference.places[rows] == place] for rows in split[:2])
    judged = split.candidate[candidate.places[split.candidate] == place]
    # so that both distances are of samples of one size
    size = min(len(other), len(judged))
    if min(len(half), size) < MIN_EVENTS:
        return None
    other, judged = other[:size], judged[:size]
    (x, _), (y, _), (u, v) = reference, candidate, weights
    return (
        distance(x[half], y[judged], u[:, half], v[:, judged]),
        distance(x[half], x[other], u[:, half], u[:, other]),
    )
