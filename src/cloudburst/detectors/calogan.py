"""The three-layer lead and liquid-argon calorimeter of CaloGAN.

Paganini, de Oliveira, Nachman, https://arxiv.org/abs/1712.10321: 80 sandwiches of 2 mm Pb
and 4 mm liquid argon, 480 mm deep, read out in three depth sections of 90, 347 and 43 mm.
The first index of a layer is x, the second y. A cell holds all energy deposited in lead and
argon, so the cells of a shower sum to almost the incident energy. With angles, particles enter
at the point (x0, y0) of the front face and fly along
(sin theta cos phi, sin theta sin phi, cos theta).
"""

__all__ = ["CALOGAN", "CALOGAN_ANGLES"]

import dataclasses
import math

from ..detector import Axis, Condition, Detector, Readout

_HALF_WIDTH = 240.0


def _layer(name: str, x: int, y: int) -> Readout:
    axes = tuple(
        Axis.regular(axis, bins, -_HALF_WIDTH, _HALF_WIDTH, "mm")
        for axis, bins in (("x", x), ("y", y))
    )
    return Readout(name, axes, "MeV")


CALOGAN = Detector(
    name="calogan",
    conditions=(Condition("energy", "GeV", 1.0, 100.0),),
    readouts=(
        _layer("layer_0", 3, 96),
        _layer("layer_1", 12, 12),
        _layer("layer_2", 12, 6),
        Readout("overflow", (Axis.regular("section", 3, 0, 3),), "MeV"),
    ),
    source="https://arxiv.org/abs/1712.10321",
)

CALOGAN_ANGLES = dataclasses.replace(
    CALOGAN,
    name="calogan_angles",
    conditions=(
        *CALOGAN.conditions,
        Condition("x0", "mm", -50.0, 50.0),
        Condition("y0", "mm", -50.0, 50.0),
        Condition("theta", "rad", 0.0, math.radians(20.0)),
        Condition("phi", "rad", -math.pi, math.pi),
    ),
)
