r"""What scores say: area under the ROC curve, calibrated divergence, and their errors.

For scores x of n reference and y of m candidate events, the area is the chance that a
candidate event is scored higher than a reference event, ties counting half:

    AUC = 1/(n m) sum_ij [ 1(x_i < y_j) + 1/2 1(x_i = y_j) ].

Its variance is Var(V)/n + Var(W)/m with V_i the fraction of candidate events above x_i and
W_j the fraction of reference events below y_j (DeLong et al., https://doi.org/10.2307/2531595;
by ranks in n log n, Sun and Xu, https://doi.org/10.1109/LSP.2014.2337313).

With p the calibrated probability of the right answer, 1 + mean(log2 p) bounds the
Jensen-Shannon divergence of the two distributions from below, in bits: 0 if nothing can be
told, 1 if everything. With too few events to learn from it comes out negative.
"""

from __future__ import annotations

__all__ = ["Scores", "area", "calibrate", "combine", "divergence", "roc_area"]

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.isotonic import IsotonicRegression

from ..distances import Measurement

Floats = NDArray[np.float64]


class Scores(NamedTuple):
    """What one trained judge reached on its test set."""

    auc: Measurement
    jsd: Measurement


def area(reference: NDArray[Any], candidate: NDArray[Any]) -> float:
    """The area under the ROC curve of scores with shapes (n,) and (m,).

    >>> area(np.array([1, 2, 3]), np.array([2, 4]))
    0.75
    """
    n, m = len(reference), len(candidate)
    ranks = rankdata(np.concatenate([reference, candidate]))
    return float((ranks[n:].sum() - m * (m + 1) / 2) / (n * m))


def roc_area(reference: NDArray[Any], candidate: NDArray[Any]) -> Measurement:
    """The area with DeLong's error, of scores with shapes (n,) and (m,), each at least two.

    Where a sample of this size cannot resolve any overlap, the error is that of one event
    among the fewer: 1 / (2 min(n, m)).
    """
    n, m = len(reference), len(candidate)
    ranks = rankdata(np.concatenate([reference, candidate]))
    above = 1 - (ranks[:n] - rankdata(reference)) / m
    below = (ranks[n:] - rankdata(candidate)) / n
    variance = np.var(above, ddof=1) / n + np.var(below, ddof=1) / m
    return Measurement(float(below.mean()), max(float(np.sqrt(variance)), 0.5 / min(n, m)))


def calibrate(scores: Floats, labels: NDArray[Any], new: Floats) -> Floats:
    """Probabilities of new scores, by the isotonic regression of labels on scores.

    M scores cannot tell a probability below 1 / (M + 2) from zero (Laplace), hence these
    limits, without which a single wrong answer would make the divergence infinite.

    Args:
        scores: Scores to learn from, with shape (M,).
        labels: Their labels, 0 or 1, with shape (M,).
        new: Scores to give a probability, with shape (K,).

    Source: Zadrozny, Elkan, https://doi.org/10.1145/775047.775151
    """
    least = 1 / (len(scores) + 2)
    curve = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    return np.asarray(curve.fit(scores, labels).predict(new), np.float64)


def divergence(right: Floats) -> Measurement:
    """The divergence in bits, from the probabilities of the right answers, with shape (K,).

    >>> divergence(np.array([0.5, 0.5]))
    Measurement(value=0.0, error=0.0)
    """
    bits = 1 + np.log2(right)
    return Measurement(float(bits.mean()), float(bits.std(ddof=1) / np.sqrt(len(bits))))


def combine(rounds: Sequence[Sequence[Measurement]]) -> Measurement:
    """The mean of many trainings, with the error of their test sets and of their spread.

    Test sets within a round are disjoint, so their errors shrink with their number; those of
    different rounds hold the same events and do not help each other. To this is added what
    the trainings spread beyond the errors of their test sets, over the number of trainings.

    >>> combine([[Measurement(0.5, 0.3), Measurement(0.5, 0.4)]])
    Measurement(value=0.5, error=0.25)
    """
    every = [measured for several in rounds for measured in several]
    values = np.array([measured.value for measured in every])
    squares = np.array([measured.error**2 for measured in every])
    tests = np.mean([sum(m.error**2 for m in several) / len(several) ** 2 for several in rounds])
    spread = np.var(values, ddof=1) if len(values) > 1 else 0.0
    beyond = max(float(spread - squares.mean()), 0.0)
    return Measurement(float(values.mean()), float(np.sqrt(tests + beyond / len(values))))
