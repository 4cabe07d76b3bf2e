"""The time projection chamber of MPD at NICA: one track segment, seen by one pad row.

A segment is what a track leaves on the pads of one row: a window of 8 pads by 16 time bins about
the point where the track crosses the middle of the row. Windows of several segments add up. With
`pad_coordinate` and `drift_length` of that point, cell (i, j) of the window is

    pad = floor(pad_coordinate) - 3 + i,   time bin = floor(drift_length) - 7 + j.

The signal is a digitised amplitude in the unit of the published responses: it is zero, or at
least 0.9.

* `crossing_angle`: between the track and the row's normal, in the plane of the pads
* `dip_angle`: between the track and the plane of the pads
* `drift_length`: time bins from the trigger until the signal's peak; some 310 reach the membrane
* `pad_coordinate`: in pads along the row; pad k is centred at k
* `pad_row`: 0 to 26 have pads of 5 x 12 mm, 27 to 52 pads of 5 x 18 mm
* `pt`: transverse momentum in the field of 0.5 T

Sources: Maevskiy et al., https://doi.org/10.1140/epjc/s10052-021-09366-4 (the window and the
conditions); MPD Collaboration, https://arxiv.org/abs/2202.08970 (the chamber).
"""

__all__ = ["MPD_TPC"]

from ..detector import Axis, Condition, Detector, Readout

_ROWS = 53

MPD_TPC = Detector(
    name="mpd_tpc",
    conditions=(
        Condition("crossing_angle", "deg", -21.0, 21.0),
        Condition("dip_angle", "deg", -60.0, 60.0),
        Condition("drift_length", "time bins", 20.0, 305.0),
        Condition("pad_coordinate", "pads", 25.0, 54.0),
        Condition("pad_row", "", 0, _ROWS - 1, tuple(str(row) for row in range(_ROWS))),
        Condition("pt", "GeV", 0.1, 2.5),
    ),
    readouts=(
        Readout(
            "pads",
            (
                Axis.regular("pad", 8, -0.5, 7.5, "pads"),
                Axis.regular("time", 16, -0.5, 15.5, "time bins"),
            ),
            "ADC",
            threshold=0.9,
        ),
    ),
    source="https://doi.org/10.1140/epjc/s10052-021-09366-4",
)
