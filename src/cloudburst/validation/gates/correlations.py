r"""Rank correlations of all conditions and observables.

Ranks, as a product moment is at the mercy of a few odd events. Fisher's transform of a rank
correlation of n events has the error 1.03 / sqrt(n - 3), whatever the distributions (Fieller,
Hartley, Pearson, https://doi.org/10.1093/biomet/44.3-4.470); on the scale of the correlation
itself that is 1 - r^2 times as much, with r the mean of both samples.
"""

from __future__ import annotations

__all__ = ["rank_correlations"]

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...events import Events
from ..multivariate import correlation_matrix
from ..multivariate.spaces import observables, space_names
from .base import Finding

Floats = NDArray[np.float64]

_SPREAD = 1.03
# enough for Fisher's transform to be normal, and for the limit to mean something
_FEWEST = 100
# where nearly all events rank alike, no error is smaller than that of one event out of place
_LEAST = 0.02


def rank_correlations(reference: Events, candidate: Events, limit: float) -> tuple[Finding, ...]:
    """The difference of each pair that enough events of both samples define.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the same readouts and conditions.
        limit: The largest difference allowed.
    """
    names = space_names(reference.detector)
    (first, n), (second, m) = (_ranked(observables(e)) for e in (reference, candidate))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = _SPREAD * np.sqrt(1 / (n - 3) + 1 / (m - 3))
    error = spread * np.maximum(1 - ((first + second) / 2) ** 2, _LEAST)
    known = np.isfinite(first + second) & (np.minimum(n, m) >= _FEWEST)
    pairs = zip(*np.nonzero(np.triu(known, 1)), strict=True)
    return tuple(
        Finding(
            f"rank correlation of {names[i]} and {names[j]}",
            abs(float(second[i, j] - first[i, j])),
            limit,
            float(error[i, j]),
            subject="correlations",
            remark=f"{second[i, j]:.3f}, reference {first[i, j]:.3f}",
        )
        for i, j in pairs
    )


def _ranked(values: Floats) -> tuple[Floats, Floats]:
    """Rank correlations, NaN of what is constant, and the events that define each pair."""
    defined = np.isfinite(values)
    ranks = np.full(values.shape, np.nan)
    for column, (x, known) in enumerate(zip(values.T, defined.T, strict=True)):
        ranks[known, column] = stats.rankdata(x[known])
    counts = defined.astype(np.float64)
    return correlation_matrix(ranks), counts.T @ counts
