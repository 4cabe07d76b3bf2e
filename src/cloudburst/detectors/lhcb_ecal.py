"""The shashlik calorimeter of the LHCb study by Chekalina et al.

https://arxiv.org/abs/1812.01319: 66 sandwiches of 2 mm lead and 4 mm polystyrene, 396 mm deep,
5 x 5 modules of 6 x 6 cells of 20 mm. A cell holds the energy in the scintillator, summed
over the depth; the first index is x, the second y.
"""

__all__ = ["LHCB_ECAL"]

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
