"""Named tunings of the parametrisation, each fitted to full simulation of one calorimeter."""

from __future__ import annotations

__all__ = ["TUNINGS", "tuning_named"]

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...errors import SimulationError, nearest
from .tuning import PAPER, Tuning

_FITTED = "benchmarks/fit_gflash.py: Geant4 11.4, standard electromagnetic physics, 1 to 100 GeV"

TUNINGS: Mapping[str, Tuning] = MappingProxyType(
    {
        "paper": PAPER,
        "calogan": Tuning(
            depth=0.1921,
            shape=0.9834,
            depth_spread=1.0256,
            shape_spread=1.0259,
            core=1.0158,
            tail=0.9633,
            weight=-0.0413,
            reach=7.9515,
            albedo=0.0019,
            source=_FITTED,
        ),
        "lhcb_ecal": Tuning(
            depth=0.1927,
            depth_spread=1.0247,
            core=1.174,
            tail=1.0953,
            weight=-0.0535,
            reach=6.6107,
            spots=0.6856,
            response=1.0878,
            resolution=0.993,
            source=_FITTED,
        ),
        "calochallenge2": Tuning(
            depth=0.1959,
            shape=0.9759,
            depth_spread=1.0303,
            shape_spread=1.0323,
            core=0.9385,
            tail=0.9894,
            weight=-0.1315,
            reach=9.3335,
            spots=0.9893,
            response=1.2429,
            resolution=1.0714,
            source=_FITTED,
        ),
    }
)


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
