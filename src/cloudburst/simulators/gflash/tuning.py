"""Named corrections to the published shower parametrisation."""

from __future__ import annotations

__all__ = ["PAPER", "Tuning"]

import dataclasses
import math

from ...errors import SimulationError

# What is added, and may be so with either sign; all else is a factor or a size.
_SIGNED = ("depth", "weight")


@dataclasses.dataclass(frozen=True)
class Tuning:
    """What is added to, or multiplied with, the published coefficients; the default is neither.

    Attributes:
        depth: Added to the mean depth of the maximum, in radiation lengths.
        shape: Factor of the mean alpha.
        depth_spread: Factor of the spread of ln T.
        shape_spread: Factor of the spread of ln alpha.
        core: Factor of the radius of the core.
        tail: Factor of the radius of the tail.
        weight: Added to the share of the core.
        reach: Largest distance from the axis, in Moliere radii.
        spots: Factor of the number of spots.
        response: Factor of the visible share of the energy.
        resolution: Factor of the sampling fluctuations.
        albedo: Mean share of the energy that leaves through the front.
        albedo_quantum: Energy of a particle that does, in GeV.
        source: What it was fitted to.

    Raises:
        SimulationError: A value is not finite, or a factor is not above zero.
    """

    depth: float = 0.0
    shape: float = 1.0
    depth_spread: float = 1.0
    shape_spread: float = 1.0
    core: float = 1.0
    tail: float = 1.0
    weight: float = 0.0
    reach: float = 1e4
    spots: float = 1.0
    response: float = 1.0
    resolution: float = 1.0
    albedo: float = 0.0
    albedo_quantum: float = 0.005
    source: str = "https://arxiv.org/abs/hep-ex/0001020"

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name == "source":
                continue
            if not isinstance(value, int | float) or not math.isfinite(value):
                raise SimulationError(f"tuning: {field.name} = {value!r} is no finite number")
            if field.name not in _SIGNED and not value > 0 and (value or field.default):
                raise SimulationError(f"tuning: {field.name} = {value:g} must be above zero")


PAPER = Tuning()
