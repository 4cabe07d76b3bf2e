r"""Precision, recall, density and coverage: what is real, and what of it is reached.

A sample of N points spans a manifold: the balls about its points x_i that reach as far as
their k-th nearest neighbours, with radii r_i. For reference points x_i with radii r_i and
candidate points y_j with radii s_j,

| figure | formula | sees |
|---|---|---|
| precision | share of y_j in a ball of the reference | events that cannot be |
| recall | share of x_i in a ball of the candidate | events that never come |
| density | mean number of balls of the reference about y_j, over k | the same, without outliers |
| coverage | share of the balls of the reference that hold a y_j | the same, without outliers |

Source: Kynkaanniemi et al., https://arxiv.org/abs/1904.06991 (precision and recall); Naeem et
al., https://arxiv.org/abs/2002.09797 (density and coverage).

Errors are those of both samples: what the share varies by event of the one, and what leaving
out each event of the other changes (jackknife; Efron, Stein,
https://doi.org/10.1214/aos/1176345462), at fixed radii, which makes those of precision and
recall up to twice too large where both samples agree.
"""

from __future__ import annotations

__all__ = ["NEIGHBOURS", "ManifoldScores", "manifold_scores"]

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from .neighbours import blocks, radii
from .results import refuse_few

Points = NDArray[Any]
Floats = NDArray[np.float64]

NEIGHBOURS = 5
_LEAST = 50


class ManifoldScores(NamedTuple):
    """How far two samples fill the same manifold; 1 is ideal for each.

    Attributes:
        precision: Share of the candidate that lies where the reference does.
        recall: Share of the reference that lies where the candidate does.
        density: How densely the reference lies about the candidate; may exceed 1.
        coverage: Share of the reference's balls that hold a candidate.
    """

    precision: Measurement
    recall: Measurement
    density: Measurement
    coverage: Measurement


def manifold_scores(
    reference: Points, candidate: Points, neighbours: int = NEIGHBOURS
) -> ManifoldScores:
    """The four figures of two samples.

    Args:
        reference: Points of the full simulation, with shape (N, F), none undefined.
        candidate: Points of the candidate, with shape (M, F).
        neighbours: k, which sets the size of the balls.

    Raises:
        DataError: A sample has fewer than 50 events.
    """
    refuse_few("precision and recall", _LEAST, len(reference), len(candidate))
    n, m = len(reference), len(candidate)
    reach = radii(reference, neighbours) ** 2, radii(candidate, neighbours) ** 2
    real, reached = _Balls(n, m), _Balls(m, n)
    for rows, squared in blocks(reference, candidate):
        real.add(np.arange(n)[rows], squared <= reach[0][rows, None])
        reached.add_columns(np.arange(n)[rows], squared <= reach[1])
    return ManifoldScores(
        precision=_share(real.around, real.last),
        recall=_share(reached.around, reached.last),
        density=_mean(real.around / neighbours, real.inside * n / (m * neighbours)),
        coverage=_coverage(real.inside, real.around, real.lone),
    )


class _Balls:
    """What is counted of balls, with shape (B,), about points, with shape (P,).

    `inside` is the number of points in each ball and `around` that of balls about each point;
    `last` names the one ball about a point where there is one, `lone` is likewise the one
    point in a ball.
    """

    def __init__(self, balls: int, points: int) -> None:
        self.inside, self.lone = np.zeros(balls), np.zeros(balls)
        self.around, self.last = np.zeros(points), np.zeros(points)

    def add(self, balls: NDArray[np.intp], within: NDArray[np.bool_]) -> None:
        """Some balls about all points, with shape (balls, P)."""
        self.inside[balls] = within.sum(axis=1)
        self.around += within.sum(axis=0)
        self.last += balls.astype(np.float64) @ within
        self.lone[balls] = within @ np.arange(within.shape[1], dtype=np.float64)

    def add_columns(self, points: NDArray[np.intp], within: NDArray[np.bool_]) -> None:
        """All balls about some points, with shape (points, B)."""
        self.inside += within.sum(axis=0)
        self.around[points] = within.sum(axis=1)
        self.last[points] = within @ np.arange(within.shape[1], dtype=np.float64)
        self.lone += points.astype(np.float64) @ within


def _share(around: Floats, last: Floats) -> Measurement:
    """The share of points in any ball."""
    alone = np.bincount(last[around == 1].astype(np.intp), minlength=1)
    return _measured((around > 0).astype(np.float64), alone / len(around))


def _coverage(inside: Floats, around: Floats, lone: Floats) -> Measurement:
    """The share of balls with any point, of which `around` gives the number."""
    alone = np.bincount(lone[inside == 1].astype(np.intp), minlength=len(around))
    return _measured((inside > 0).astype(np.float64), alone / len(inside))


def _mean(values: Floats, by_other: Floats) -> Measurement:
    """A mean over both samples, with shapes (N,) and (M,)."""
    error = np.sqrt(values.var(ddof=1) / len(values) + by_other.var(ddof=1) / len(by_other))
    return Measurement(float(values.mean()), float(error))


def _measured(values: Floats, lost: Floats) -> Measurement:
    """A mean of `values`, of which leaving out events of the other sample takes `lost`."""
    jackknife = float((lost**2).sum())
    error = np.sqrt(values.var(ddof=1) / len(values) + jackknife)
    return Measurement(float(values.mean()), float(error))
