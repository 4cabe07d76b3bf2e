r"""Whether a candidate repeats the events that it was trained on.

Training events and as many test events, which the candidate never saw, are put together. If
both come from one law and the candidate knows no training event by heart, the nearest of them
to a candidate event is a training event as often as a test event: a share of 1/2. A candidate
that repeats training events, whole or nearly, reaches more. Where it repeats only a few, they
are among those that are nearest to one event and far from the next: the same share is also
taken of the *suspects*, the tenth and the hundredth of the candidate events with the smallest
ratio of the distances from the nearest and the second nearest event of the pool.

The p-value is exact whatever the law: for each event in the pool, count the candidate events
that it is nearest to; if all are alike, the labels "training" and "test" may be dealt out at
random, which is done many times. Of the three shares the most unlikely one counts, and is
compared with the most unlikely one of each deal. (Nearest-neighbour tests: Schilling,
https://doi.org/10.1080/01621459.1986.10478337; data copying: Meehan, Chaudhuri, Dasgupta,
https://arxiv.org/abs/2004.05675.)

The candidate must not have been made at the conditions of these test events: they would then
be nearer to it than others, and hide copies of training events.
"""

from __future__ import annotations

__all__ = ["Memorisation", "memorisation"]

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...distances import Measurement
from .neighbours import Points, nearest
from .results import refuse_few

Floats = NDArray[np.float64]

_LEAST, _DEALS = 100, 2000
# all candidate events, and the shares of them that are suspects
_SHARES = (1.0, 0.1, 0.01)


@dataclasses.dataclass(frozen=True)
class Memorisation:
    """How near a candidate is to its training events and to others of the same law.

    Attributes:
        share: Candidate events that are nearer to a training than to a test event; 1/2 is ideal.
            The error is that of the share if nothing is memorised.
        suspects: The same of the tenth that are nearest to one event and far from the next.
        p_value: Chance of shares that are as unlikely if nothing is memorised.
        copies: Candidate events that equal a training event in every coordinate.
        to_training: Distances from the nearest training event, with shape (M,).
        to_test: Distances from the nearest test event, with shape (M,).
        events: Training events, and as many test events, that were compared with.
    """

    share: Measurement
    suspects: Measurement
    p_value: float
    copies: int
    to_training: Floats
    to_test: Floats
    events: int


def memorisation(
    training: Points, test: Points, candidate: Points, seed: int = 0, deals: int = _DEALS
) -> Memorisation:
    """Compares the distances from training and from test events.

    Of the larger sample only as many events are taken as the smaller one has.

    Args:
        training: Events that the candidate was trained on, with shape (N, F).
        test: Events of the same law that it never saw, with shape (K, F).
        candidate: Events to judge, at other conditions than the test events, with shape (M, F).
        seed: Seed of the events that are taken and of the labels.
        deals: How often labels are dealt out.

    Raises:
        DataError: A sample has fewer than 100 events.
    """
    refuse_few("a memorisation test", _LEAST, len(training), len(test), len(candidate))
    rng = np.random.default_rng(seed)
    n = min(len(training), len(test))
    seen, unseen = (s[np.sort(rng.permutation(len(s))[:n])] for s in (training, test))
    found = [nearest(candidate, points, 2) for points in (seen, unseen)]
    near, far = (distance[:, 0] for _, distance in found)
    counts = _Counts(n, *found)
    ordered = np.argsort(counts.ratio, kind="stable")
    groups = [ordered[: max(1, round(q * len(candidate)))] for q in _SHARES]
    table = np.stack([counts.of(rows) for rows in groups], axis=1)
    dealt = np.array([rng.permutation(table)[:n].sum(axis=0) for _ in range(deals)])
    shares = np.concatenate([table[:n].sum(axis=0)[None], dealt]) / table.sum(axis=0)
    every, suspects, _ = (
        Measurement(float(column[0]), float(column[1:].std(ddof=1))) for column in shares.T
    )
    copies = int((near == 0).sum())
    return Memorisation(every, suspects, _chance(shares), copies, near, far, n)


class _Counts:
    """Which of 2 n pooled events, training events first, is nearest to each candidate event."""

    def __init__(
        self,
        n: int,
        seen: tuple[NDArray[np.intp], Floats],
        unseen: tuple[NDArray[np.intp], Floats],
    ) -> None:
        self.n = n
        self.seen, self.unseen = seen[0][:, 0], unseen[0][:, 0]
        near, far = seen[1][:, 0], unseen[1][:, 0]
        # a tie counts half for either
        self.weight = np.where(near == far, 0.5, (near < far).astype(np.float64))
        pool = np.sort(np.concatenate([seen[1], unseen[1]], axis=1), axis=1)
        self.ratio = pool[:, 0] / np.maximum(pool[:, 1], np.finfo(np.float64).tiny)

    def of(self, rows: NDArray[np.intp]) -> Floats:
        """How many of some candidate events each pooled event is nearest to, with shape (2 n,)."""
        weight = self.weight[rows]
        sides = ((self.seen, weight), (self.unseen, 1 - weight))
        return np.concatenate([np.bincount(at[rows], w, minlength=self.n) for at, w in sides])


def _chance(shares: Floats) -> float:
    """The chance of the first row, with shape (deals + 1, S), by its most unlikely share."""
    # how many rows are as large, for each entry
    larger = stats.rankdata(-np.round(shares, 12), method="max", axis=0)
    smallest = larger.min(axis=1)
    return float((smallest <= smallest[0]).mean())
