"""Arguments of the command line as values."""

from __future__ import annotations

__all__ = ["parse_conditions", "refuse_contradictions"]

import math
from collections.abc import Sequence
from pathlib import Path

from ..errors import ConditionError


def parse_conditions(texts: Sequence[str]) -> dict[str, float]:
    """The values of conditions given as "NAME=NUMBER".

    Raises:
        ConditionError: A text is not of that form, or a condition is given twice.
    """
    values: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        name = name.strip()
        value = _number(number)
        if not math.isfinite(value):
            raise ConditionError(f"--condition needs NAME=NUMBER as energy=50, got '{text}'")
        if name in values:
            raise ConditionError(f"--condition {name} is given twice; give it once")
        values[name] = value
    return values


def _number(text: str) -> float:
    """The number that a text is, or NaN."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def refuse_contradictions(fixed: Sequence[str], source: Path | None, events: int | None) -> None:
    """Raises ConditionError unless one way says which events, and how many, are wanted."""
    if source is not None and fixed:
        raise ConditionError("--condition and --conditions-from exclude each other; give one")
    if source is None and events is None:
        raise ConditionError("say how many events with --events N, or give --conditions-from FILE")
