"""Two-sample metrics: how far a candidate is from a reference, with an error."""

from __future__ import annotations

__all__ = ["MIN_EVENTS", "Marginal", "Metric", "standard_metrics"]

import abc
import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..distances import Distance, Measurement, bootstrap, normalized_wasserstein, separation
from ..errors import DataError
from ..events import Events
from ..observables import Observable, has_response, observables_for, response

MIN_EVENTS = 20


class Metric(abc.ABC):
    """A distance between two samples of events; smaller is better.

    What has to be computed of each event is computed once, by `prepare`; `compare` then
    works on any rows of it, so that samples are split and resampled at no cost.
    """

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """What reports call it."""

    @abc.abstractmethod
    def prepare(self, events: Events) -> NDArray[Any]:
        """What is compared, one event a row, with shape (N, ...)."""

    @abc.abstractmethod
    def compare(self, reference: NDArray[Any], candidate: NDArray[Any]) -> float:
        """The distance of two prepared samples, with shapes (N, ...) and (M, ...)."""

    def __call__(
        self, reference: Events, candidate: Events, rng: np.random.Generator
    ) -> Measurement:
        """The distance of two samples of events with its bootstrap error.

        Raises:
            DataError: A sample has fewer than `MIN_EVENTS` events.
        """
        if min(len(reference), len(candidate)) < MIN_EVENTS:
            raise DataError(
                f"'{self.name}' needs {MIN_EVENTS} events in each sample, got "
                f"{len(reference)} of the reference and {len(candidate)} of the candidate"
            )
        return bootstrap(self.compare, self.prepare(reference), self.prepare(candidate), rng)


@dataclasses.dataclass(frozen=True)
class Marginal(Metric):
    """The distance between the distributions of one observable, undefined values included.

    Attributes:
        observable: What is compared.
        distance: A named function of two samples of it, which may hold NaN.
    """

    observable: Observable
    distance: Distance = separation

    @property
    def name(self) -> str:
        """The observable and the distance, as "Etot:separation"."""
        return f"{self.observable.name}:{self.distance.__name__}"

    def prepare(self, events: Events) -> NDArray[np.float64]:
        """The observable's values in its unit, with shape (N,)."""
        return self.observable(events)

    def compare(self, reference: NDArray[Any], candidate: NDArray[Any]) -> float:
        """The distance of two samples of the observable, with shapes (N,) and (M,)."""
        return self.distance(reference, candidate)


def standard_metrics(detector: Detector) -> tuple[Metric, ...]:
    """Separation and normalised Wasserstein distance of each observable of a detector.

    The response is among them where it is defined: the incident energies hide in the total
    energy what a candidate gets wrong at fixed energy.
    """
    observables = observables_for(detector)
    if has_response(detector):
        observables += (response(detector),)
    distances: tuple[Distance, ...] = (separation, normalized_wasserstein)
    return tuple(Marginal(o, distance) for o in observables for distance in distances)
