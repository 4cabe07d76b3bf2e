"""Distances between two samples of one observable."""

from __future__ import annotations

__all__ = ["Measurement"]

from typing import NamedTuple


class Measurement(NamedTuple):
    """A value and its one-sigma statistical error."""

    value: float
    error: float
