"""What mean images differ by: between kinds of events, and between both samples."""

from __future__ import annotations

__all__ = ["Differences", "MeanImage", "image_differences"]

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
from ..metrics import Metric
from ..plates import Plate, Section
from ..report import Report, observable_of, validate
from ..tables import Cell, Head, Table
from .entries import beside_floor

_MOST_READOUTS = 4
_SPLITS, _REPEATS = 2, 10


@dataclasses.dataclass(frozen=True, eq=False)
class Differences(Inquiry):
    """Images of both samples, kind by kind.

    Attributes:
        reference: Events of the full simulation, by kind; of a detector without kinds, as "".
        candidate: The same of the candidate, by the same kinds.
        readouts: What is shown, each with two axes.
        reports: By kind, the misplaced share of each mean image beside its floor.
    """

    reference: Mapping[str, Events]
    candidate: Mapping[str, Events]
    readouts: tuple[Readout, ...]
    reports: Mapping[str, Report]

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
        return Section(
            "differences", "Differences of mean images", text, plates, tables=(self._table(),),
            terms=("Floor",),
        )  # fmt: skip

    def numbers(self) -> dict[str, Any]:
        """By readout and kind, the misplaced share beside its floor."""
        return {
            readout.name: {
                kind: {"measured": check.measured._asdict(), "floor": check.floor._asdict()}
                for kind, report in self.reports.items()
                for check in report.checks
                if observable_of(check) == readout.name
            }
            for readout in self.readouts
        }

    def _table(self) -> Table:
        """The misplaced share of each mean image beside its floor."""
        heads = [Head("Mean image")]
        for kind in self.reports:
            words = f"Misplaced, {kind}" if kind else "Misplaced"
            heads += [Head(words, True), Head("Floor", True, "Floor")]
        lines = zip(*(report.checks for report in self.reports.values()), strict=True)
        rows = [
            (Cell(observable_of(checks[0])), *(cell for c in checks for cell in beside_floor(c)))
            for checks in lines
        ]
        return Table(tuple(heads), tuple(rows), "Share of the mean signal that lies elsewhere")

    def _draw(self, readout: Readout, names: tuple[str, str]) -> Figure:
        reference, candidate = (
            {kind: events.readouts[readout.name] for kind, events in sample.items()}
            for sample in (self.reference, self.candidate)
        )
        return plots.difference_maps(reference, candidate, readout, names)


class MeanImage(Metric):
    """Half the sum of differences of cells' shares of the mean: 0 for alike, 1 for disjoint.

    Args:
        readout: The image.
    """

    def __init__(self, readout: str) -> None:
        self.readout = readout

    @property
    def name(self) -> str:
        return f"{self.readout}:misplaced"

    def prepare(self, events: Events) -> NDArray[Any]:
        """The cells of each event, with shape (N, cells)."""
        return events.readouts[self.readout].reshape(len(events), -1)

    def compare(self, reference: NDArray[Any], candidate: NDArray[Any]) -> float:
        """The distance of two samples of cells, with shapes (N, cells) and (M, cells)."""
        means = [cells.mean(axis=0, dtype=np.float64) for cells in (reference, candidate)]
        shares = [mean / max(mean.sum(), np.finfo(np.float64).tiny) for mean in means]
        return float(np.abs(shares[1] - shares[0]).sum() / 2)


def image_differences(reference: Events, candidate: Events, seed: int = 0) -> Differences:
    """Mean images of detectors that read out one image, or events of several kinds.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, of the same detector.
        seed: Of the halves of the reference and of the resampling.

    Raises:
        DataError: There are too few events, no image, or several images of one kind of events:
            those have their ratios.
    """
    images = tuple(r for r in reference.detector.readouts if len(r.axes) == 2)
    first, second = shared_kinds(reference, candidate)
    if not images or not first or (len(images) > 1 and len(first) < 2):
        raise DataError(f"'{reference.detector.name}' has not one image, nor kinds to compare")
    shown = images[:_MOST_READOUTS]
    metrics = [MeanImage(readout.name) for readout in shown]
    reports = {
        kind: validate(first[kind], second[kind], metrics, seed, _SPLITS, repeats=_REPEATS)
        for kind in first
    }
    return Differences(first, second, shown, reports)
