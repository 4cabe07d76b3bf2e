r"""How far an engine's showers are from those of float32 on equal noise.

$$ d = \frac{\sum_k |x_k - y_k|}{\sum_k x_k} $$

for each event, over all its cells: the share of its energy that lies elsewhere. A cell at
threshold that is cut by one engine only counts by its energy, which is small.
"""

from __future__ import annotations

__all__ = ["LIMITS", "Parity", "parity"]

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Largest mean of d, by whether an engine computes with float32 throughout.
LIMITS = {True: 1e-4, False: 3e-3}
_TINY = 1e-30


class Parity(NamedTuple):
    """Distances of showers from those of float32, made of equal noise.

    Attributes:
        mean: Mean of d over the events.
        worst: Largest d.
        energy: Largest relative difference of an event's sum over all cells.
    """

    mean: float
    worst: float
    energy: float

    def reason(self, exact: bool) -> str:
        """Why that is too far for an engine, exact or not; empty if it is not."""
        limit = LIMITS[exact]
        if self.mean <= limit:
            return ""
        return f"{self.mean:.1e} of the energy lies in other cells, more than {limit:.0e}"


def parity(
    reference: Mapping[str, NDArray[np.float32]], made: Mapping[str, NDArray[np.float32]]
) -> Parity:
    """Compares readouts (N, *shape) of the same events.

    Args:
        reference: Those of float32.
        made: Those of an engine.
    """
    x, y = _flat(reference), _flat(made)
    total = np.maximum(x.sum(1), _TINY)
    distance = np.abs(x - y).sum(1) / total
    energy = np.abs(y.sum(1) / total - 1)
    return Parity(float(distance.mean()), float(distance.max()), float(energy.max()))


def _flat(readouts: Mapping[str, Any]) -> NDArray[np.float64]:
    parts = [np.asarray(a, np.float64).reshape(len(a), -1) for a in readouts.values()]
    return np.concatenate(parts, axis=1)
