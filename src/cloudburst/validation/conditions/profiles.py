"""Every observable against every condition: mean, width, tails and distances by bin."""

from __future__ import annotations

__all__ = ["Profile", "profiled_observables", "profiles"]

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...detector import Detector
from ...events import Events
from ...observables import Observable, has_response, observables_for, response
from ..splits import Split, split_randomly
from ..trends import Trend, trend
from .bins import ConditionBins, condition_bins
from .distances import Binned, BinnedDistance, binned_distance, weighted_ks, weighted_separation
from .tails import Tails, tails

Floats = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]


@dataclasses.dataclass(frozen=True)
class Profile:
    """One observable against one condition, in both samples.

    Attributes:
        observable: The observable.
        bins: Bins of the condition.
        reference: Mean and width in the full simulation, in the observable's unit.
        candidate: The same of the candidate.
        reference_tails: 1 % and 99 % quantiles in the full simulation.
        candidate_tails: The same of the candidate.
        ks: Distance of Kolmogorov and Smirnov.
        separation: Separation power.
        extrapolated: Which bins lie beyond the conditions of the training, with shape (B,).
        lost: Candidate events beyond all bins.
    """

    observable: Observable
    bins: ConditionBins
    reference: Trend
    candidate: Trend
    reference_tails: Tails
    candidate_tails: Tails
    ks: BinnedDistance
    separation: BinnedDistance
    extrapolated: NDArray[np.bool_]
    lost: int

    @property
    def name(self) -> str:
        """The observable and the condition, as "Etot against energy"."""
        return f"{self.observable.name} against {self.bins.condition.name}"

    @property
    def worst_ratio(self) -> float:
        """The largest of the Kolmogorov-Smirnov distances over the mean floor; NaN if none."""
        floor = self.ks.floor[np.isfinite(self.ks.floor)]
        if not len(floor):
            return float("nan")
        largest, usual = float(np.nanmax(self.ks.value)), float(floor.mean())
        if usual > 0:
            return largest / usual
        return float("inf") if largest > 0 else 1.0


def profiled_observables(detector: Detector) -> tuple[Observable, ...]:
    """The detector's observables, and the response where it has one."""
    found = observables_for(detector)
    names = {observable.name for observable in found}
    if has_response(detector) and "response" not in names:
        found += (response(detector),)
    return found


def profiles(
    reference: Events,
    candidate: Events,
    observables: Sequence[Observable] | None = None,
    trained: Ranges | None = None,
    bins: int = 8,
    seed: int = 0,
    splits: int = 2,
    repeats: int = 20,
    progress: Callable[[str], Any] | None = None,
) -> tuple[Profile, ...]:
    """All observables against all conditions, condition by condition.

    Args:
        reference: Events of the full simulation that the candidate never saw.
        candidate: Events to judge, with the same readouts and conditions.
        observables: What to look at; `profiled_observables` if not given.
        trained: Lowest and highest value in the training, by condition, in its unit.
        bins: Number of bins of a condition.
        seed: Seed of the halves and of the resampling.
        splits: Number of halvings of the reference for distances.
        repeats: Number of resamplings for their errors, at least two.
        progress: Called with the name of each profile before it is made.

    Raises:
        DataError: There are no reference events.
    """
    if observables is None:
        observables = profiled_observables(reference.detector)
    made = _Maker(reference, candidate, seed, splits, repeats)
    return tuple(made.profiles(observables, trained or {}, bins, progress or (lambda text: None)))


class _Maker:
    """What all profiles share."""

    def __init__(
        self, reference: Events, candidate: Events, seed: int, splits: int, repeats: int
    ) -> None:
        rng = np.random.default_rng(seed)
        self.samples = reference, candidate
        self.splits: list[Split] = [
            split_randomly(reference, candidate, rng) for _ in range(splits)
        ]
        first, second = (
            np.concatenate([np.ones((1, len(e))), rng.poisson(1.0, (repeats, len(e)))])
            for e in self.samples
        )
        self.weights = first, second

    def profiles(
        self,
        observables: Sequence[Observable],
        trained: Ranges,
        bins: int,
        progress: Callable[[str], Any],
    ) -> Iterator[Profile]:
        values = {o.name: [o(events) for events in self.samples] for o in observables}
        for condition in self.samples[0].detector.conditions:
            along = condition_bins(condition, self.samples[0].condition(condition.name), bins)
            low, high = trained.get(condition.name, (-np.inf, np.inf))
            beyond = along.outside(low, high)
            places = [along.places(events.condition(condition.name)) for events in self.samples]
            for observable in observables:
                progress(f"{observable.name} against {condition.name}")
                pair = [
                    Binned(*both) for both in zip(values[observable.name], places, strict=True)
                ]
                yield self._profile(observable, along, beyond, pair)

    def _profile(
        self,
        observable: Observable,
        bins: ConditionBins,
        extrapolated: NDArray[np.bool_],
        pair: Sequence[Binned],
    ) -> Profile:
        trends = [_trend(one, bins) for one in pair]
        beyond = [tails(one.places, one.values, bins.size) for one in pair]
        ks, separation = (
            binned_distance(d, pair[0], pair[1], bins.size, self.splits, self.weights)
            for d in (weighted_ks, weighted_separation)
        )
        return Profile(
            observable, bins, trends[0], trends[1], beyond[0], beyond[1], ks, separation,
            extrapolated, int((pair[1].places < 0).sum()),
        )  # fmt: skip


def _trend(one: Binned, bins: ConditionBins) -> Trend:
    edges = np.arange(bins.size + 1) - 0.5
    return trend(one.places, one.values, edges)._replace(centers=bins.centers)
