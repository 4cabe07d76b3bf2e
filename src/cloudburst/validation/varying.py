"""Which conditions vary enough among events for anything to depend on them."""

from __future__ import annotations

__all__ = ["varying"]

import numpy as np

from ..detector import Condition
from ..events import Events

_LEAST = 0.01


def varying(events: Events) -> tuple[Condition, ...]:
    """Conditions whose values span more than a hundredth of their range.

    >>> from cloudburst.detectors import CALOGAN
    >>> signals = {r.name: np.ones((2, *r.shape), np.float32) for r in CALOGAN.readouts}
    >>> energies = np.array([[1], [100]], np.float32)
    >>> len(varying(Events(CALOGAN, energies, signals)))
    1
    >>> len(varying(Events(CALOGAN, energies / 1000 + 50, signals)))
    0
    """
    spans = np.ptp(events.conditions.astype(np.float64), axis=0)
    pairs = zip(events.detector.conditions, spans, strict=True)
    return tuple(c for c, span in pairs if span > _LEAST * (c.high - c.low))
