"""Distances of two histograms."""

from __future__ import annotations

__all__ = ["chi2_ndf", "jensen_shannon", "kullback_leibler", "separation", "total_variation"]

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..binning import count, quantile_edges
from .samples import as_samples

Floats = NDArray[np.float64]


def total_variation(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike = 50) -> float:
    """Half the summed difference of the bin fractions: 0 (same) to 1 (disjoint).

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        bins: Number of `quantile_edges`, or edges in the unit of x.

    Source: Gibbs, Su, https://doi.org/10.1111/j.1751-5823.2002.tb00178.x

    >>> total_variation([1, 1, 1, 2], [1, 1, 2, 2], bins=[0.5, 1.5, 2.5])
    0.25
    """
    p, q = _fractions(x, y, bins)
    return float(0.5 * np.abs(p - q).sum())


def kullback_leibler(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike = 50) -> float:
    """The divergence of the candidate from the reference, in nats.

    Half an entry is added to each bin of both histograms, as in the Jeffreys prior, which
    keeps the value finite where the candidate has a hole.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        bins: Number of `quantile_edges`, or edges in the unit of x.

    Source: Kullback, Leibler, https://doi.org/10.1214/aoms/1177729694

    >>> kullback_leibler([1, 1], [1, 1], bins=[0.5, 1.5])
    0.0
    """
    n, m = (counts + 0.5 for counts in _counts(x, y, bins))
    return float(special.rel_entr(n / n.sum(), m / m.sum()).sum())


def jensen_shannon(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike = 50) -> float:
    """The Jensen-Shannon divergence in nats: 0 (same) to ln 2 (disjoint).

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        bins: Number of `quantile_edges`, or edges in the unit of x.

    Source: Lin, https://doi.org/10.1109/18.61115

    >>> round(jensen_shannon([1, 1], [2, 2], bins=[0.5, 1.5, 2.5]), 6)  # ln 2
    0.693147
    """
    p, q = _fractions(x, y, bins)
    mixture = (p + q) / 2
    both = special.rel_entr(p, mixture) + special.rel_entr(q, mixture)
    return max(float(0.5 * both.sum()), 0.0)


def separation(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike = 50) -> float:
    """The separation power of two histograms: 0 (same) to 1 (disjoint).

    Two samples of one source, of sizes N and M in k filled bins, have a separation of about
    (k - 1) / 4 (1 / N + 1 / M).

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        bins: Number of `quantile_edges`, or edges in the unit of x.

    Source: Krause et al. (CaloChallenge), https://arxiv.org/abs/2410.21611

    >>> separation([1, 1], [1, 2], bins=[0.5, 1.5, 2.5])  # 1/2 (0.5^2 / 1.5 + 0.5^2 / 0.5)
    0.3333333333333333
    """
    p, q = _fractions(x, y, bins)
    filled = p + q > 0
    p, q = p[filled], q[filled]
    return float(0.5 * ((p - q) ** 2 / (p + q)).sum())


def chi2_ndf(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike = 50) -> float:
    """Chi-squared per degree of freedom of two histograms; 0 if all entries share one bin.

    sum (sqrt(M / N) n - sqrt(N / M) m)^2 / (n + m) over the bins with entries, whose number
    less one are the degrees of freedom.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        bins: Number of `quantile_edges`, or edges in the unit of x.

    Source: Gagunashvili, https://arxiv.org/abs/physics/0605123

    >>> chi2_ndf([1, 1, 1, 2], [1, 2, 2, 2], bins=[0.5, 1.5, 2.5])  # (3-1)^2 / 4 + (1-3)^2 / 4
    2.0
    """
    n, m = _counts(x, y, bins)
    filled = n + m > 0
    n, m = n[filled], m[filled]
    scale = np.sqrt(m.sum() / n.sum())
    chi2 = ((scale * n - m / scale) ** 2 / (n + m)).sum()
    return float(chi2 / (len(n) - 1)) if len(n) > 1 else 0.0


def _counts(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike) -> tuple[Floats, Floats]:
    """Entries of both samples per bin: below, the bins, above, undefined."""
    x, y = as_samples(x, y)
    if np.ndim(bins):
        edges = np.asarray(bins, np.float64)
    elif np.isfinite(x).any():
        edges = quantile_edges(x, int(np.asarray(bins)))
    else:
        # without a reference value all that counts is how many are defined
        edges = np.array([0.0, 1.0])
    return count(x, edges), count(y, edges)


def _fractions(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike) -> tuple[Floats, Floats]:
    n, m = _counts(x, y, bins)
    return n / n.sum(), m / m.sum()
