r"""How many events of full simulation a candidate is worth.

Even full simulation is some distance from itself, the larger the fewer events there are. With
A one half of the reference and B_n any n events of the other half, the curve

$$ f(n) = \mathrm{E}\, d(A, B_n) $$

falls with n. A candidate C of as many events as A, at the distance d(A, C), is worth the n
where f(n) = d(A, C): so few events of full simulation would represent it just as badly. More
candidate events do not help beyond that. If d(A, C) is not above the end of the curve, the
candidate is worth at least as many events as there were to compare with.

The distance is that of Kolmogorov and Smirnov, of one observable, or its mean over all.
"""

from __future__ import annotations

__all__ = ["Worth", "worth_of"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from .results import refuse_few

Floats = NDArray[np.float64]

_LEAST, _POINTS, _SMALLEST = 100, 14, 20
_DRAWS, _REPEATS = 20, 25


@dataclasses.dataclass(frozen=True)
class Worth:
    """How many events of full simulation a candidate is worth.

    Attributes:
        names: The observables, with length F.
        sizes: Numbers n of events of full simulation, with shape (S,).
        curve: Mean distance of n events of full simulation, with shape (S,).
        curve_error: Its spread from draw to draw, with shape (S,).
        measured: Mean distance of the candidate.
        worth: n at which the curve is at that distance; the largest size if it is beyond.
        low: The same, with the distance one error larger.
        high: The same, with the distance one error smaller.
        by_observable: The worth by each observable alone, with shape (F,).
    """

    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    curve: Floats
    curve_error: Floats
    measured: Measurement
    worth: float
    low: float
    high: float
    by_observable: Floats

    @property
    def at_least(self) -> bool:
        """Whether the worth is only a lower limit: there was no more full simulation."""
        return bool(self.worth >= self.sizes[-1])


def worth_of(
    names: tuple[str, ...],
    reference: Floats,
    other: Floats,
    candidate: Floats,
    seed: int = 0,
    draws: int = _DRAWS,
) -> Worth:
    """What a candidate is worth by the mean of all observables and by each.

    Args:
        names: The observables.
        reference: Half of the full simulation, with shape (N, F); NaN where undefined.
        other: The other half, of which n events are drawn, with shape (M, F).
        candidate: Events to judge, with shape (M, F).
        seed: Seed of the draws and of the error.
        draws: Number of draws for each n.

    Raises:
        DataError: A sample has fewer than 100 events.

    Source: the idea, that a model is worth as many events as make full simulation equally
    wrong, is that of the CMS HGCal challenge.
    """
    refuse_few("a worth in events", _LEAST, len(reference), len(other), len(candidate))
    rng = np.random.default_rng(seed)
    yardsticks = [_Yardstick(column) for column in reference.T]
    sizes = np.unique(np.geomspace(_SMALLEST, len(other), _POINTS).round().astype(np.int64))
    drawn = np.array([_draws(yardsticks, other, int(n), draws, rng) for n in sizes])
    by_size, means = drawn.mean(axis=1), drawn.mean(axis=2)
    measured = _distances(yardsticks, candidate)
    redrawn = [
        _distances(yardsticks, candidate[rng.integers(len(candidate), size=len(candidate))]).mean()
        for _ in range(_REPEATS)
    ]
    found = Measurement(float(measured.mean()), float(np.std(redrawn, ddof=1)))
    curve = means.mean(axis=1)
    worth, low, high = (_crossing(sizes, curve, found.value + k * found.error) for k in (0, 1, -1))
    alone = [_crossing(sizes, c, d) for c, d in zip(by_size.T, measured, strict=True)]
    spread = means.std(axis=1, ddof=1)
    return Worth(names, sizes, curve, spread, found, worth, low, high, np.array(alone))


class _Yardstick:
    """One observable of the reference, sorted once; undefined counts as larger than any."""

    def __init__(self, values: Floats) -> None:
        self.sorted = np.sort(np.nan_to_num(values, nan=np.inf))

    def __call__(self, sample: Floats) -> float:
        """The Kolmogorov-Smirnov distance of a sample, with shape (n,)."""
        y = np.sort(np.nan_to_num(sample, nan=np.inf))
        n, m = len(self.sorted), len(y)
        # both steps only change where either has a value; those of the sample are fewer
        below = np.searchsorted(self.sorted, y, side="left") / n
        upto = np.searchsorted(self.sorted, y, side="right") / n
        first = np.searchsorted(y, y, side="left") / m
        last = np.searchsorted(y, y, side="right") / m
        return float(max(np.abs(below - first).max(), np.abs(upto - last).max()))


def _distances(yardsticks: list[_Yardstick], sample: Floats) -> Floats:
    return np.array([y(c) for y, c in zip(yardsticks, sample.T, strict=True)])


def _draws(
    yardsticks: list[_Yardstick], other: Floats, n: int, draws: int, rng: np.random.Generator
) -> Floats:
    """Distances of n events, with shape (draws, F)."""
    return np.array(
        [_distances(yardsticks, other[rng.permutation(len(other))[:n]]) for _ in range(draws)]
    )


def _crossing(sizes: NDArray[np.int64], curve: Floats, distance: float) -> float:
    """n where the falling curve is at a distance, by straight lines in logarithms.

    Above the curve's start, it is continued as 1 / sqrt(n), down to a single event.
    """
    falling = np.minimum.accumulate(np.maximum(curve, 1e-12))
    if distance >= falling[0]:
        return float(max(1.0, sizes[0] * (falling[0] / distance) ** 2))
    logs = np.log(falling)[::-1], np.log(sizes.astype(np.float64))[::-1]
    return float(np.exp(np.interp(np.log(max(distance, 1e-12)), *logs)))
