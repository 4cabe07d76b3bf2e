"""Events by kind: one sample for each category of a condition, as the particle or the process."""

from __future__ import annotations

__all__ = ["shared_kinds", "telling_condition"]

import numpy as np

from ..detector import Condition, Detector
from ..events import Events


def telling_condition(detector: Detector) -> Condition | None:
    """The first condition with categories, by which events are of several kinds; None if none."""
    return next((c for c in detector.conditions if c.categories), None)


def shared_kinds(
    reference: Events, candidate: Events
) -> tuple[dict[str, Events], dict[str, Events]]:
    """Both samples by kind, of the kinds that both have; without kinds, all of each as ""."""
    first, second = _by_kind(reference), _by_kind(candidate)
    shared = [kind for kind in first if kind in second]
    return {kind: first[kind] for kind in shared}, {kind: second[kind] for kind in shared}


def _by_kind(events: Events) -> dict[str, Events]:
    condition = telling_condition(events.detector)
    if condition is None:
        return {"": events}
    of = events.condition(condition.name)
    rows = [(name, np.flatnonzero(of == i)) for i, name in enumerate(condition.categories or ())]
    return {name: events[some] for name, some in rows if len(some)}
