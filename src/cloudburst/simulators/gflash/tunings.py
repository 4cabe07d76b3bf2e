"""Named tunings of the parametrisation."""

from __future__ import annotations

__all__ = ["TUNINGS", "tuning_named"]

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...errors import SimulationError, nearest
from .tuning import PAPER, Tuning

TUNINGS: Mapping[str, Tuning] = MappingProxyType({"paper": PAPER})


def tuning_named(tuning: str | Mapping[str, Any]) -> Tuning:
    """A tuning by name, or made of a table of its fields.

    Raises:
        SimulationError: There is no such tuning or field, or a value makes no sense.
    """
    if isinstance(tuning, str):
        if tuning not in TUNINGS:
            raise SimulationError(f"gflash has no tuning '{tuning}'; {nearest(tuning, TUNINGS)}")
        return TUNINGS[tuning]
    fields = [field.name for field in dataclasses.fields(Tuning)]
    for key in tuning:
        if key not in fields:
            raise SimulationError(f"a tuning has no '{key}'; {nearest(key, fields)}")
    return Tuning(**tuning)
