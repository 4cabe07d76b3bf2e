"""The samples of a joint comparison: halves of a reference, and a candidate, as points."""

from __future__ import annotations

__all__ = ["QUICK", "JointSettings", "Samples", "refuse_other_conditions"]

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...detector import Detector
from ...errors import DataError
from ...events import Events
from ..splits import Split, split_randomly
from . import spaces

Floats = NDArray[np.float64]

# two samples of one law differ so much in a condition once in a million times
_UNLIKELY = 1e-6


@dataclasses.dataclass(frozen=True)
class JointSettings:
    """How much time to take.

    Attributes:
        splits: Number of halvings.
        most: Largest number of events of each sample where all pairs are looked at.
        repeats: Number of resamplings for errors.
        clusterings: Number of clusterings for PRD.
        draws: Number of draws for each size of the worth in events.
    """

    splits: int = 4
    most: int = 10_000
    repeats: int = 25
    clusterings: int = 10
    draws: int = 20


QUICK = JointSettings(splits=1, most=2000, repeats=10, clusterings=3, draws=6)


class Samples:
    """A reference in halves and a candidate, in each of the spaces.

    Attributes:
        reference: Events of the full simulation.
        candidate: Events to judge.
        settings: How much time to take.
        seed: Seed of everything random.
        splits: The halves, and the candidate events to compare with them.
        names: Conditions and observables that are looked at pair by pair.
    """

    def __init__(
        self, reference: Events, candidate: Events, settings: JointSettings, seed: int
    ) -> None:
        _refuse_different(reference.detector, candidate.detector)
        if not len(reference) or not len(candidate):
            raise DataError(f"nothing to compare: {len(reference)} and {len(candidate)} events")
        self.reference, self.candidate = reference, candidate
        self.settings, self.seed = settings, seed
        rng = np.random.default_rng(seed)
        self.splits = [split_randomly(reference, candidate, rng) for _ in range(settings.splits)]
        self._shown = spaces.shown_columns(reference.detector)
        names = spaces.space_names(reference.detector)
        self.names = tuple(names[i] for i in self._shown)
        self._raw = spaces.observables(reference), spaces.observables(candidate)
        self.complete = spaces.complete(*self._raw)

    def __len__(self) -> int:
        return len(self.splits[0].reference)

    def raw(self) -> tuple[Floats, Floats, Floats]:
        """Half, other half and candidate in `names`, each (n, F); NaN where undefined."""
        x, y = (points[:, self._shown] for points in self._raw)
        split = self.splits[0]
        return x[split.reference], x[split.other], y[split.candidate]

    def scaled(self) -> tuple[Floats, Floats, Floats]:
        """The same without holes, in standard deviations of the reference, of `most` events."""
        x, y = self.complete
        deviation = x.std(axis=0)
        deviation[deviation == 0] = 1.0
        split = self._first()
        points = x[split.reference], x[split.other], y[split.candidate]
        half, other, candidate = ((p - x.mean(axis=0)) / deviation for p in points)
        return half, other, candidate

    def cells(self) -> tuple[NDArray[np.float32], ...]:
        """Half, other half and candidate in cells, each with shape (n, cells)."""
        split = self._first()
        reference, candidate = self.reference, self.candidate
        parts = reference[split.reference], reference[split.other], candidate[split.candidate]
        return tuple(spaces.cells(part) for part in parts)

    def cells_of(self, events: Events, n: int) -> NDArray[np.float32]:
        """Other events in cells, `n` of them drawn at random if there are more."""
        rows = np.random.default_rng(self.seed).permutation(len(events))[:n]
        names = [readout.name for readout in self.reference.detector.readouts]
        return spaces.cells(events.select(names)[np.sort(rows)])

    def note(self, n: int) -> str:
        """Says how many events were taken if not all; "" if all were."""
        return f"{n:,} of {len(self):,} events" if n < len(self) else ""

    def _first(self) -> Split:
        most = self.settings.most
        half, other, candidate = (rows[:most] for rows in self.splits[0])
        return Split(half, other, candidate)


def refuse_other_conditions(training: Events, test: Events) -> None:
    """Raises DataError unless training and test events have conditions of one law."""
    for condition in test.detector.conditions:
        pair = [e.condition(condition.name) for e in (training, test)]
        chance: Any = stats.ks_2samp(*pair).pvalue
        if chance < _UNLIKELY:
            raise DataError(
                f"training and test events differ in {condition.name} (chance {chance:.0e}), "
                "so that neither is expected to be nearer"
            )


def _refuse_different(reference: Detector, candidate: Detector) -> None:
    names = [[c.name for c in detector.conditions] for detector in (reference, candidate)]
    if names[0] != names[1] or reference.readouts != candidate.readouts:
        raise DataError(
            f"the candidate's detector '{candidate.name}' does not have the readouts and "
            f"conditions of the reference's '{reference.name}'"
        )
