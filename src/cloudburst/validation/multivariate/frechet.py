r"""The Frechet physics distance: how far two samples are in their means and covariances.

Each coordinate is divided by the largest absolute value of the reference. For means mu and
covariances C of two samples,

$$ d^2 = |\mu_1 - \mu_2|^2 + \mathrm{tr}(C_1 + C_2 - 2 (C_1 C_2)^{1/2}), $$

which is too large for finite samples by a term in 1/N. It is therefore averaged over batches
of several sizes N, drawn with replacement, and the value is the intercept of a straight line
in 1/N, not below zero (Kansal et al., https://arxiv.org/abs/2211.10295; Chong, Forsyth,
https://arxiv.org/abs/1911.07023).

The field's figures come from the program JetNet, whose search for that line stops where a
small distance hardly changes any more: at the published sizes the line stays flat, and the
figure is about the mean over the batches. `published_line` does the same, so that figures
compare; `best_line` is the line itself.

The published sizes, 10,000 to 50,000 events, need samples of 50,000. With fewer, all are
scaled alike, and figures compare only with others of one sample size.
"""

from __future__ import annotations

__all__ = [
    "BatchSizes",
    "Line",
    "best_line",
    "frechet_distance",
    "frechet_physics_distance",
    "normalise",
    "published_line",
]

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from ...distances import Measurement
from .results import refuse_few

Floats = NDArray[np.float64]
Line = Callable[[Floats, Floats], Measurement]

_SMALLEST, _LARGEST = 10_000, 50_000


@dataclasses.dataclass(frozen=True)
class BatchSizes:
    """Sizes of the batches over which the distance is extrapolated.

    Attributes:
        smallest: Events in the smallest batches.
        largest: Events in the largest batches.
        points: Number of sizes, equally spaced in 1/N.
        batches: Number of batches of each size.
    """

    smallest: int = _SMALLEST
    largest: int = _LARGEST
    points: int = 10
    batches: int = 20

    @classmethod
    def scaled(cls, n: int) -> BatchSizes:
        """The published sizes, all scaled down alike for samples of fewer than 50,000 events.

        >>> BatchSizes.scaled(5000)
        BatchSizes(smallest=1000, largest=5000, points=10, batches=20)
        """
        share = min(1.0, n / _LARGEST)
        return cls(round(share * _SMALLEST), round(share * _LARGEST))

    @property
    def note(self) -> str:
        """What departs from the published sizes; "" for nothing."""
        if (self.smallest, self.largest) == (_SMALLEST, _LARGEST):
            return ""
        return (
            f"extrapolated from batches of {self.smallest:,} to {self.largest:,} events, "
            f"published: {_SMALLEST:,} to {_LARGEST:,}"
        )

    def sizes(self) -> NDArray[np.int64]:
        """All sizes, the smallest first, with shape (points,)."""
        inverse = np.linspace(1 / self.smallest, 1 / self.largest, self.points)
        return (1 / inverse).astype(np.int64)


def normalise(reference: Floats, candidate: Floats) -> tuple[Floats, Floats]:
    """Both samples over the largest absolute values of the reference's columns."""
    largest = np.abs(reference).max(axis=0)
    largest[largest == 0] = 1.0
    return reference / largest, candidate / largest


def frechet_distance(x: Floats, y: Floats, weights: tuple[Floats, Floats] | None = None) -> float:
    """The squared Frechet distance of two samples as they are.

    Args:
        x: Reference, with shape (N, F).
        y: Candidate, with shape (M, F).
        weights: How often each event counts, with shapes (N,) and (M,); once if not given.

    >>> a = np.array([[0.0], [2.0]])
    >>> frechet_distance(a, 2 * a + 1)  # means 1 and 3, deviations sqrt 2 and 2 sqrt 2
    6.0
    """
    first, second = weights or (None, None)
    (mean_x, cov_x), (mean_y, cov_y) = _moments(x, first), _moments(y, second)
    values, vectors = np.linalg.eigh(cov_x)
    root = vectors * np.sqrt(values.clip(0))
    # the square root of C1 C2 has the trace of that of R^T C2 R with C1 = R R^T
    inner = np.linalg.eigvalsh(root.T @ cov_y @ root)
    trace = np.trace(cov_x) + np.trace(cov_y) - 2 * np.sqrt(inner.clip(0)).sum()
    return float(((mean_x - mean_y) ** 2).sum() + trace)


def published_line(x: Floats, y: Floats) -> Measurement:
    """Intercept of a straight line through points of shape (P,), as far as JetNet seeks it."""
    found, covariance = optimize.curve_fit(
        lambda at, intercept, slope: intercept + slope * at, x, y, bounds=(0, np.inf)
    )
    return Measurement(float(found[0]), float(np.sqrt(covariance[0, 0])))


def best_line(x: Floats, y: Floats) -> Measurement:
    """Intercept of the best straight line with neither intercept nor slope below zero.

    >>> best_line(np.array([0.1, 0.2, 0.3]), np.array([1.2, 1.4, 1.6])).value.__round__(12)
    1.0
    """
    design = np.stack([np.ones_like(x), x], axis=1)
    found, residual = optimize.nnls(design, y)
    covariance = np.linalg.inv(design.T @ design) * residual**2 / (len(x) - 2)
    return Measurement(float(found[0]), float(np.sqrt(covariance[0, 0])))


def frechet_physics_distance(
    reference: Floats,
    candidate: Floats,
    sizes: BatchSizes | None = None,
    seed: int = 42,
    line: Line = published_line,
) -> Measurement:
    """The extrapolated distance, with the error of the straight line.

    Args:
        reference: Observables of the full simulation, with shape (N, F), none undefined.
        candidate: The same of the candidate, with shape (M, F).
        sizes: Sizes of the batches; the published ones, scaled if there are too few events.
        seed: Seed of the batches.
        line: How the intercept is found.

    Raises:
        DataError: A sample has fewer than ten events for each column.

    Source: Kansal et al., https://arxiv.org/abs/2211.10295
    """
    n = min(len(reference), len(candidate))
    refuse_few("FPD", 10 * reference.shape[1], n)
    sizes = sizes or BatchSizes.scaled(n)
    x, y = normalise(reference, candidate)
    rng = np.random.default_rng(seed)
    numbers = sizes.sizes()
    means = [np.mean([_drawn(x, y, k, rng) for _ in range(sizes.batches)]) for k in numbers]
    return line(1 / numbers, np.array(means))


def _drawn(x: Floats, y: Floats, size: int, rng: np.random.Generator) -> float:
    """The distance of a batch of each sample."""
    first, second = rng.integers(0, len(x), size), rng.integers(0, len(y), size)
    return frechet_distance(x[first], y[second])


def _moments(x: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Mean and covariance of columns."""
    if weights is None:
        weights = np.ones(len(x))
    total = weights.sum()
    mean = weights @ x / total
    centred = x - mean
    return mean, (centred * weights[:, None]).T @ centred / (total - 1)
