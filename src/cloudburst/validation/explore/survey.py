"""Numbers that say what a sample of events is."""

from __future__ import annotations

__all__ = [
    "ConditionRow",
    "Outlier",
    "ReadoutRow",
    "Survey",
    "correlations",
    "outliers",
    "shares",
    "survey",
]

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...detector import Condition, Readout
from ...events import Events
from ...observables import Observable, has_response, observables_for, response

Floats = NDArray[np.float64]

_COVERAGE_BINS = 20
# A cell hit more rarely than this is nearly dead.
_RARE = 1e-3
# How many times farther from the middle than 95 % of its neighbours an outlier is.
_FAR = 6.0
_NEIGHBOURS = 101
_FEWEST = 20
_LISTED = 12


@dataclasses.dataclass(frozen=True)
class ConditionRow:
    """One condition: its range as declared and as found.

    Attributes:
        name: Its name.
        unit: Its unit.
        low: Lower end of the declared range, in `unit`.
        high: Upper end.
        smallest: Smallest value found.
        largest: Largest value found.
        distinct: How many different values there are.
        covered: Share of 20 equal parts of the declared range that hold an event.
    """

    name: str
    unit: str
    low: float
    high: float
    smallest: float
    largest: float
    distinct: int
    covered: float


@dataclasses.dataclass(frozen=True)
class ReadoutRow:
    """One readout.

    Attributes:
        name: Its name.
        shape: Its cells along each axis, as "3 x 96".
        cells: Its number of cells.
        unit: Unit of its signals.
        share: Its mean share of all signal.
        occupancy: Mean fraction of its cells with a signal.
        dead: Cells without a signal in any event.
        rare: Cells with a signal in less than one event in a thousand, dead ones left out.
        constant: Cells with one and the same signal in every event.
        smallest: Smallest signal above zero; NaN if there is none.
        largest: Largest signal.
    """

    name: str
    shape: str
    cells: int
    unit: str
    share: float
    occupancy: float
    dead: int
    rare: int
    constant: int
    smallest: float
    largest: float


@dataclasses.dataclass(frozen=True)
class Outlier:
    """An event unlike others at like conditions.

    Attributes:
        event: Its place in the sample.
        observable: In what.
        value: Its value there.
        deviations: Distance from the median of its neighbours, over that of 95 % of them.
    """

    event: int
    observable: str
    value: float
    deviations: float


@dataclasses.dataclass(frozen=True)
class Survey:
    """What a sample is.

    Attributes:
        conditions: One row for each condition.
        readouts: One row for each readout.
        outliers: Events unlike their neighbours, the farthest first.
        far: How many events are.
        names: Names of the observables that were correlated.
        correlations: Rank correlations of observables (rows) with conditions (columns).
    """

    conditions: tuple[ConditionRow, ...]
    readouts: tuple[ReadoutRow, ...]
    outliers: tuple[Outlier, ...]
    far: int
    names: tuple[str, ...]
    correlations: Floats


def survey(events: Events) -> Survey:
    """Looks at conditions, readouts, outliers and correlations of a sample."""
    found = outliers(events)
    watched = [*shares(events), *_watched(events)]
    return Survey(
        tuple(_condition(c, events.condition(c.name)) for c in events.detector.conditions),
        tuple(_readout(events, readout) for readout in events.detector.readouts),
        found[:_LISTED],
        len(found),
        tuple(name for name, _ in watched),
        correlations(events, [values for _, values in watched]),
    )


def shares(events: Events) -> list[tuple[str, Floats]]:
    """For each readout, its share of each event's signal in readouts of the first one's unit."""
    readouts = [r for r in events.detector.readouts if r.unit == events.detector.readouts[0].unit]
    if len(readouts) < 2:
        return []
    sums = np.stack([_sums(events.readouts[r.name]) for r in readouts], axis=1)
    total = sums.sum(axis=1, keepdims=True)
    found = np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0)
    return [(f"share of {r.name}", found[:, i]) for i, r in enumerate(readouts)]


def correlations(events: Events, columns: list[Floats]) -> Floats:
    """Spearman's rank correlations with the conditions, with shape (len(columns), C)."""
    found = np.full((len(columns), events.conditions.shape[1]), np.nan)
    for i, values in enumerate(columns):
        known = np.isfinite(values)
        for j, condition in enumerate(events.conditions.T):
            if known.sum() > 2 and np.ptp(values[known]) > 0 and np.ptp(condition[known]) > 0:
                found[i, j] = stats.spearmanr(values[known], condition[known]).statistic
    return found


def outliers(events: Events) -> tuple[Outlier, ...]:
    """Events far from the hundred at the nearest conditions, the farthest first.

    Neighbours are nearest in the condition that an observable follows most. Each event is told
    of once, with the observable in which it is farthest.
    """
    found: list[Outlier] = []
    for observable in _all_observables(events):
        values = observable(events)
        followed = np.abs(correlations(events, [values])[0])
        column = int(np.argmax(np.nan_to_num(followed)))
        order = np.argsort(events.conditions[:, column], kind="stable")
        away = np.full(len(values), np.nan)
        away[order] = _deviations(values[order])
        found += [
            Outlier(int(i), observable.name, float(values[i]), float(away[i]))
            for i in np.flatnonzero(np.abs(away) > _FAR)
        ]
    found.sort(key=lambda outlier: -abs(outlier.deviations))
    farthest: dict[int, Outlier] = {}
    for outlier in found:
        farthest.setdefault(outlier.event, outlier)
    return tuple(farthest.values())


def _watched(events: Events) -> list[tuple[str, Floats]]:
    """Response or signal, and occupancy, of each event."""
    flat = events.flat()
    hits = (flat > 0).mean(axis=1)
    if has_response(events.detector):
        return [("response", response(events.detector)(events)), ("occupancy", hits)]
    return [("signal", _sums(flat)), ("occupancy", hits)]


def _all_observables(events: Events) -> list[Observable]:
    found = list(observables_for(events.detector))
    return [*found, response(events.detector)] if has_response(events.detector) else found


def _deviations(values: Floats) -> Floats:
    """Distance of each value from the median of its neighbours, over that of 95 % of them."""
    width = min(_NEIGHBOURS, len(values))
    if width < _FEWEST:
        return np.full(len(values), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(values, width)
    place = np.clip(np.arange(len(values)) - width // 2, 0, len(windows) - 1)
    with np.errstate(all="ignore"):
        middle = np.median(windows, axis=1)
        spread = np.quantile(np.abs(windows - middle[:, None]), 0.95, axis=1)
        away: Floats = (values - middle[place]) / spread[place]
    return np.where(np.isfinite(away), away, np.nan)


def _condition(condition: Condition, values: NDArray[np.float32]) -> ConditionRow:
    counts, _ = np.histogram(values, _COVERAGE_BINS, (condition.low, condition.high))
    if condition.categories:
        counts = np.bincount(values.astype(int), minlength=len(condition.categories))
    return ConditionRow(
        condition.name,
        condition.unit,
        condition.low,
        condition.high,
        float(values.min()),
        float(values.max()),
        len(np.unique(values)),
        float((counts > 0).mean()),
    )


def _readout(events: Events, readout: Readout) -> ReadoutRow:
    cells = events.readouts[readout.name].reshape(len(events), readout.size)
    rate = (cells > 0).mean(axis=0)
    same = cells.min(axis=0) == cells.max(axis=0)
    hits = cells[cells > 0]
    total = events.flat().sum(dtype=np.float64)
    return ReadoutRow(
        readout.name,
        " x ".join(map(str, readout.shape)) or "1",
        readout.size,
        readout.unit,
        float(cells.sum(dtype=np.float64) / total) if total > 0 else float("nan"),
        float(rate.mean()),
        int((rate == 0).sum()),
        int(((rate > 0) & (rate < _RARE)).sum()),
        int((same & (rate > 0)).sum()),
        float(hits.min()) if len(hits) else float("nan"),
        float(cells.max(initial=0)),
    )


def _sums(cells: NDArray[np.float32]) -> Floats:
    sums: Floats = cells.reshape(len(cells), -1).sum(axis=1, dtype=np.float64)
    return sums
