"""How a journey tells how far it is."""

from __future__ import annotations

__all__ = ["Told", "counter", "silent"]

from collections.abc import Callable
from typing import Protocol


class Told(Protocol):
    """Hears how far a journey is."""

    def __call__(self, stage: str, done: int, total: int | None, note: str = "") -> None:
        """`done` of `total` of a stage is done; `total` is None where it is not known."""


def silent(stage: str, done: int, total: int | None, note: str = "") -> None:
    """Tells nobody."""


def counter(told: Told, stage: str) -> Callable[[str], None]:
    """Turns a line before each part of a stage, as "energy (1 of 9)", into a count."""

    def count(text: str) -> None:
        note, _, numbers = text.rpartition(" (")
        number, _, total = numbers.rstrip(")").partition(" of ")
        told(stage, int(number) - 1, int(total), note)

    return count
