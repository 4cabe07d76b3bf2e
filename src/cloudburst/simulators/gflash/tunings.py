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
            depth=0.2414,
            shape=0.9891,
            depth_spread=1.0423,
            shape_spread=1.0129,
            core=1.021,
            tail=0.9665,
            weight=-0.0405,
            reach=7.9052,
            albedo=0.0019,
            source=_FITTED,
        ),
        "lhcb_ecal": Tuning(
            depth=0.294,
            depth_spread=0.9919,
            core=1.1759,
            tail=1.1141,
            weight=-0.0501,
            reach=6.4954,
            spots=0.6946,
            response=1.0878,
            resolution=0.9846,
            source=_FITTED,
        ),
        "calochallenge2": Tuning(
            depth=0.1858,
            shape=0.9807,
            depth_spread=1.0667,
            shape_spread=1.0208,
            core=0.971,
            tail=0.9955,
            weight=-0.1245,
            reach=8.2203,
            spots=0.9884,
            response=1.2398,
            resolution=1.0748,
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
