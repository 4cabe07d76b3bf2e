"""How responses change along one condition while the noise stays the same.

A surrogate that has understood a condition moves and stretches a shower smoothly with it: from one
noise, the means of a few showers form a film. Paganini, de Oliveira, Nachman,
https://arxiv.org/abs/1712.10321, show such films of energy, impact point and angle.
"""

from __future__ import annotations

__all__ = ["Interpolation", "interpolate"]

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..errors import DataError
from ..events import Events

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Interpolation:
    """Mean responses along one condition.

    Attributes:
        detector: What they are responses of.
        name: The condition that varies.
        values: Its values, in its unit, with shape (V,).
        means: By readout, mean signals in its unit, with shape (V, *shape).
    """

    detector: Detector
    name: str
    values: Floats
    means: Mapping[str, Floats]

    def differences(self) -> dict[str, Floats]:
        """By readout, what each mean has more than the one in the middle, (V, *shape)."""
        middle = len(self.values) // 2
        return {name: mean - mean[middle] for name, mean in self.means.items()}


def interpolate(
    sample: Callable[[NDArray[np.float32]], Events],
    detector: Detector,
    base: Mapping[str, float],
    name: str,
    values: Sequence[float],
    showers: int = 10,
) -> Interpolation:
    """Mean responses along one condition, all others as they are.

    Args:
        sample: Makes events at conditions (N, C), event i with the same noise whenever it is
            called: a surrogate's `sample` under one seed.
        detector: What the conditions are.
        base: Value of each condition, in its unit; that of `name` may be left out.
        name: The condition that varies.
        values: Its values, in its unit.
        showers: Showers of each mean.

    Raises:
        ConditionError: A condition has no such name or is out of range.
        DataError: There are no values or showers, or a condition has no value.
    """
    if not (len(values) and showers > 0):
        raise DataError(f"an interpolation needs values and showers, got {len(values), showers}")
    column = detector.condition_index(name)
    missing = [c.name for c in detector.conditions if c.name not in base and c.name != name]
    if missing:
        raise DataError(f"an interpolation along '{name}' needs {', '.join(missing)} too")
    row = [float(base.get(c.name, values[0])) for c in detector.conditions]
    conditions = np.tile(np.array(row, np.float32), (showers, 1))
    means: dict[str, list[Floats]] = {readout.name: [] for readout in detector.readouts}
    for value in values:
        conditions[:, column] = value
        events = sample(detector.check_conditions(conditions).copy())
        for readout, cells in events.readouts.items():
            means[readout].append(cells.mean(axis=0, dtype=np.float64))
    stacked = {readout: np.stack(mean) for readout, mean in means.items()}
    return Interpolation(detector, name, np.asarray(values, np.float64), stacked)
