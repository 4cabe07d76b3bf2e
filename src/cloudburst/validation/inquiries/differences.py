"""What mean images differ by: between kinds of events, and between both samples."""

from __future__ import annotations

__all__ = ["Differences", "image_differences"]

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...detector import Readout
from ...errors import DataError
from ...events import Events
from .. import plots
from ..inquiry import Inquiry
from ..kinds import shared_kinds
from ..plates import Plate, Section

_MOST_READOUTS = 4


@dataclasses.dataclass(frozen=True, eq=False)
class Differences(Inquiry):
    """Images of both samples, kind by kind.

    Attributes:
        reference: Events of the full simulation, by kind; of a detector without kinds, as "".
        candidate: The same of the candidate, by the same kinds.
        readouts: What is shown, each with two axes.
    """

    reference: Mapping[str, Events]
    candidate: Mapping[str, Events]
    readouts: tuple[Readout, ...]

    @property
    def name(self) -> str:
        return "image differences"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            "Mean images and their differences, in the unit of the readout. Grey: no signal, or a "
            "difference of less than two standard errors."
        )
        if len(self.reference) > 1:
            text += (
                f" Rows: {names[0]}, {names[1]}, and the second less the first. The columns of "
                "one kind less another show whether the surrogate knows what tells them apart."
            )
        plates = tuple(
            Plate(
                f"difference-{readout.name}",
                "",
                f"Mean images of {readout.name} and their differences",
                functools.partial(self._draw, readout, names),
            )
            for readout in self.readouts
        )
        return Section("differences", "Differences of mean images", text, plates)

    def numbers(self) -> dict[str, Any]:
        """By readout and kind, the share of the mean signal that lies in other cells."""
        return {
            readout.name: {
                kind: _misplaced(
                    events.readouts[readout.name], self.candidate[kind].readouts[readout.name]
                )
                for kind, events in self.reference.items()
            }
            for readout in self.readouts
        }

    def _draw(self, readout: Readout, names: tuple[str, str]) -> Figure:
        samples = (
            {kind: events.readouts[readout.name] for kind, events in sample.items()}
            for sample in (self.reference, self.candidate)
        )
        return plots.difference_maps(*samples, readout, names)


def image_differences(reference: Events, candidate: Events) -> Differences:
    """Mean images of detectors that read out one image, or events of several kinds.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, of the same detector.

    Raises:
        DataError: There is no image, or there are several of one kind of events: those have
            their ratios.
    """
    images = tuple(r for r in reference.detector.readouts if len(r.axes) == 2)
    first, second = shared_kinds(reference, candidate)
    if not images or not first or (len(images) > 1 and len(first) < 2):
        raise DataError(f"'{reference.detector.name}' has not one image, nor kinds to compare")
    return Differences(first, second, images[:_MOST_READOUTS])


def _misplaced(reference: NDArray[np.float32], candidate: NDArray[np.float32]) -> float:
    """Half the sum of absolute differences of cells' shares of the mean: 0 alike, 1 disjoint."""
    means = [cells.mean(axis=0, dtype=np.float64) for cells in (reference, candidate)]
    shares = [mean / max(mean.sum(), np.finfo(np.float64).tiny) for mean in means]
    return float(np.abs(shares[1] - shares[0]).sum() / 2)
