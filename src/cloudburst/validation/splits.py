"""Random halves of a reference, and candidate events to compare with them.

The distance of a candidate from half a reference means something beside the distance of the
other half only if both are drawn alike. A candidate is often made at the very conditions of
the reference; then it would share them with the half it is compared with, and its incident
energies would agree better than those of two independent samples. Hence, where it can be,
the candidate events are those at the conditions of the *other* half.
"""

from __future__ import annotations

__all__ = ["Split", "resample", "split_randomly", "used_only"]

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..events import Events

Indices = NDArray[np.intp]


class Split(NamedTuple):
    """Events to compare, as indices, each with shape (n,).

    Attributes:
        reference: One half of the reference.
        other: The other half, which sets the floor.
        candidate: Events of the candidate.
    """

    reference: Indices
    other: Indices
    candidate: Indices


def split_randomly(reference: Events, candidate: Events, rng: np.random.Generator) -> Split:
    """Two disjoint halves of the reference and as many candidate events, none twice.

    All three have min(len(reference) // 2, len(candidate)) events.
    """
    n = min(len(reference) // 2, len(candidate))
    half, other = rng.permutation(len(reference))[: 2 * n].reshape(2, n)
    order = rng.permutation(len(candidate))
    matched = _match(reference.conditions[other], candidate.conditions[order])
    return Split(half, other, order[:n] if matched is None else order[matched])


def used_only(candidate: Events, splits: Sequence[Split]) -> tuple[Events, list[Split]]:
    """The candidate events that any split uses, and the splits as indices into those."""
    used, places = np.unique([split.candidate for split in splits], return_inverse=True)
    rows = places.reshape(len(splits), -1)
    renumbered = [s._replace(candidate=row) for s, row in zip(splits, rows, strict=True)]
    return candidate[used], renumbered


def resample(splits: Sequence[Split], rng: np.random.Generator) -> list[Split]:
    """The splits of a resampled reference and candidate: every event k times, k ~ Poisson(1).

    An event is there equally often in all splits, so that a mean over splits varies as much
    as it would for fresh events; and never in two samples of one split.

    Source: Chamandy et al., "Estimating uncertainty for massive data streams", Google, 2012
    """
    size = 1 + max(int(max(s.reference.max(), s.other.max())) for s in splits)
    reference = rng.poisson(1.0, size)
    candidate = rng.poisson(1.0, 1 + max(int(s.candidate.max()) for s in splits))
    return [
        Split(
            _repeat(s.reference, reference),
            _repeat(s.other, reference),
            _repeat(s.candidate, candidate),
        )
        for s in splits
    ]


def _repeat(index: Indices, times: NDArray[np.int64]) -> Indices:
    repeated = np.repeat(index, times[index])
    # all of very few events may be drawn zero times
    return repeated if len(repeated) else index


def _match(wanted: NDArray[Any], offered: NDArray[Any]) -> Indices | None:
    """A row of `offered` for each row of `wanted`, none twice; None if there are not enough."""
    _, group = np.unique(np.concatenate([wanted, offered]), axis=0, return_inverse=True)
    group = group.ravel()
    wanted_keys, offered_keys = (
        part * len(group) + _occurrence(part) for part in np.split(group, [len(wanted)])
    )
    order = np.argsort(offered_keys)
    place = np.searchsorted(offered_keys[order], wanted_keys)
    found = order[np.minimum(place, len(order) - 1)]
    return found if np.array_equal(offered_keys[found], wanted_keys) else None


def _occurrence(group: Indices) -> Indices:
    """How many equal entries stand before each entry, with shape (N,)."""
    order = np.argsort(group, kind="stable")
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    occurrence = np.empty_like(group)
    occurrence[order] = np.arange(len(group)) - np.repeat(first, size)
    return occurrence
