r"""Correlations of all observables, in both samples, and their difference.

Pearson's r of each pair, over the events that define both. The error of each difference is
found by resampling the events of both samples, each k times with k ~ Poisson(1). One number
sums it up, the root mean square of the differences over all pairs,

$$ D = \sqrt{\frac{2}{F (F - 1)} \sum_{i<j} (r_{ij} - r'_{ij})^2}. $$
"""

from __future__ import annotations

__all__ = ["Correlations", "correlation_matrix", "correlations"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from .results import refuse_few

Floats = NDArray[np.float64]

_LEAST, _REPEATS = 50, 40


@dataclasses.dataclass(frozen=True)
class Correlations:
    """Correlations of F columns in two samples; NaN for what is constant.

    Attributes:
        names: The columns, with length F.
        reference: Correlations in the full simulation, with shape (F, F).
        candidate: Correlations in the candidate, with shape (F, F).
        error: Error of their difference, with shape (F, F).
        distance: Root mean square of the differences.
        floor: The same for reference against reference, in samples of the same sizes.
    """

    names: tuple[str, ...]
    reference: Floats
    candidate: Floats
    error: Floats
    distance: Measurement
    floor: Measurement

    @property
    def difference(self) -> Floats:
        """Candidate less reference, with shape (F, F)."""
        return self.candidate - self.reference

    @property
    def pull(self) -> Floats:
        """The difference in units of its error, with shape (F, F); NaN where it has none."""
        error = np.where(self.error > 0, self.error, np.nan)
        return self.difference / error

    def worst(self, n: int) -> tuple[tuple[str, str, Measurement], ...]:
        """The `n` pairs that differ most, in units of the error: names and difference."""
        rows, columns = np.triu_indices(len(self.names), 1)
        pulls = np.nan_to_num(np.abs(self.pull[rows, columns]), nan=-1.0)
        return tuple(
            (
                self.names[i],
                self.names[j],
                Measurement(float(self.difference[i, j]), float(self.error[i, j])),
            )
            for i, j in zip(*(a[np.argsort(-pulls)[:n]] for a in (rows, columns)), strict=True)
        )


def correlations(
    names: tuple[str, ...],
    reference: Floats,
    other: Floats,
    candidate: Floats,
    seed: int = 0,
    repeats: int = _REPEATS,
) -> Correlations:
    """Correlations in the candidate and in one half of the reference, beside the other half.

    Args:
        names: What the columns are.
        reference: Half of the full simulation, with shape (N, F); NaN where undefined.
        other: The other half, which sets the floor, with shape (M, F).
        candidate: The candidate, with shape (M, F).
        seed: Seed of the resampling.
        repeats: Number of resamplings.

    Raises:
        DataError: A sample has fewer than 50 events.
    """
    refuse_few("a correlation matrix", _LEAST, len(reference), len(other), len(candidate))
    rng = np.random.default_rng(seed)
    samples = reference, other, candidate
    found = [correlation_matrix(sample) for sample in samples]
    redrawn = [
        [correlation_matrix(s, rng.poisson(1.0, len(s)).astype(np.float64)) for s in samples]
        for _ in range(repeats)
    ]
    differences = np.array([[c - a, b - a] for a, b, c in redrawn])
    sizes = np.array([[_size(d) for d in pair] for pair in differences]).std(axis=0, ddof=1)
    return Correlations(
        names,
        reference=found[0],
        candidate=found[2],
        error=differences[:, 0].std(axis=0, ddof=1),
        distance=Measurement(_size(found[2] - found[0]), float(sizes[0])),
        floor=Measurement(_size(found[1] - found[0]), float(sizes[1])),
    )


def correlation_matrix(x: Floats, weights: Floats | None = None) -> Floats:
    """Correlations of columns x, with shape (N, F), each over the events that define both.

    Args:
        x: The columns; NaN where undefined.
        weights: How often each event counts, with shape (N,); once if not given.

    >>> correlation_matrix(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, np.nan]]))[0, 1].round(12)
    np.float64(-1.0)
    """
    known = np.isfinite(x)
    count = np.ones(len(x)) if weights is None else weights
    # about the mean and in units of the spread, so that sums of squares keep their digits
    masked = np.ma.masked_invalid(x)
    spread = masked.std(axis=0).filled(0.0)
    varies = spread > 0
    values = np.where(
        known, (x - masked.mean(axis=0).filled(0.0)) / np.where(varies, spread, 1), 0
    )
    defined = known.astype(np.float64)
    heavy, heavy_defined = values * count[:, None], defined * count[:, None]
    total = heavy_defined.T @ defined
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = heavy.T @ defined / total  # of the row's column where the other is defined
        square = (heavy * values).T @ defined / total
        variance = square - mean**2
        product = heavy.T @ values / total - mean * mean.T
        found = product / np.sqrt(variance * variance.T)
    usable = (np.minimum(variance, variance.T) > 1e-12) & varies & varies[:, None]
    return np.where(usable, found.clip(-1, 1), np.nan)


def _size(difference: Floats) -> float:
    """The root mean square over pairs; 0 without any."""
    pairs = difference[np.triu_indices(len(difference), 1)]
    pairs = pairs[np.isfinite(pairs)]
    return float(np.sqrt((pairs**2).mean())) if len(pairs) else 0.0
