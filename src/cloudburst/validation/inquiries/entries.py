"""Entries of tables that several inquiries share."""

from __future__ import annotations

__all__ = ["beside_floor"]

from ..numbers import measurement, rounded
from ..report import AGREEMENT, Check
from ..tables import Cell


def beside_floor(check: Check) -> tuple[Cell, Cell]:
    """A distance, marked if it is too large, and its floor."""
    off = check.measured.value > AGREEMENT * check.floor.value
    return Cell(measurement(check.measured), off=off), Cell(rounded(check.floor.value))
