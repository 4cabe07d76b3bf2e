"""Events of a surrogate, without those that it cannot make."""

from __future__ import annotations

__all__ = ["Salvaged", "salvage"]

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ConditionError, DataError
from ..events import Events
from ..surrogate import Surrogate
from ..validation.gates import Unusable

_BATCH = 1024
# a surrogate that fails more often is broken, and every failure costs some calls
_MOST = 100


class Salvaged(NamedTuple):
    """What could be made.

    Attributes:
        events: The events.
        unusable: How many could not be made, and why.
    """

    events: Events
    unusable: Unusable


def salvage(
    surrogate: Surrogate,
    conditions: NDArray[np.float32],
    seed: int,
    told: Callable[[int], None],
) -> Salvaged:
    """Makes events at conditions (N, C); those whose signals are not finite are left out.

    Args:
        surrogate: What makes them.
        conditions: Their conditions.
        seed: Seed of the noise.
        told: Hears how many are done.

    Raises:
        ConditionError: A condition is out of the trained range.
        DataError: None can be made, or more than a hundred cannot.
    """
    parts: list[Events] = []
    reasons: list[str] = []

    def make(start: int, stop: int) -> None:
        try:
            parts.append(surrogate.sample(conditions[start:stop], seed, start))
        except ConditionError:
            raise
        except DataError as error:
            if stop - start > 1:
                middle = (start + stop) // 2
                make(start, middle)
                make(middle, stop)
                return
            reasons.append(f"event {start}: {error}")
            if len(reasons) > _MOST:
                raise

    for start in range(0, len(conditions), _BATCH):
        make(start, min(start + _BATCH, len(conditions)))
        told(min(start + _BATCH, len(conditions)))
    left_out = Unusable(len(reasons), len(conditions), reasons[0] if reasons else "")
    return Salvaged(Events.concatenate(parts), left_out)
