r"""Precision and recall of distributions, as a curve.

Both samples are sorted into the same clusters; with p and q the shares of reference and
candidate in them, the curve is

$$ \alpha(\lambda) = \sum_i \min(\lambda p_i, q_i), \qquad \beta(\lambda) = \alpha / \lambda $$

for lambda from 0 to infinity: a precision alpha that the candidate has together with a recall
beta. A candidate of the same law reaches (1, 1), but for the statistics of the clusters.

The curve is the mean over several clusterings, as k-means depends on its start. Errors come
from drawing the events of each cluster anew (multinomial).

Source: Sajjadi et al., https://arxiv.org/abs/1806.00035
"""

from __future__ import annotations

__all__ = ["PRDCurve", "prd_curve", "prd_from_shares"]

import dataclasses

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from ...distances import Measurement
from .results import refuse_few

Floats = NDArray[np.float64]

_CLUSTERS, _CLUSTERINGS, _ANGLES, _REPEATS = 20, 10, 201, 25
_LEAST = 200
# the published summary: recall eight times more important than precision, and the reverse
_BETA = 8.0


@dataclasses.dataclass(frozen=True)
class PRDCurve:
    """The curve and what sums it up.

    Attributes:
        precision: alpha at each angle, with shape (A,).
        recall: beta at each angle, with shape (A,).
        recall_score: F_8, the largest weighted mean of both that favours recall.
        precision_score: F_1/8, which favours precision.
        area: Area under precision against recall; 1 for a candidate of the same law.
    """

    precision: Floats
    recall: Floats
    recall_score: Measurement
    precision_score: Measurement
    area: Measurement


def prd_curve(
    reference: Floats,
    candidate: Floats,
    seed: int = 0,
    clusters: int = _CLUSTERS,
    clusterings: int = _CLUSTERINGS,
) -> PRDCurve:
    """The curve of two samples.

    Args:
        reference: Points of the full simulation, with shape (N, F), none undefined.
        candidate: Points of the candidate, with shape (M, F).
        seed: Seed of clusterings and errors.
        clusters: Number of clusters.
        clusterings: Number of clusterings to average over.

    Raises:
        DataError: A sample has fewer than 200 events.
    """
    refuse_few("PRD", _LEAST, len(reference), len(candidate))
    rng = np.random.default_rng(seed)
    both = np.concatenate([reference, candidate])
    labels = [_cluster(both, clusters, int(rng.integers(2**31))) for _ in range(clusterings)]
    pairs = [_shares(found, len(reference), clusters) for found in labels]
    sizes = len(reference), len(candidate)
    curve = _mean_curve(pairs)
    redrawn = np.array(
        [_summaries(_mean_curve([_redraw(p, sizes, rng) for p in pairs])) for _ in range(_REPEATS)]
    )
    values, errors = _summaries(curve), redrawn.std(axis=0, ddof=1)
    scores = [Measurement(float(v), float(e)) for v, e in zip(values, errors, strict=True)]
    return PRDCurve(*curve, *scores)


def prd_from_shares(p: Floats, q: Floats, angles: int = _ANGLES) -> tuple[Floats, Floats]:
    """Precision and recall for shares p of the reference and q of the candidate in K clusters.

    >>> precision, recall = prd_from_shares(np.array([0.5, 0.5]), np.array([1.0, 0.0]), 3)
    >>> precision.round(2), recall.round(2)  # all is real, but it is half of what there is
    (array([0.21, 0.5 , 1.  ]), array([0.5 , 0.5 , 0.41]))
    """
    slopes = np.tan(np.linspace(0, np.pi / 2, angles + 2)[1:-1])
    precision = np.minimum(slopes[:, None] * p, q).sum(axis=1)
    return precision.clip(0, 1), (precision / slopes).clip(0, 1)


def _cluster(points: Floats, clusters: int, seed: int) -> NDArray[np.int32]:
    means = MiniBatchKMeans(clusters, n_init=3, batch_size=2048, random_state=seed)
    found: NDArray[np.int32] = means.fit_predict(points)
    return found


def _shares(labels: NDArray[np.int32], n: int, clusters: int) -> tuple[Floats, Floats]:
    """Shares of the first n points and of the others in each cluster."""
    counts = [np.bincount(part, minlength=clusters) for part in np.split(labels, [n])]
    return counts[0] / n, counts[1] / (len(labels) - n)


def _redraw(
    shares: tuple[Floats, Floats], sizes: tuple[int, int], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    p, q = (rng.multinomial(n, s) / n for s, n in zip(shares, sizes, strict=True))
    return p, q


def _mean_curve(pairs: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    curves = np.mean([prd_from_shares(p, q) for p, q in pairs], axis=0)
    return curves[0], curves[1]


def _summaries(curve: tuple[Floats, Floats]) -> Floats:
    """F_8, F_1/8 and the area."""
    precision, recall = curve
    squares = np.array([[_BETA**2], [_BETA**-2]])
    scores = (1 + squares) * precision * recall / (squares * precision + recall + 1e-16)
    return np.array([*scores.max(axis=1), _area(precision, recall)])


def _area(precision: Floats, recall: Floats) -> float:
    """By trapezoids, carried on at both ends to where the other one is zero."""
    order = np.argsort(recall, kind="stable")
    x, y = recall[order], precision[order]
    return float(np.trapezoid(np.r_[y[0], y, 0.0], np.r_[0.0, x, x[-1]]))
