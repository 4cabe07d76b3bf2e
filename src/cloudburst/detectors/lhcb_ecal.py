"""The shashlik calorimeter of the LHCb study by Chekalina et al.

https://arxiv.org/abs/1812.01319: 66 sandwiches of 2 mm lead and 4 mm polystyrene, 396 mm deep,
5 x 5 modules of 6 x 6 cells of 20 mm. A cell holds the energy in the scintillator, summed
over the depth; the first index is x, the second y.

The public files of that study have cells of 20.2 mm, impact points up to 10.1 mm from the axis
and angles that are normally distributed, without an end.
"""

__all__ = ["LHCB_ECAL", "LHCB_ECAL_PUBLIC", "SHOWER_DEPTH", "SHOWER_DEPTHS"]

import dataclasses

from ..detector import Axis, Condition, Detector, Readout

LHCB_ECAL = Detector(
    name="lhcb_ecal",
    # up to 100 GeV, within 20 degrees of the axis in x and 10 degrees in y
    conditions=(
        Condition("px", "GeV", -35.0, 35.0),
        Condition("py", "GeV", -18.0, 18.0),
        Condition("pz", "GeV", 0.9, 100.1),
        Condition("x", "mm", -5.0, 5.0),
        Condition("y", "mm", -5.0, 5.0),
    ),
    readouts=(
        Readout(
            "cells",
            (
                Axis.regular("x", 30, -300.0, 300.0, "mm"),
                Axis.regular("y", 30, -300.0, 300.0, "mm"),
            ),
            "MeV",
        ),
    ),
    source="https://arxiv.org/abs/1812.01319",
)

_MODULES, _MODULE, _IMPACT = 5, 121.2, 10.1
_SIDES = tuple(
    Axis.regular(name, 30, -_MODULES * _MODULE / 2, _MODULES * _MODULE / 2, "mm")
    for name in ("x", "y")
)

LHCB_ECAL_PUBLIC = dataclasses.replace(
    LHCB_ECAL,
    name="lhcb_ecal_public",
    conditions=(
        Condition("px", "GeV", -101.0, 101.0),
        Condition("py", "GeV", -101.0, 101.0),
        Condition("pz", "GeV", 0.0, 101.0),
        Condition("x", "mm", -_IMPACT, _IMPACT),
        Condition("y", "mm", -_IMPACT, _IMPACT),
    ),
    readouts=(Readout("cells", _SIDES, "MeV"),),
)

SHOWER_DEPTH: float = 126.0
"""How deep a shower lies on average, in mm: its centroid moves by as much for each unit of px/pz
in Geant4's electrons of 1 to 100 GeV."""

SHOWER_DEPTHS: tuple[float, float] = (90.8, 15.5)
"""The same by momentum: how deep it lies at 1 GeV, and what that grows by when the momentum grows
by a factor e, in mm: nearly a radiation length."""
