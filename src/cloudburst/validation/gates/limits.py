"""What a release is allowed, gate by gate."""

from __future__ import annotations

__all__ = ["GateLimits"]

import dataclasses
import math

from ...errors import DataError


@dataclasses.dataclass(frozen=True)
class GateLimits:
    """Limits of the gates; each is the largest value allowed.

    Attributes:
        energy: E_tot / E_inc, in units of the largest one of the reference.
        scale: Factor between the median signals of both samples.
        response: Relative difference of the mean signal in a bin of a condition.
        resolution: Relative difference of its width in a bin of a condition.
        shape: Difference of the mean of an observable in a bin, in its standard deviation.
        spread: Relative difference of the width of an observable in a bin.
        ratio: Distance of an observable over its floor.
        chi2: Chi-squared per degree of freedom of the energy of a layer.
        tail: Relative difference of the share of events in a tail.
        cell: Relative difference of the mean signal, or of the occupancy, of a cell.
        auc: Area under the ROC curve of any classifier.
        joint: A joint distance (FPD, KPD) over its floor.
        correlation: Difference of a correlation coefficient.
        diversity: Loss of precision, recall, density or coverage, relative to the floor.
        duplicates: Share of events that are there twice.
        memorised: Share of events closer to a training event than chance explains.
        held_out: Distance at a held-out energy over that at the energies of the training.
        parity: Share of an event's signal that an export puts elsewhere, mean over events.
        slower: Factor in time per event on the reference timing.
        level: Largest share of perfect candidates that any one gate fails by chance.

    Raises:
        DataError: A limit is not a positive number.
    """

    energy: float = 1.25
    scale: float = 3.0
    response: float = 0.01
    resolution: float = 0.05
    shape: float = 0.2
    spread: float = 0.2
    ratio: float = 2.0
    chi2: float = 2.0
    tail: float = 0.5
    cell: float = 0.2
    auc: float = 0.75
    joint: float = 5.0
    correlation: float = 0.1
    diversity: float = 0.15
    duplicates: float = 0.001
    memorised: float = 0.05
    held_out: float = 2.0
    parity: float = 1e-4
    slower: float = 1.1
    level: float = 0.005

    def __post_init__(self) -> None:
        for name, value in dataclasses.asdict(self).items():
            if not 0 < value < math.inf:
                raise DataError(f"the limit '{name}' of the gates must be positive, got {value}")
        if self.level >= 1:
            raise DataError(f"the level of the gates must be below 1, got {self.level}")
