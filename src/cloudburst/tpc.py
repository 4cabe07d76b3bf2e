r"""Whole pad rows of a time projection chamber from the responses to track segments.

The window of a segment at pad coordinate p and drift length t begins at pad $\lfloor p \rfloor$
+ `first_pad` and time bin $\lfloor t \rfloor$ + `first_bin` of its chamber; where windows overlap,
amplitudes add up.
"""

from __future__ import annotations

__all__ = ["assemble"]

import numpy as np
from numpy.typing import NDArray

from .detectors import MPD_CHAMBER, Chamber
from .errors import DataError
from .events import Events


def assemble(
    events: Events, pads: int, bins: int = 310, chamber: Chamber = MPD_CHAMBER
) -> NDArray[np.float32]:
    """The signals of all pad rows of a sector.

    Args:
        events: The segments' responses, with the readout and conditions of the chamber.
        pads: Pads in a row; what lies beyond its ends is lost.
        bins: Time bins that are read out; likewise.
        chamber: Where windows begin.

    Returns:
        Summed amplitudes, in the readout's unit, with shape (rows, pads, bins).

    Raises:
        DataError: The events are of another detector, or there are no pads or time bins.
    """
    if events.detector != chamber.detector:
        wanted = chamber.detector.name
        raise DataError(f"segments of '{wanted}' are assembled, not of '{events.detector.name}'")
    if pads < 1 or bins < 1:
        raise DataError(f"a row needs pads and time bins, got {pads} and {bins}")
    image = events.readouts[chamber.detector.readouts[0].name]
    segment, pad, time = np.nonzero(image)
    first = [
        (np.floor(events.condition("pad_coordinate")) + chamber.first_pad).astype(np.int64),
        (np.floor(events.condition("drift_length")) + chamber.first_bin).astype(np.int64),
    ]
    row = events.condition("pad_row").astype(np.int64)[segment]
    at_pad, at_time = pad + first[0][segment], time + first[1][segment]
    kept = (at_pad >= 0) & (at_pad < pads) & (at_time >= 0) & (at_time < bins)
    rows = np.zeros((len(chamber.pad_heights), pads, bins), np.float32)
    np.add.at(rows, (row[kept], at_pad[kept], at_time[kept]), image[segment, pad, time][kept])
    return rows
