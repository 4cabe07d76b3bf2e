r"""Whether a candidate repeats the events that it was trained on.

Training events and as many test events, which the candidate never saw, are put together. If
both come from one law and the candidate knows no training event by heart, the nearest of them
to a candidate event is a training event as often as a test event: a share of 1/2. A candidate
that repeats training events, whole or nearly, reaches more.

The p-value is exact whatever the law: for each event in the pool, count the candidate events
that it is nearest to; if all are alike, the labels "training" and "test" may be dealt out at
random, which is done many times. (Nearest-neighbour tests: Schilling,
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

from ...distances import Measurement
from .neighbours import Points, nearest
from .results import refuse_few

Floats = NDArray[np.float64]

_LEAST, _DEALS = 100, 2000


@dataclasses.dataclass(frozen=True)
class Memorisation:
    """How near a candidate is to its training events and to others of the same law.

    Attributes:
        share: Candidate events that are nearer to a training than to a test event; 1/2 is ideal.
            The error is that of the share if nothing is memorised.
        p_value: Chance of such a share or a larger one if nothing is memorised.
        copies: Candidate events that equal a training event in every coordinate.
        to_training: Distances from the nearest training event, with shape (M,).
        to_test: Distances from the nearest test event, with shape (M,).
        events: Training events, and as many test events, that were compared with.
    """

    share: Measurement
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
    (seen_at, near), (unseen_at, far) = (nearest(candidate, s) for s in (seen, unseen))
    closer = near < far
    # a tie counts half for either
    weight = np.where(near == far, 0.5, closer.astype(np.float64))
    counts = np.concatenate(
        [
            np.bincount(seen_at, weight, minlength=n),
            np.bincount(unseen_at, 1 - weight, minlength=n),
        ]
    )
    share = float(weight.mean())
    dealt = np.array([rng.permutation(counts)[:n].sum() for _ in range(deals)]) / len(candidate)
    return Memorisation(
        Measurement(share, float(dealt.std(ddof=1))),
        p_value=float((1 + (dealt >= share - 1e-12).sum()) / (1 + deals)),
        copies=int((near == 0).sum()),
        to_training=near,
        to_test=far,
        events=n,
    )
