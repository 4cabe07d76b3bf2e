"""Signals as shares of what came in."""

from __future__ import annotations

__all__ = ["Fractions"]

from torch import Tensor

from .. import units
from ..detector import Detector
from ..errors import SpecError
from .base import Transform


class Fractions(Transform):
    """Divides all values by a condition, as cells by the incident energy.

    Args:
        column: Column of the condition.
        unit: How many units of a value make one unit of the condition.
    """

    def __init__(self, column: int, unit: float) -> None:
        super().__init__()
        if column < 0 or not unit > 0:
            raise SpecError(f"Fractions needs column >= 0 and unit > 0, got {column} and {unit}")
        self.column = column
        self.unit = unit

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector, condition: str = "energy") -> Fractions:
        """Takes the unit from the detector, whose condition must be in the cells' dimension."""
        column = detector.condition_index(condition)
        unit = units.ratio(detector.conditions[column].unit, detector.readouts[0].unit)
        return cls(column, unit)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return x / (c[:, self.column, None] * self.unit)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return x.clamp(min=0) * (c[:, self.column, None] * self.unit)
