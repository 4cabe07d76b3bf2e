"""How good a surrogate is, in the same few numbers for all trainings of a study.

Trends: the chi2 of the trends of observables against conditions, of half of the reference
against as many candidate events, beside that of its other half. Classifiers: the largest area
under the ROC curve of several. Score: the figure of merit, on the reference. Spread: how far
noise alone moves an observable at fixed conditions, over the standard deviation of the reference,
as a root mean square over conditions; the median over observables. A generator that ignores its
noise has a spread of zero.
"""

from __future__ import annotations

__all__ = ["Judge", "Quality"]

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...classifier import ClassifierTest, named_tests
from ...detector import Detector
from ...distances import Measurement
from ...errors import DataError, nearest
from ...events import Events
from ...formats import load_events
from ...observables import Observable, observables_for
from ...surrogate import Surrogate
from ...validation import figure_of_merit, trend, trend_chi2
from ...validation.splits import split_randomly
from ..data import locate
from .plan import JudgeTable

_SEED = 2
# Candidate events at the conditions of each reference event.
_REPEATS = 8

Floats = NDArray[np.float64]


class Quality(NamedTuple):
    """How good a surrogate is.

    Attributes:
        chi2: Of the trends, with the standard deviation over splits.
        chi2_floor: The same for the full simulation against itself.
        terms: Terms of the chi2.
        auc: Of the classifier that finds most.
        auc_floor: Its area for the full simulation against itself.
        score: The figure of merit; smaller is better, and zero is not reached.
        spread: How far noise moves an observable, over its whole spread.
    """

    chi2: Measurement
    chi2_floor: Measurement
    terms: int
    auc: Measurement
    auc_floor: Measurement
    score: float
    spread: float

    @property
    def ratio(self) -> float:
        """The chi2 over its floor."""
        return self.chi2.value / self.chi2_floor.value

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in self._asdict().items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Quality:
        """What `to_dict` gave."""
        values = {k: Measurement(*v) if isinstance(v, list) else v for k, v in data.items()}
        return cls(**values)


@dataclasses.dataclass(frozen=True)
class Judge:
    """Holds surrogates against one reference.

    Attributes:
        reference: Events of the full simulation.
        chosen: Observables of the trends.
        tests: Classifiers.
        bins: Bins of each condition.
        splits: Random halves to average over.
    """

    reference: Events
    chosen: tuple[Observable, ...]
    tests: tuple[ClassifierTest, ...]
    bins: int
    splits: int

    @classmethod
    def of(cls, table: JudgeTable, readouts: Sequence[str] | None = None) -> Judge:
        """What a study's table describes.

        Args:
            table: The table.
            readouts: Those that are learned; all if left out.

        Raises:
            FileError: The reference cannot be read.
            DataError: It has too few events, or there is no such observable or classifier.
        """
        events = load_events(locate(table.file), slice(table.first, None))
        if len(events) < 2 * table.bins:
            raise DataError(
                f"{table.file}: {len(events)} events from number {table.first} on are too few to "
                "judge by; lower judge.first or take another file"
            )
        events = events.select(list(readouts)) if readouts else events
        known = {one.name: one for one in observables_for(events.detector)}
        for name in table.observables or ():
            if name not in known:
                raise DataError(f"judge.observables: no '{name}'; {nearest(name, known)}")
        chosen = tuple(known[name] for name in table.observables or known)
        return cls(events, chosen, named_tests(table.classifier), table.bins, table.splits)

    def check(self, detector: Detector) -> None:
        """Raises DataError if surrogates of a detector cannot be held against the reference."""
        mine = self.reference.detector
        names = [[c.name for c in one.conditions] for one in (mine, detector)]
        if names[0] != names[1] or mine.readouts != detector.readouts:
            raise DataError(
                f"judge.file holds events of '{mine.name}' with {', '.join(names[0])}, which "
                f"surrogates of '{detector.name}' with {', '.join(names[1])} cannot be judged by"
            )

    def __call__(self, surrogate: Surrogate) -> Quality:
        """How good a surrogate is; raises DataError if its events are none."""
        conditions = np.tile(self.reference.conditions, (_REPEATS, 1))
        made = surrogate.sample(conditions, _SEED)
        candidate = Events(self.reference.detector, conditions, made.readouts)
        chi2, floor, terms = self._trends(candidate)
        auc, auc_floor = self._classify(candidate[: len(self.reference)])
        every = observables_for(self.reference.detector)
        score = figure_of_merit(self.reference, candidate, every)
        spread = self._spread(candidate)
        return Quality(chi2, floor, terms, auc, auc_floor, score, spread)

    def _trends(self, candidate: Events) -> tuple[Measurement, Measurement, int]:
        rng = np.random.default_rng(_SEED)
        values = [[one(events) for one in self.chosen] for events in (self.reference, candidate)]
        edges = self._edges()
        found, terms = [], 0
        for _ in range(self.splits):
            split = split_randomly(self.reference, candidate, rng)
            parts = [
                self._profile(self.reference, values[0], split.reference, edges),
                self._profile(candidate, values[1], split.candidate, edges),
                self._profile(self.reference, values[0], split.other, edges),
            ]
            sums = [trend_chi2(zip(parts[0], part, strict=True)) for part in parts[1:]]
            found.append([one.value for one in sums])
            terms = sums[0].terms
        means, spreads = np.mean(found, axis=0), np.std(found, axis=0, ddof=1)
        chi2, floor = (
            Measurement(float(m), float(s)) for m, s in zip(means, spreads, strict=True)
        )
        return chi2, floor, terms

    def _edges(self) -> dict[str, Floats]:
        """Equal bins of the conditions that differ between events."""
        names = [c.name for c in self.reference.detector.conditions]
        columns = {name: self.reference.condition(name) for name in names}
        return {
            name: np.linspace(float(values.min()), float(values.max()), self.bins + 1)
            for name, values in columns.items()
            if values.max() > values.min()
        }

    def _profile(
        self, events: Events, values: list[Any], rows: NDArray[np.intp], edges: dict[str, Floats]
    ) -> list[Any]:
        return [
            trend(events.condition(name)[rows], value[rows], limits)
            for name, limits in edges.items()
            for value in values
        ]

    def _classify(self, candidate: Events) -> tuple[Measurement, Measurement]:
        results = [test(self.reference, candidate, _SEED) for test in self.tests]
        hardest = max(results, key=lambda result: result.auc.value)
        return hardest.auc, hardest.floor_auc

    def _spread(self, candidate: Events) -> float:
        shares = []
        for one in self.chosen:
            whole = np.nanstd(_defined(one(self.reference)))
            values = one(candidate).reshape(_REPEATS, -1)
            values = values[:, np.isfinite(values).all(axis=0)]
            own = math.sqrt(float(np.mean(values.var(axis=0)))) if values.size else 0.0
            shares.append(own / whole if whole > 0 else math.nan)
        return float(np.median(_defined(np.array(shares)))) if shares else 0.0


def _defined(values: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = values[np.isfinite(values)]
    return found
