r"""Distances between two samples of one observable.

Every distance takes a reference sample x and a candidate sample y of one observable, each
with shape (N,) and any length, and is zero for equal samples. NaN and infinity mean
*undefined*, which is a value like any other: a candidate that leaves more showers without a
width differs.

Binned distances count both samples in the same bins. By default these hold equal shares of
the reference (`quantile_edges`), so that tails and bulk weigh alike whatever the unit; two more
bins hold what lies below and above, and one what is undefined, so no entry is lost. With p and q
the fractions of x and y in the bins:

| distance | formula | range |
|---|---|---|
| `total_variation` | 1/2 sum abs(p - q) | 0..1 |
| `kullback_leibler` | sum p ln(p / q) | >= 0 |
| `jensen_shannon` | 1/2 sum p ln(p / m) + 1/2 sum q ln(q / m), m = (p + q) / 2 | 0..ln 2 |
| `separation` | 1/2 sum (p - q)^2 / (p + q) | 0..1 |
| `chi2_ndf` | chi-squared of two histograms over its degrees of freedom | about 1 for one source |

The others need no bins: `kolmogorov_smirnov`, `wasserstein` and `normalized_wasserstein`.
"""

from __future__ import annotations

__all__ = [
    "Distance",
    "Measurement",
    "bootstrap",
    "chi2_ndf",
    "jensen_shannon",
    "kolmogorov_smirnov",
    "kullback_leibler",
    "normalized_wasserstein",
    "separation",
    "total_variation",
    "wasserstein",
]

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from .binning import count, quantile_edges
from .errors import DataError

Floats = NDArray[np.float64]
Distance = Callable[[NDArray[Any], NDArray[Any]], float]


class Measurement(NamedTuple):
    """A value and its one-sigma statistical error."""

    value: float
    error: float


def total_variation(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike = 50) -> float:
    """Half the summed difference of the bin fractions: 0 (same) to 1 (disjoint).

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        bins: Number of `quantile_edges`, or edges in the unit of x.

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


def kolmogorov_smirnov(x: ArrayLike, y: ArrayLike) -> float:
    """The largest difference of the two cumulative distributions, 0 to 1.

    What is undefined counts as larger than any number.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).

    Source: Smirnov, https://doi.org/10.1214/aoms/1177730256

    >>> kolmogorov_smirnov([1, 2, 3, 4], [3, 4, 5, 6])
    0.5
    """
    x, y = (np.sort(np.nan_to_num(sample, nan=np.inf)) for sample in _samples(x, y))
    both = np.concatenate([x, y])
    # ks_2samp would add a p-value, at many times the cost
    p, q = (np.searchsorted(s, both, side="right") / len(s) for s in (x, y))
    return float(np.abs(p - q).max())


def wasserstein(x: ArrayLike, y: ArrayLike) -> float:
    """The 1-Wasserstein distance, in the unit of the samples.

    It is the mean way that the values of one sample must be moved to give the other, exact
    and without bins. Turning a value into an undefined one costs as much as moving it by the
    standard deviation of the reference.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).

    Source: Ramdas, Garcia, Cuturi, https://arxiv.org/abs/1509.02237

    >>> wasserstein([0, 1, 3], [5, 6, 8])
    5.0
    """
    x, y = _samples(x, y)
    return _moved(x, y) + _scale(x, y) * _more_undefined(x, y)


def normalized_wasserstein(x: ArrayLike, y: ArrayLike) -> float:
    """`wasserstein` over the standard deviation of the reference, a pure number.

    If the reference is constant, the standard deviation is that of both samples together.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).

    >>> normalized_wasserstein([-2, 2], [-1, 3])
    0.5
    """
    x, y = _samples(x, y)
    moved, scale = _moved(x, y), _scale(x, y)
    return (moved / scale if scale > 0 else 0.0) + _more_undefined(x, y)


def bootstrap(
    distance: Distance,
    x: NDArray[Any],
    y: NDArray[Any],
    rng: np.random.Generator,
    repeats: int = 50,
) -> Measurement:
    """A distance with the error found by resampling both samples with replacement.

    Args:
        distance: Distance of two samples.
        x: Reference sample, one event a row, with shape (N, ...).
        y: Candidate sample, with shape (M, ...).
        rng: Where the resampling draws from.
        repeats: Number of resamplings, at least two.

    Raises:
        DataError: Fewer than two repeats, or an empty sample.

    Source: Efron, https://doi.org/10.1214/aos/1176344552

    >>> rng = np.random.default_rng(0)
    >>> bootstrap(wasserstein, np.zeros(5), np.ones(5), rng)
    Measurement(value=1.0, error=0.0)
    """
    if repeats < 2 or not len(x) or not len(y):
        raise DataError(
            f"a bootstrap needs two repeats and events in both samples, got {repeats} repeats, "
            f"{len(x)} and {len(y)} events"
        )
    values = [
        distance(x[rng.integers(len(x), size=len(x))], y[rng.integers(len(y), size=len(y))])
        for _ in range(repeats)
    ]
    return Measurement(float(distance(x, y)), float(np.std(values, ddof=1)))


def _samples(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Both samples as float64, NaN if not finite; raises DataError if one is empty."""
    x, y = (np.asarray(sample, np.float64).ravel() for sample in (x, y))
    if not len(x) or not len(y):
        raise DataError(f"no distance between {len(x)} and {len(y)} values")
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


def _counts(x: ArrayLike, y: ArrayLike, bins: int | ArrayLike) -> tuple[Floats, Floats]:
    """Entries of both samples per bin: below, the bins, above, undefined."""
    x, y = _samples(x, y)
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


def _moved(x: Floats, y: Floats) -> float:
    """The Wasserstein distance of the defined values; zero if a sample has none."""
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    return float(stats.wasserstein_distance(x, y)) if len(x) and len(y) else 0.0


def _scale(x: Floats, y: Floats) -> float:
    """Standard deviation of the defined reference, of both samples if that is zero."""
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    # rounding gives a constant a standard deviation that is not zero
    deviation = float(np.std(x)) if len(x) and np.ptp(x) > 0 else 0.0
    both = np.concatenate([x, y])
    return deviation or (float(np.std(both)) if len(both) else 0.0)


def _more_undefined(x: Floats, y: Floats) -> float:
    return float(abs(np.isnan(x).mean() - np.isnan(y).mean()))
