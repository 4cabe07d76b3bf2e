"""Arguments of the command line as values."""

from __future__ import annotations

__all__ = ["parse_conditions"]

from collections.abc import Sequence
from pathlib import Path

from ..errors import ConditionError
from ..experiment import Request


def parse_conditions(
    conditions: Sequence[str] | None, source: Path | None, events: int | None
) -> Request:
    """The request that --condition, --conditions-from and --events make together.

    Raises:
        ConditionError: A condition is not NAME=NUMBER, both ways are given, or no number of
            events follows from either.
    """
    if source is not None and conditions:
        raise ConditionError("--condition and --conditions-from exclude each other")
    if source is None and events is None:
        raise ConditionError("say how many events with --events N, or give --conditions-from FILE")
    fixed = {}
    for text in conditions or []:
        name, _, value = text.partition("=")
        try:
            fixed[name.strip()] = float(value)
        except ValueError as error:
            message = f"--condition needs NAME=NUMBER as energy=50, got '{text}'"
            raise ConditionError(message) from error
    return Request(events, fixed, source)
