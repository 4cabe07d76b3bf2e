"""What a joint comparison says: a figure beside its floor, or why there is none."""

from __future__ import annotations

__all__ = ["Absence", "JointCheck", "refuse_few"]

import dataclasses
import math

from ...distances import Measurement
from ...errors import DataError


@dataclasses.dataclass(frozen=True)
class JointCheck:
    """One figure of all observables or cells together.

    Attributes:
        name: The figure and the space, as "FPD, observables".
        measured: Of the candidate against the reference.
        floor: Of the reference against itself, for samples of the same sizes.
        ideal: What two infinite samples of one law give: 0 for a distance, 1 for a share.
        events: Events of each sample.
        note: What departs from the published settings; "" for nothing.
    """

    name: str
    measured: Measurement
    floor: Measurement
    ideal: float
    events: int
    note: str = ""

    @property
    def excess(self) -> float:
        """How much farther from the ideal than the floor, in units of their combined error."""
        worse = abs(self.measured.value - self.ideal) - abs(self.floor.value - self.ideal)
        error = math.hypot(self.measured.error, self.floor.error)
        if error > 0:
            return worse / error
        return math.copysign(math.inf, worse) if worse else 0.0


@dataclasses.dataclass(frozen=True)
class Absence:
    """A figure that could not be had.

    Attributes:
        name: The figure.
        reason: Why, with the number of events that it needs if that is why.
    """

    name: str
    reason: str


def refuse_few(name: str, needed: int, *got: int) -> None:
    """Raises DataError if a sample has fewer events than a figure needs.

    >>> refuse_few("FPD", 100, 99, 200)
    Traceback (most recent call last):
    cloudburst.errors.DataError: FPD: 100 events are needed in each sample, got 99
    """
    if min(got) < needed:
        raise DataError(f"{name}: {needed} events are needed in each sample, got {min(got)}")
