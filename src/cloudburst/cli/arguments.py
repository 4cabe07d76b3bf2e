"""Arguments of the command line as values."""

from __future__ import annotations

__all__ = [
    "parse_conditions",
    "parse_count",
    "parse_mirrors",
    "parse_ranges",
    "refuse_contradictions",
]

import math
from collections.abc import Sequence
from pathlib import Path

from ..errors import ConditionError


def parse_conditions(texts: Sequence[str]) -> dict[str, float | str]:
    """The values of conditions given as "NAME=VALUE": numbers, or names of categories.

    Raises:
        ConditionError: A text is not of that form, or a condition is given twice.
    """
    values: dict[str, float | str] = {}
    for text in texts:
        name, _, given = (part.strip() for part in text.partition("="))
        value = _number(given)
        if not given or math.isinf(value) or given.lower() == "nan":
            raise ConditionError(f"--condition needs NAME=VALUE as energy=50, got '{text}'")
        if name in values:
            raise ConditionError(f"--condition {name} is given twice; give it once")
        values[name] = given if math.isnan(value) else value
    return values


def parse_ranges(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The ranges of conditions given as "NAME=LOW:HIGH", or "NAME=NUMBER" for a fixed one.

    Raises:
        ConditionError: A text is not of that form, or a condition is given twice.
    """
    ranges: dict[str, tuple[float, float]] = {}
    for text in texts:
        name, _, numbers = text.partition("=")
        name = name.strip()
        low, colon, high = numbers.partition(":")
        values = _number(low), _number(high if colon else low)
        if not all(map(math.isfinite, values)):
            raise ConditionError(
                f"--condition needs NAME=LOW:HIGH as energy=1:100, or NAME=NUMBER, got '{text}'"
            )
        if name in ranges:
            raise ConditionError(f"--condition {name} is given twice; give it once")
        ranges[name] = values
    return ranges


def parse_mirrors(texts: Sequence[str]) -> dict[str, list[str]]:
    """The conditions that change sign with each axis, given as "AXIS" or "AXIS=NAME,NAME".

    Raises:
        ConditionError: An axis is given twice.
    """
    mirrors: dict[str, list[str]] = {}
    for text in texts:
        axis, _, names = (part.strip() for part in text.partition("="))
        if axis in mirrors:
            raise ConditionError(f"--mirror {axis} is given twice; give it once")
        mirrors[axis] = [name.strip() for name in names.split(",") if name.strip()]
    return mirrors


def parse_count(text: str) -> int:
    """A whole number given as "1000000" or "1e6"; raises ConditionError if it is none above 0."""
    number = _number(text)
    if not (1 <= number <= 2**53 and number == int(number)):
        raise ConditionError(f"--events needs a whole number as 1000 or 1e9, got '{text}'")
    return int(number)


def _number(text: str) -> float:
    """The number that a text is, or NaN."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def refuse_contradictions(fixed: Sequence[str], source: Path | None, events: str | None) -> None:
    """Raises ConditionError unless one way says which events, and how many, are wanted."""
    if source is not None and fixed:
        raise ConditionError("--condition and --conditions-from exclude each other; give one")
    if source is None and events is None:
        raise ConditionError("say how many events with --events N, or give --conditions-from FILE")
