"""The events of full simulation that are most like given ones, to look at side by side."""

from __future__ import annotations

__all__ = ["similar_events"]

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..events import Events
from .multivariate.neighbours import nearest


def similar_events(
    candidate: Events, reference: Events, count: int = 5
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The nearest reference events of each candidate event, the nearest first.

    The distance is the Euclidean one of all cells, in the readouts' units, as in Paganini et al.,
    https://arxiv.org/abs/1712.10321.

    Args:
        candidate: Events to find others for.
        reference: Events to find, of the same readouts.
        count: How many of them for each.

    Returns:
        Their numbers among the reference events and their distances, each with shape (N, count).

    Raises:
        DataError: The readouts differ, or there are fewer reference events than `count`.
    """
    if candidate.detector.readouts != reference.detector.readouts:
        raise DataError(
            f"events of '{candidate.detector.name}' and '{reference.detector.name}' "
            "have different readouts"
        )
    if not 1 <= count <= len(reference):
        raise DataError(f"{count} neighbours of {len(reference)} events cannot be found")
    return nearest(candidate.flat(), reference.flat(), count)
