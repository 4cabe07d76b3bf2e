"""What samples, events and axes are called."""

from __future__ import annotations

__all__ = ["NAMES", "caption", "named"]

from ..events import Events
from .numbers import rounded

NAMES = ("Full simulation", "Surrogate")


def named(label: str, unit: str) -> str:
    """A label with its unit in brackets, or the plain label of a pure number.

    >>> named("Depth", "mm"), named("Sparsity", "")
    ('Depth [mm]', 'Sparsity')
    """
    return f"{label} [{unit}]" if unit else label


def caption(events: Events, index: int) -> str:
    """The conditions of one event with their units, one a line, by name if there are several."""
    conditions = events.detector.conditions
    values = zip(conditions, events.conditions[index], strict=True)
    lines = [
        c.categories[int(value)]
        if c.categories
        else f"{c.name if len(conditions) > 1 else ''} {rounded(float(value))} {c.unit}".strip()
        for c, value in values
    ]
    return "\n".join(lines)
