"""Observables of each kind of event by itself, as of each particle or process."""

from __future__ import annotations

__all__ = ["Kinds", "kinds_apart"]

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...distances import Measurement, kolmogorov_smirnov
from ...errors import DataError
from ...events import Events
from ...observables import Observable, observables_for
from .. import plots
from ..inquiry import Inquiry
from ..kinds import shared_kinds, telling_condition
from ..labels import named
from ..metrics import Marginal
from ..plates import Plate, Section
from ..report import Report, observable_of, validate
from ..tables import Cell, Head, Table
from .entries import beside_floor

Values = Mapping[str, NDArray[np.float64]]

_SPLITS, _REPEATS = 2, 10


@dataclasses.dataclass(frozen=True, eq=False)
class Kinds(Inquiry):
    """Both samples kind by kind.

    Attributes:
        condition: The condition whose categories are the kinds.
        observables: What is shown.
        reference: By observable and kind, values of the full simulation.
        candidate: By observable and kind, values of the candidate.
        reports: By kind, the distance of each observable beside its floor.
    """

    condition: str
    observables: Sequence[Observable]
    reference: Mapping[str, Values]
    candidate: Mapping[str, Values]
    reports: Mapping[str, Report]

    @property
    def name(self) -> str:
        return "kinds"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            f"Filled: {names[0]}; points: {names[1]}; each kind in per cent of its own events. "
            "Below, the ratio of both samples where the full simulation is known to 50 %."
        )
        plates = tuple(
            Plate(
                f"kinds-{i}-{observable.name}",
                named(observable.name, observable.unit),
                f"Distribution of {observable.name} for each {self.condition}",
                functools.partial(self._draw, observable, names),
            )
            for i, observable in enumerate(self.observables)
        )
        return Section(
            "kinds", f"By {self.condition}", text, plates, columns=True, tables=(self._table(),),
            terms=("Kolmogorov–Smirnov", "Floor"),
        )  # fmt: skip

    def numbers(self) -> dict[str, Any]:
        """By kind and observable, means of both samples, and the distance beside its floor."""
        return {
            kind: {
                observable_of(check): {
                    "reference": _mean(self.reference[observable_of(check)][kind])._asdict(),
                    "candidate": _mean(self.candidate[observable_of(check)][kind])._asdict(),
                    "kolmogorov_smirnov": check.measured._asdict(),
                    "floor": check.floor._asdict(),
                }
                for check in report.checks
            }
            for kind, report in self.reports.items()
        }

    def _draw(self, observable: Observable, names: tuple[str, str]) -> Figure:
        return plots.by_category(
            self.reference[observable.name],
            self.candidate[observable.name],
            observable.label,
            observable.unit,
            observable.log,
            names,
        )

    def _table(self) -> Table:
        """Distances of all observables beside their floors, kind by kind."""
        heads = [Head("Observable")]
        for kind in self.reports:
            heads += [Head(kind, True, "Kolmogorov–Smirnov"), Head("Floor", True, "Floor")]
        lines = zip(*(report.checks for report in self.reports.values()), strict=True)
        rows = [
            (Cell(observable_of(checks[0])), *(cell for c in checks for cell in beside_floor(c)))
            for checks in lines
        ]
        caption = "Kolmogorov–Smirnov distance of each kind by itself"
        return Table(tuple(heads), tuple(rows), caption)


def kinds_apart(reference: Events, candidate: Events, seed: int = 0) -> Kinds:
    """Both samples kind by kind.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, of the same detector.
        seed: Of the halves of the reference and of the resampling.

    Raises:
        DataError: The samples do not have two kinds of events in common, or too few of one.
    """
    condition = telling_condition(reference.detector)
    first, second = shared_kinds(reference, candidate)
    if condition is None or len(first) < 2:
        raise DataError(f"events of '{reference.detector.name}' are not of two kinds")
    observables = observables_for(reference.detector)
    metrics = [Marginal(observable, kolmogorov_smirnov) for observable in observables]
    reports = {
        kind: validate(first[kind], second[kind], metrics, seed, _SPLITS, repeats=_REPEATS)
        for kind in first
    }
    values = [
        {o.name: {kind: o(events) for kind, events in sample.items()} for o in observables}
        for sample in (first, second)
    ]
    return Kinds(condition.name, observables, values[0], values[1], reports)


def _mean(values: NDArray[np.float64]) -> Measurement:
    known = values[np.isfinite(values)]
    if not len(known):
        return Measurement(np.nan, np.nan)
    return Measurement(float(known.mean()), float(known.std() / np.sqrt(len(known))))
