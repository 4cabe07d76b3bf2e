"""Events of both samples under the same conditions, to look at side by side.

Distances between conditions are differences of their ranks in the reference, so that neither the
unit of a condition nor the form of its spectrum counts. Chekalina et al.,
https://arxiv.org/abs/1812.01319, figure 3, show such pairs.
"""

from __future__ import annotations

__all__ = ["leading_condition", "matched_pairs"]

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ..errors import ConditionError
from ..events import Events

Floats = NDArray[np.float64]

# quantiles of the leading condition at which events are shown
_QUANTILES = (0.08, 0.35, 0.65, 0.95)


def matched_pairs(
    reference: Events, candidate: Events, wanted: Sequence[Mapping[str, float]] = ()
) -> tuple[Events, Events]:
    """Reference events near the conditions that are wanted, and the candidate events nearest them.

    Args:
        reference: Events of the full simulation.
        candidate: Events of the same conditions to choose from.
        wanted: For each pair, values of conditions by name, each in its unit; those not named
            may be anything. If left out, four values over the range of the leading condition.

    Raises:
        ConditionError: A condition has no such name, or not as many pairs are to be had.
    """
    columns = reference.detector.conditions
    ranks = np.stack([_ranks(c, c) for c in reference.conditions.T], axis=1)
    if wanted:
        chosen = _nearest(reference, ranks, wanted)
    else:
        column = reference.detector.condition_index(leading_condition(reference))
        order = np.argsort(reference.conditions[:, column], kind="stable")
        chosen = order[[round(q * (len(order) - 1)) for q in _QUANTILES]]
    theirs = np.stack(
        [
            _ranks(reference.conditions[:, i], candidate.conditions[:, i])
            for i in range(len(columns))
        ],
        axis=1,
    )
    away = np.square(ranks[chosen, None] - theirs[None]).sum(axis=2)
    return reference[chosen], candidate[_distinct(away)]


def _distinct(away: Floats) -> NDArray[np.intp]:
    """For each row (P, N) the nearest of those that no row before has taken, while there are."""
    taken: list[int] = []
    for row in away:
        open_ones = np.ones(len(row), np.bool_)
        open_ones[taken] = len(taken) >= len(row)
        taken.append(int(np.argmin(np.where(open_ones, row, np.inf))))
    return np.array(taken, np.intp)


def leading_condition(events: Events) -> str:
    """The condition whose ranks go most closely with those of the total signal."""
    total = events.flat().sum(axis=1, dtype=np.float64)
    strength = [_correlation(column, total) for column in events.conditions.T]
    return events.detector.conditions[int(np.argmax(strength))].name


def _correlation(column: NDArray[np.float32], total: Floats) -> float:
    if np.ptp(column) == 0 or np.ptp(total) == 0:
        return 0.0
    return abs(float(stats.spearmanr(column, total).statistic))


def _ranks(known: NDArray[np.float32], values: NDArray[np.float32]) -> Floats:
    """Which share of what is known lies below each value, from 0 to 1, between them linear."""
    steps, count = np.unique(known, return_counts=True)
    ranks = (np.cumsum(count) - count / 2) / len(known)
    return np.interp(values, steps, ranks)


def _nearest(
    events: Events, ranks: Floats, wanted: Sequence[Mapping[str, float]]
) -> NDArray[np.intp]:
    """The number of an event near each of the wanted conditions, none twice."""
    if len(wanted) > len(events):
        raise ConditionError(f"{len(wanted)} pairs cannot be chosen out of {len(events)} events")
    left = np.ones(len(events), np.bool_)
    found = []
    for conditions in wanted:
        away = np.zeros(len(events))
        for name, value in conditions.items():
            column = events.detector.condition_index(name)
            known = events.conditions[:, column]
            there = _ranks(known, np.array([value], known.dtype))[0]
            away += np.square(ranks[:, column] - there)
        found.append(int(np.argmin(np.where(left, away, np.inf))))
        left[found[-1]] = False
    return np.array(found, np.intp)
