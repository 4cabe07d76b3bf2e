"""What two samples have in common: readouts, conditions, ranges, usable events."""

from __future__ import annotations

__all__ = ["Common", "common_ground", "usable"]

import dataclasses
from typing import NamedTuple

import numpy as np
from scipy import stats

from ..detector import Detector, Readout
from ..errors import DataError
from ..events import Events
from ..validation.gates import Unusable

# two samples of one law differ so much in a condition once in a million times
_UNLIKELY = 1e-6
_NAMED = 4
# samples of one law that falls off end at different places
_FEW = 0.01


class Common(NamedTuple):
    """Both samples with what they share, and what had to be left out.

    Attributes:
        reference: The full simulation.
        candidate: What is judged.
        warnings: What was left out, one line each.
    """

    reference: Events
    candidate: Events
    warnings: list[str]


def usable(events: Events, name: str) -> tuple[Events, Unusable]:
    """The events that are finite and not negative, and how many are not.

    Raises:
        DataError: No event is left.
    """
    bad = ~np.isfinite(events.conditions).all(axis=1)
    reasons = [f"a condition is not finite in event {np.argmax(bad)}"] if bad.any() else []
    for readout, cells in events.readouts.items():
        flat = cells.reshape(len(cells), -1)
        wrong = ~((flat >= 0) & (flat < np.inf)).all(axis=1)
        if wrong.any():
            first = int(np.argmax(wrong))
            value = flat[first][~((flat[first] >= 0) & (flat[first] < np.inf))][0]
            reasons.append(f"{readout} holds {value:.4g} in event {first}")
        bad |= wrong
    left_out = Unusable(int(bad.sum()), len(events), "; ".join(reasons[:_NAMED]))
    if bad.all():
        raise DataError(f"{name}: no event can be used: {left_out.reason or 'there is none'}")
    return (events[~bad], left_out) if bad.any() else (events, left_out)


def common_ground(reference: Events, candidate: Events) -> Common:
    """Both samples with the readouts, conditions and ranges that both have.

    Raises:
        DataError: They have no readout or no condition in common, or no range of one.
    """
    readouts, warnings = _readouts(reference.detector, candidate.detector)
    names, more = _conditions(reference.detector, candidate.detector)
    detector = reference.detector.select(readouts)
    detector = dataclasses.replace(
        detector, conditions=tuple(c for c in detector.conditions if c.name in names)
    )
    samples = [_onto(detector, events) for events in (reference, candidate)]
    inside, ranges = _ranges(*samples)
    spread = _differently_spread(*inside)
    return Common(*inside, [*warnings, *more, *ranges, *spread])


def _readouts(reference: Detector, candidate: Detector) -> tuple[list[str], list[str]]:
    mine = {r.name: r for r in reference.readouts}
    theirs = {r.name: r for r in candidate.readouts}
    shared = [n for n in theirs if n in mine and not _difference(mine[n], theirs[n])]
    reasons = [
        f"{n} {_difference(mine[n], theirs[n])}" for n in theirs if n in mine and n not in shared
    ]
    if not shared:
        reason = "; ".join(reasons) or f"{', '.join(mine)} there, {', '.join(theirs)} here"
        raise DataError(
            f"the candidate of '{candidate.name}' has no readout in common with the full "
            f"simulation of '{reference.name}': {reason}"
        )
    # what the candidate leaves to others is no fault of its
    return shared, [f"left out: {r}" for r in reasons] + [
        f"left out: {n}, which the full simulation has not" for n in theirs if n not in mine
    ]


def _difference(mine: Readout, theirs: Readout) -> str:
    """How two readouts of one name differ; "" if they do not."""
    if mine.shape != theirs.shape:
        return f"has the shape {mine.shape} there, {theirs.shape} here"
    if mine.unit != theirs.unit:
        return f"is in {mine.unit} there, in {theirs.unit} here"
    for a, b in zip(mine.axes, theirs.axes, strict=True):
        if a.name != b.name or a.unit != b.unit or not np.allclose(a.edges, b.edges):
            return f"has other bins of {a.name}"
    return ""


def _conditions(reference: Detector, candidate: Detector) -> tuple[set[str], list[str]]:
    mine, theirs = ({c.name: c.unit for c in d.conditions} for d in (reference, candidate))
    shared = {n for n in mine if theirs.get(n) == mine[n]}
    if not shared:
        raise DataError(
            f"no condition in common: {_listed(mine)} in the full simulation, "
            f"{_listed(theirs)} in the candidate"
        )
    lost = {**mine, **theirs}.keys() - shared
    text = "left out: {}, not a condition of both in one unit"
    return shared, [text.format(n) for n in sorted(lost)]


def _listed(conditions: dict[str, str]) -> str:
    return ", ".join(f"{name} [{unit}]" for name, unit in conditions.items())


def _onto(detector: Detector, events: Events) -> Events:
    """The events as responses of the shared detector."""
    columns = [events.detector.condition_index(c.name) for c in detector.conditions]
    conditions = np.ascontiguousarray(events.conditions[:, columns])
    return Events(
        detector, conditions, {r.name: events.readouts[r.name] for r in detector.readouts}
    )


def _ranges(reference: Events, candidate: Events) -> tuple[tuple[Events, Events], list[str]]:
    """Only events at conditions that both samples reach, where more than a few lie beyond."""
    kept = [np.ones(len(e), np.bool_) for e in (reference, candidate)]
    warnings = []
    for i, condition in enumerate(reference.detector.conditions):
        columns = reference.conditions[:, i], candidate.conditions[:, i]
        ends = [(float(c.min()), float(c.max())) for c in columns]
        slack = 0.02 * (condition.high - condition.low)
        low, high = max(e[0] for e in ends) - slack, min(e[1] for e in ends) + slack
        beyond = [float(np.mean((c < low) | (c > high))) for c in columns]
        if max(beyond) < _FEW:
            continue
        warnings.append(
            f"the full simulation has {condition.name} {_range(ends[0])} {condition.unit}, the "
            f"candidate {_range(ends[1])}: only what both have is compared"
        )
        for mask, column in zip(kept, columns, strict=True):
            mask &= (column >= low) & (column <= high)
    if not all(mask.any() for mask in kept):
        raise DataError(f"no events at common conditions: {'; '.join(warnings)}")
    first, second = (
        e[m] if not m.all() else e for e, m in zip((reference, candidate), kept, strict=True)
    )
    return (first, second), warnings


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.4g} to {ends[1]:.4g}"


def _differently_spread(reference: Events, candidate: Events) -> list[str]:
    found = []
    for condition in reference.detector.conditions:
        pair = [e.condition(condition.name) for e in (reference, candidate)]
        if float(stats.ks_2samp(*pair).pvalue) < _UNLIKELY:
            found.append(
                f"{condition.name} is not spread alike in both samples, which shows in whatever "
                f"depends on it; make the candidate at the conditions of the full simulation"
            )
    return found
