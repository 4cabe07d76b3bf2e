"""Moments of pad-by-time images against every condition, and one number for all of them.

Conditions in the unit of one of the image's axes are taken modulo one cell too, as it shapes the
response where within a cell a track passes. All pads are alike, so that of a position among them
this is all that counts, while time means drift, which spreads the charge. With two angles, the
drift length and the pad coordinate there are the 950 terms of Maevskiy et al.,
https://doi.org/10.1140/epjc/s10052-021-09366-4.
"""

from __future__ import annotations

__all__ = ["Along", "MomentTrends", "moment_trends"]

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from ...errors import DataError
from ...events import Events
from ...observables import Observable, pad_observables
from .. import plots
from ..inquiry import Inquiry
from ..labels import named
from ..numbers import measurement
from ..plates import Plate, Section
from ..tables import Cell, Head, Table
from ..trend_chi2 import trend_chi2
from ..trends import Trend, bootstrap_trend, trend
from ..varying import varying

Floats = NDArray[np.float64]

_BINS = 19
_SPLITS = 8
_LEAST = 200
_MOMENTS = 6


class Along(NamedTuple):
    """A condition, or its part within a cell.

    Attributes:
        name: What it is called.
        unit: Its unit.
        column: Where it stands among the conditions.
        cell: What it is taken modulo; 0 for the condition itself.
    """

    name: str
    unit: str
    column: int
    cell: float

    def of(self, events: Events) -> Floats:
        """Its values, with shape (N,)."""
        values = events.conditions[:, self.column].astype(np.float64)
        return values % self.cell if self.cell else values


@dataclasses.dataclass(frozen=True, eq=False)
class MomentTrends(Inquiry):
    """Trends of moments in both samples, and the sum of their squared differences.

    Attributes:
        along: The conditions.
        moments: The moments; the last one, the amplitude, is shown but not part of the sum.
        trends: By number of moment and condition, both samples' trends with errors by bootstrap.
        chi2: Mean sum over random halves of the reference against as many candidate events.
        floor: The same against the other half.
        terms: Terms of the sum, on average.
        empty: Events without any signal, of the reference and of the candidate.
    """

    along: Sequence[Along]
    moments: Sequence[Observable]
    trends: Mapping[tuple[int, int], tuple[Trend, Trend]]
    chi2: Measurement
    floor: Measurement
    terms: float
    empty: tuple[int, int]

    @property
    def name(self) -> str:
        return "moment_trends"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            "Mean of each moment with its standard deviation, as a band and as dotted lines, in "
            f"{_BINS} bins of every condition; errors by bootstrap. χ² sums the squared "
            "differences of mean + and − standard deviation over all bins, all moments but the "
            "amplitude and all conditions; as these are not independent, compare it with that of "
            "full simulation against itself. Events without signal have no moments and are left "
            "out."
        )
        plates = tuple(
            Plate(
                f"moments-{along.name}",
                named(along.name, along.unit),
                f"Six moments against {along.name}",
                functools.partial(plots.trends, *self.drawn(i), names),
            )
            for i, along in enumerate(self.along)
        )
        return Section("moments", "Trends of moments", text, plates, tables=(self._table(),))

    def numbers(self) -> dict[str, Any]:
        """Both sums and what they are made of."""
        return {
            "chi2": self.chi2._asdict(),
            "floor": self.floor._asdict(),
            "terms": self.terms,
            "empty": dict(zip(("reference", "candidate"), self.empty, strict=True)),
        }

    def drawn(self, i: int) -> tuple[list[tuple[Trend, Trend]], str, list[str]]:
        """What `plots.trends` draws of the i-th condition: trends, its name, the moments'."""
        along = self.along[i]
        labels = [named(moment.label, moment.unit) for moment in self.moments]
        pairs = [self.trends[k, i] for k in range(len(self.moments))]
        return pairs, named(along.name, along.unit), labels

    def _table(self) -> Table:
        heads = (
            Head("Sum"),
            Head("Measured", True, "Error"),
            Head("Floor", True, "Floor"),
            Head("Terms", True),
            Head("Events without signal", True),
        )
        cells = (
            Cell("χ² of trends"),
            Cell(measurement(self.chi2)),
            Cell(measurement(self.floor)),
            Cell(f"{self.terms:.0f}"),
            Cell("{:,} and {:,}".format(*self.empty)),
        )
        return Table(heads, (cells,))


def moment_trends(reference: Events, candidate: Events, seed: int = 0) -> MomentTrends:
    """Trends of the six moments against all conditions that vary.

    Args:
        reference: Events of the full simulation, of one pad-by-time image each.
        candidate: Events to judge.
        seed: Of halves and of what errors are drawn from.

    Raises:
        DataError: There are too few events.
    """
    samples = (reference, candidate)
    lit = [int(events.flat().any(axis=1).sum()) for events in samples]
    if min(lit) < _LEAST:
        raise DataError(
            f"trends need {_LEAST} events with signal of each sample, got {lit[0]} and {lit[1]}"
        )
    readout = reference.detector.readouts[0]
    moments = pad_observables(readout)[:_MOMENTS]
    along = _along(reference)
    first, second = (_Table([a.of(e) for a in along], [m(e) for m in moments]) for e in samples)
    edges = [_edges(*pair) for pair in zip(first.x, second.x, strict=True)]
    rng = np.random.default_rng(seed)
    trends = {
        (k, i): (
            bootstrap_trend(first.x[i], first.y[k], edges[i], rng),
            bootstrap_trend(second.x[i], second.y[k], edges[i], rng),
        )
        for k in range(len(moments))
        for i in range(len(along))
    }
    chi2, floor, terms = _sums(first, second, edges, rng)
    empty = len(reference) - lit[0], len(candidate) - lit[1]
    return MomentTrends(along, moments, trends, chi2, floor, terms, empty)


class _Table(NamedTuple):
    """Conditions and moments of one sample, each a list of arrays (N,)."""

    x: list[Floats]
    y: list[Floats]

    def rows(self, index: NDArray[np.intp]) -> _Table:
        return _Table([x[index] for x in self.x], [y[index] for y in self.y])


def _along(events: Events) -> list[Along]:
    """Conditions that vary, and their parts within a cell."""
    pad, time = events.detector.readouts[0].axes
    cells = {axis.unit: float(axis.edges[1] - axis.edges[0]) for axis in (pad, time) if axis.unit}
    found = []
    for condition in varying(events):
        if condition.categories:
            continue
        name, unit = condition.name, condition.unit
        column = events.detector.condition_index(name)
        if unit != pad.unit or not unit:
            found.append(Along(name, unit, column, 0.0))
        if unit in cells:
            found.append(Along(f"{name} mod {cells[unit]:g}", unit, column, cells[unit]))
    return found


def _edges(first: Floats, second: Floats) -> Floats:
    both = np.concatenate([first, second])
    return np.linspace(both.min(), both.max(), _BINS + 1)


def _sums(
    reference: _Table, candidate: _Table, edges: list[Floats], rng: np.random.Generator
) -> tuple[Measurement, Measurement, float]:
    """The sum over random halves of the reference, its floor, and how many terms it has."""
    size = len(reference.x[0]) // 2
    found = []
    for _ in range(_SPLITS):
        order, other = (rng.permutation(len(t.x[0])) for t in (reference, candidate))
        half, rest = reference.rows(order[:size]), reference.rows(order[size : 2 * size])
        sums = [_chi2(half, c, edges) for c in (candidate.rows(other[:size]), rest)]
        found.append([sums[0][0], sums[1][0], sums[0][1]])
    values = np.array(found)
    errors = values.std(axis=0, ddof=1) / np.sqrt(_SPLITS)
    measured, floor = (Measurement(float(values[:, i].mean()), float(errors[i])) for i in (0, 1))
    return measured, floor, float(values[:, 2].mean())


def _chi2(first: _Table, second: _Table, edges: list[Floats]) -> tuple[float, int]:
    pairs = (
        (trend(first.x[i], y, edges[i]), trend(second.x[i], z, edges[i]))
        for i in range(len(edges))
        for y, z in zip(first.y[:-1], second.y[:-1], strict=True)
    )
    found = trend_chi2(pairs)
    return found.value, found.terms
