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

`MPD_CHAMBER` adds what a simulation of the signal needs:

| constant | value | source |
|---|---|---|
| pads | 27 rows of 5 x 12 mm, 26 rows of 5 x 18 mm | MPD Collaboration |
| gas | 90 % argon, 10 % methane at 130 V/cm and 0.5 T | MPD Collaboration |
| drift velocity | 55 um/ns | the experiment's gas file (Magboltz) |
| diffusion | 185 um, along the field 320 um, for each sqrt(cm) | the same |
| attachment | none | the same |
| M^2 / C | 4.22 / 37.93 | Rieke and Prepejchal |
| cluster sizes to 19 | a table | Fischle, Heintze, Schmidt |
| gas gain | Polya, theta = 1.5 | the experiment's digitiser |
| response width | 1.96 mm / sqrt(2) | the same: it counts its width in erf(x / width) |
| shaping | Gaussian, 190 ns wide at half maximum | the same |
| time bin | 100 ns | the same |
| particle | charged pion | assumed |
| clusters | 1.73 each mm | effective; measured are 2.26 in argon, 2.49 in methane |
| larger clusters | 0.26 / n^2, up to 5,800 electrons | effective; measured is 0.205 / n^2 |
| gain | 2.91 ADC for each electron | effective |
| saturation | 40,950 ADC | the largest amplitude of the published responses |

The experiment's software is MPDRoot; its gas file is geometry/Ar-90_CH4-10.asc, its digitiser
MpdTpcDigitizerAZlt. Effective constants are fitted to published responses of its simulation by
`benchmarks/fit_drift.py`; that simulation divides the energy loss of whole steps into clusters of
its own. Rieke and Prepejchal: https://doi.org/10.1103/PhysRevA.6.1507; Fischle, Heintze, Schmidt:
https://doi.org/10.1016/0168-9002(91)90460-8, mixed here by the shares of argon's and methane's
clusters.
"""

__all__ = ["CHAMBERS", "MPD_CHAMBER", "MPD_TPC", "load_chamber"]

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..detector import Axis, Condition, Detector, Readout
from .chamber import Chamber, Gas
from .loading import described

_INNER_ROWS, _OUTER_ROWS = 27, 26
_ROWS = _INNER_ROWS + _OUTER_ROWS

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

# 1, 2, ... 19 electrons, in percent
_ARGON = (
    *(65.6, 15.0, 6.4, 3.5, 2.25, 1.55, 1.05, 0.81, 0.61, 0.49),
    *(0.39, 0.30, 0.25, 0.20, 0.16, 0.12, 0.095, 0.075, 0.063),
)
_METHANE = (
    *(78.6, 12.0, 3.4, 1.6, 0.95, 0.60, 0.44, 0.34, 0.27, 0.21),
    *(0.17, 0.13, 0.10, 0.08, 0.06, 0.050, 0.042, 0.037, 0.033),
)
# parts of the gas by volume times clusters for each mm
_WEIGHTS = (0.9 * 2.26, 0.1 * 2.49)


def _mixed(argon: float, methane: float) -> float:
    return (_WEIGHTS[0] * argon + _WEIGHTS[1] * methane) / sum(_WEIGHTS) / 100


MPD_CHAMBER = Chamber(
    detector=MPD_TPC,
    pad_width=5.0,
    pad_heights=(12.0,) * _INNER_ROWS + (18.0,) * _OUTER_ROWS,
    first_pad=-3,
    first_bin=-7,
    gas=Gas(
        cluster_density=1.73,
        rise=4.22 / 37.93,
        cluster_sizes=tuple(map(_mixed, _ARGON, _METHANE)),
        tail=0.26,
        largest=5800,
        velocity=0.055,
        transverse=0.0185 * 10**0.5,
        longitudinal=0.032 * 10**0.5,
    ),
    mass=0.13957,
    polya=1.5,
    response_width=1.96 / 2**0.5,
    time_bin=100.0,
    shaping=190.0,
    gain=2.91,
    saturation=40950.0,
)

CHAMBERS: Mapping[str, Chamber] = MappingProxyType({MPD_TPC.name: MPD_CHAMBER})


def load_chamber(source: str | Path | Mapping[str, Any]) -> Chamber:
    """A chamber.

    Args:
        source: The name of a shipped one, the path of a TOML file that describes one, or the
            plain data of such a file, with the names of `Chamber`.

    Raises:
        FileError: There is no such file or shipped chamber, or it cannot be read.
        FormatError: The file is not TOML.
        DataError: The description makes no sense; says where, and what would.
    """
    return described(source, "chamber", CHAMBERS, Chamber.from_dict)
