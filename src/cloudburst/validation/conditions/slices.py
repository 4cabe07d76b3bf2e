"""How well a surrogate knows conditions that were left out of its training.

Train on `without_slice(events, ...)`, then compare with the full simulation inside the slice
and, for the same number of events, beside it: what is worse inside is the price of having to
interpolate.
"""

from __future__ import annotations

__all__ = ["HeldOut", "held_out", "without_slice"]

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from ...errors import DataError
from ...events import Events
from ..metrics import MIN_EVENTS, Metric, standard_metrics
from ..report import Check, Report, validate


@dataclasses.dataclass(frozen=True)
class HeldOut:
    """Distances in a slice of a condition that the training left out, and beside it.

    Attributes:
        condition: Name of the condition.
        low: Lower end of the slice, in its unit.
        high: Upper end of the slice, in its unit.
        inside: Checks of events in the slice.
        beside: Checks of as many events from both sides of it.
        extrapolated: Whether there is no full simulation on one side, so that nothing could be
            interpolated.
    """

    condition: str
    low: float
    high: float
    inside: Report
    beside: Report
    extrapolated: bool

    @property
    def price(self) -> Measurement:
        """The mean over all checks of distance over floor, inside over beside; 1 is ideal."""
        inside, beside = (_mean_ratio(report) for report in (self.inside, self.beside))
        value = inside.value / beside.value
        error = value * math.hypot(inside.error / inside.value, beside.error / beside.value)
        return Measurement(value, error)


def without_slice(events: Events, condition: str, low: float, high: float) -> Events:
    """The events outside a slice of a condition, to train on.

    Raises:
        ConditionError: There is no such condition.
        DataError: The slice is empty, holds no event, or holds all.
    """
    within = _within(events, condition, low, high)
    if not within.any() or within.all():
        raise DataError(
            f"{within.sum()} of {len(events)} events have {condition} in {low:g}..{high:g}"
        )
    return events[~within]


def held_out(
    reference: Events,
    candidate: Events,
    condition: str,
    low: float,
    high: float,
    metrics: tuple[Metric, ...] | None = None,
    seed: int = 0,
) -> HeldOut:
    """Compares a candidate with the full simulation in a slice and beside it.

    Args:
        reference: Events of the full simulation, inside and outside the slice.
        candidate: Events of a surrogate that was trained without the slice.
        condition: Name of the condition.
        low: Lower end of the slice, in its unit.
        high: Upper end of the slice, in its unit.
        metrics: What to judge by; the standard ones if not given.
        seed: Seed of splits and resampling.

    Raises:
        ConditionError: There is no such condition.
        DataError: There are too few events inside or beside the slice; says how many it takes.
    """
    metrics = metrics or standard_metrics(reference.detector)
    samples = reference, candidate
    within = [_within(events, condition, low, high) for events in samples]
    beside = [
        _beside(events, condition, (low, high), int(inside.sum()))
        for events, inside in zip(samples, within, strict=True)
    ]
    reports = []
    for place, rows in (("inside", within), ("beside", beside)):
        _refuse_few(place, condition, (low, high), int(rows[0].sum()), int(rows[1].sum()))
        reports.append(validate(reference[rows[0]], candidate[rows[1]], metrics, seed))
    values = reference.condition(condition)
    one_sided = not ((values < low).any() and (values > high).any())
    return HeldOut(condition, low, high, reports[0], reports[1], one_sided)


def _within(events: Events, condition: str, low: float, high: float) -> NDArray[np.bool_]:
    if not low < high:
        raise DataError(f"a slice of {condition} needs low < high, got {low:g}..{high:g}")
    values = events.condition(condition)
    return (values >= low) & (values <= high)


def _beside(
    events: Events, condition: str, ends: tuple[float, float], n: int
) -> NDArray[np.bool_]:
    """The nearest events outside a slice, half of them on either side where there are enough."""
    values = events.condition(condition).astype(np.float64)
    ranks = []
    for distance in (ends[0] - values, values - ends[1]):
        order = np.argsort(np.where(distance > 0, distance, np.inf), kind="stable")
        rank = np.empty(len(values))
        rank[order] = np.arange(len(values))
        ranks.append(np.where(distance > 0, rank, np.inf))
    nearest = np.minimum(*ranks)
    chosen = np.argsort(nearest, kind="stable")[:n]
    found = np.zeros(len(values), np.bool_)
    found[chosen] = np.isfinite(nearest[chosen])
    return found


def _refuse_few(
    place: str, condition: str, ends: tuple[float, float], reference: int, candidate: int
) -> None:
    if reference < 2 * MIN_EVENTS or candidate < MIN_EVENTS:
        raise DataError(
            f"{place} the slice {condition} {ends[0]:g}..{ends[1]:g}: {2 * MIN_EVENTS} reference "
            f"and {MIN_EVENTS} candidate events are needed, got {reference} and {candidate}"
        )


def _mean_ratio(report: Report) -> Measurement:
    """Mean distance over floor; its error takes the checks as independent of each other."""
    known: list[Check] = [c for c in report.checks if c.floor.value > 0]
    if not known:
        return Measurement(1.0, 0.0)
    ratios = np.array([c.ratio for c in known])
    errors = [_ratio_error(c) for c in known]
    return Measurement(float(ratios.mean()), float(np.sqrt(np.square(errors).sum())) / len(known))


def _ratio_error(check: Check) -> float:
    parts = check.measured.error / check.floor.value, check.ratio * check.floor.error
    return math.hypot(parts[0], parts[1] / check.floor.value)
