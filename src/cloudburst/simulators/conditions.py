"""Conditions drawn by event, so that they depend neither on blocks nor on workers.

Event i of seed s has a stretch of Philox's counts of its own, beside those of
`cloudburst.simulators.stream`; a stretch of many events is drawn in one go.
"""

from __future__ import annotations

__all__ = ["Ranges", "check_ranges", "draw"]

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..detector import Condition, Detector
from ..errors import ConditionError

Ranges = Mapping[str, tuple[float, float]]

# Philox4x64 gives four words at each count.
_WORDS = 4


def check_ranges(detector: Detector, ranges: Ranges) -> dict[str, tuple[float, float]]:
    """The ranges of all conditions of a detector, some of them narrowed.

    Args:
        detector: Whose conditions they are.
        ranges: By name (lowest, highest), in the detector's units; both the same fix a value.

    Raises:
        ConditionError: There is no such condition, or a range is empty or outside its own.
    """
    whole = {c.name: (c.low, c.high) for c in detector.conditions}
    for name, (low, high) in ranges.items():
        condition = detector.conditions[detector.condition_index(name)]
        if not (condition.low <= low <= high <= condition.high):
            raise ConditionError(
                f"{name} = {low:g}:{high:g} is outside the range {condition.low:g}.."
                f"{condition.high:g} {condition.unit} of '{detector.name}', or empty"
            )
        if not condition.allows(np.array([low, high], np.float32)).all():
            raise ConditionError(f"{name} = {low:g}:{high:g} is no category of '{detector.name}'")
        whole[name] = (float(low), float(high))
    return whole


def draw(detector: Detector, seed: int, first: int, n: int, ranges: Ranges) -> NDArray[np.float32]:
    """Conditions of n consecutive events, uniform over ranges, with shape (n, C).

    Args:
        detector: Whose conditions they are.
        seed: Seed of the run.
        first: Number of the first event within the run.
        n: How many events.
        ranges: By name (lowest, highest), in the detector's units; the whole range if left out.

    Raises:
        ConditionError: There is no such condition, or a range is empty or outside its own.
    """
    whole = check_ranges(detector, ranges)
    counts = -(-len(whole) // _WORDS)
    # the last word of the counter is 0 in all streams of `stream`
    philox = np.random.Philox(key=seed, counter=np.array([0, 0, 0, 1], np.uint64))
    philox.advance(first * counts)
    words = philox.random_raw(n * counts * _WORDS).reshape(n, counts * _WORDS)
    uniform = np.asarray((words >> np.uint64(11)) * 2.0**-53, np.float64)
    columns = [
        _spread(uniform[:, i], c, *whole[c.name]) for i, c in enumerate(detector.conditions)
    ]
    return np.stack(columns, axis=1)


def _spread(
    uniform: NDArray[np.float64], condition: Condition, low: float, high: float
) -> NDArray[np.float32]:
    if condition.categories is not None:
        return np.floor(low + uniform * (high - low + 1)).astype(np.float32)
    # rounding must not leave the range
    values = (low + uniform * (high - low)).astype(np.float32)
    inside: NDArray[np.float32] = np.clip(values, np.float32(low), np.float32(high))
    return inside
