"""What the published versions of MPD's digits are responses of.

| parameters | version | window | of pads | of time bins |
|---|---|---|---|---|
| none | v0, v1 | 10 x 15 | from 40 | from 265 |
| crossing angle, dip angle | v2 | 10 x 10 | from 40 | from 265 |
| and drift length | v3 | 6 x 15 | from 41 | from 7 before the drift length |
| and pad coordinate | v4 | 8 x 16 | from 3 before the pad coordinate | the same |
| and row, pT | v4plus | 8 x 16 | the same | the same |

Pads and time bins are counted from the whole part of the pad coordinate and the drift length.
The versions without parameters differ in the read-out threshold, which is their one condition.
"""

__all__ = ["DIGITS_VERSIONS", "DigitsVersion"]

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..detector import Axis, Condition, Detector
from .mpd_tpc import MPD_CHAMBER, MPD_TPC

_THRESHOLD = Condition("threshold", "ADC", 0.0, 1000.0)


@dataclasses.dataclass(frozen=True)
class DigitsVersion:
    """A version of the files.

    Attributes:
        detector: Its detector.
        first_pad: The window's first pad, counted from the pad coordinate if that is a condition.
        first_bin: The window's first time bin, counted from the drift length likewise.
    """

    detector: Detector
    first_pad: int
    first_bin: int

    def corner(self, conditions: NDArray[np.float32]) -> tuple[NDArray[np.int64], ...]:
        """Pad and time bin of each window's first cell, each (N,), for conditions (N, C)."""
        first = []
        for name, start in (("pad_coordinate", self.first_pad), ("drift_length", self.first_bin)):
            column = [i for i, c in enumerate(self.detector.conditions) if c.name == name]
            whole = conditions[:, column].astype(np.int64).sum(axis=1)
            first.append(whole + start)
        return tuple(first)


def _version(
    name: str,
    conditions: tuple[Condition, ...],
    shape: tuple[int, int],
    first: tuple[int, int],
) -> DigitsVersion:
    axes = (
        Axis.regular("pad", shape[0], -0.5, shape[0] - 0.5, "pads"),
        Axis.regular("time", shape[1], -0.5, shape[1] - 0.5, "time bins"),
    )
    readout = dataclasses.replace(MPD_TPC.readouts[0], axes=axes, threshold=0.0)
    detector = Detector(f"mpd_tpc_{name}", conditions, (readout,), source=MPD_TPC.source)
    return DigitsVersion(detector, *first)


_LATEST = (MPD_CHAMBER.first_pad, MPD_CHAMBER.first_bin)
_KNOWN = MPD_TPC.conditions
_WINDOW = (MPD_TPC.readouts[0].shape[0], MPD_TPC.readouts[0].shape[1])

DIGITS_VERSIONS: Mapping[int, DigitsVersion] = MappingProxyType(
    {
        0: _version("v1", (_THRESHOLD,), (10, 15), (40, 265)),
        2: _version("v2", _KNOWN[:2], (10, 10), (40, 265)),
        3: _version("v3", _KNOWN[:3], (6, 15), (41, -7)),
        4: _version("v4", _KNOWN[:4], _WINDOW, _LATEST),
        6: DigitsVersion(MPD_TPC, *_LATEST),
    }
)
