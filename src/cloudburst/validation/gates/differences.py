"""The differences of one observable in all bins, as findings."""

from __future__ import annotations

__all__ = ["Differences"]

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...events import Events
from ...observables import Observable
from .base import Finding
from .bins import Binned, Difference, average, compare

_Pick = Callable[[Difference], tuple[float, float]]


class Differences(NamedTuple):
    """One observable in bins of every condition.

    Attributes:
        name: The observable.
        parts: Each bin with what differs there; bins with too few events are left out.
    """

    name: str
    parts: tuple[tuple[Binned, Difference], ...]

    @classmethod
    def of(
        cls,
        observable: Observable,
        reference: Events,
        candidate: Events,
        places: Sequence[Binned],
    ) -> Differences:
        """Computed from both samples in the bins given."""
        x, y = observable(reference), observable(candidate)
        found = [(place, compare(x[place.reference], y[place.candidate])) for place in places]
        return cls(observable.name, tuple((place, d) for place, d in found if d))

    def relative_means(self, limit: float) -> Iterator[Finding]:
        """Difference of the means over the mean of the reference, in per cent."""
        kept = [(place, d) for place, d in self.parts if d.mean > 0]

        def pick(d: Difference) -> tuple[float, float]:
            return 100 * d.moved / d.mean, 100 * d.moved_error / d.mean

        yield from self._findings("mean", kept, pick, 100 * limit, "%")

    def means(self, limit: float) -> Iterator[Finding]:
        """Difference of the means, in standard deviations."""
        kept = [(place, d) for place, d in self.parts if d.scale > 1e-9 * abs(d.mean)]

        def pick(d: Difference) -> tuple[float, float]:
            return d.moved / d.scale, d.moved_error / d.scale

        yield from self._findings("mean", kept, pick, limit, "σ")

    def widths(self, limit: float) -> Iterator[Finding]:
        """Relative difference of the widths, in per cent."""
        kept = [
            (place, d) for place, d in self.parts if math.isfinite(d.widened) and d.widened_error
        ]

        def pick(d: Difference) -> tuple[float, float]:
            return 100 * d.widened, 100 * d.widened_error

        yield from self._findings("width", kept, pick, 100 * limit, "%")

    def _findings(
        self,
        what: str,
        kept: Sequence[tuple[Binned, Difference]],
        pick: _Pick,
        limit: float,
        unit: str,
    ) -> Iterator[Finding]:
        """Each bin, and the mean over the bins of each condition."""
        for condition, group in itertools.groupby(kept, key=lambda part: part[0].condition):
            parts = list(group)
            pairs = [pick(d) for _, d in parts]
            for (place, _), (value, error) in zip(parts, pairs, strict=True):
                yield self._finding(
                    f"{what} of {self.name} at {place.name}", value, error, limit, unit
                )
            if len(parts) > 1:
                mean = average(*zip(*pairs, strict=True))
                name = f"{what} of {self.name}, average over {condition}"
                yield self._finding(name, *mean, limit, unit)

    def _finding(self, name: str, value: float, error: float, limit: float, unit: str) -> Finding:
        remark = f"{value:+.3g} {unit}".replace("-", "−")
        return Finding(name, abs(value), limit, error, unit=unit, subject=self.name, remark=remark)
