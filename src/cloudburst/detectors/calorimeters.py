"""The shipped calorimeters, with what they are made of, and those that users describe.

| name | block | a cell holds |
|---|---|---|
| `calogan`, `calogan_angles` | 80 x (2 mm lead, 4 mm liquid argon), 1 m wide | all energy |
| `lhcb_ecal` | 66 x (2 mm lead, 4 mm polystyrene), 0.6 m wide | energy in polystyrene |
| `calochallenge2` | 45 x (1.4 mm tungsten, 0.3 mm silicon), 1 m wide | energy in silicon |

In `calochallenge2` the cells of CaloChallenge's data set 2 hold the energy that silicon
received, neither divided by the sampling fraction nor cut at a threshold, as the detector's own
name "calochallenge2-silicon" says.
"""

from __future__ import annotations

__all__ = ["CALORIMETERS", "load_calorimeter"]

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..detector import Detector
from .calochallenge import PolarLayer, polar_detector
from .calogan import CALOGAN, CALOGAN_ANGLES
from .description import calorimeter_from_dict
from .guns import EnergyGun, MomentumGun
from .lhcb_ecal import LHCB_ECAL
from .loading import described
from .materials import MATERIALS
from .sampling import Calorimeter, Slab, Stack


def _stack(repeats: int, absorber: tuple[str, float], active: tuple[str, float]) -> Stack:
    return Stack(
        repeats,
        (
            Slab(MATERIALS[absorber[0]], absorber[1]),
            Slab(MATERIALS[active[0]], active[1], active=True),
        ),
    )


def _calogan(detector: Detector) -> Calorimeter:
    return Calorimeter(
        detector,
        (_stack(80, ("lead", 2.0), ("liquid_argon", 4.0)),),
        half_width=500.0,
        sections={"layer_0": (0, 90), "layer_1": (90, 437), "layer_2": (437, 480)},
        counts_absorber=True,
        gun=EnergyGun(detector, "e+"),
        overflow="overflow",
    )


def _lhcb_ecal() -> Calorimeter:
    return Calorimeter(
        LHCB_ECAL,
        (_stack(66, ("lead", 2.0), ("polystyrene", 4.0)),),
        half_width=300.0,
        sections={"cells": (0, 396)},
        counts_absorber=False,
        gun=MomentumGun(LHCB_ECAL, "e-"),
    )


def _calochallenge2() -> Calorimeter:
    rings = tuple(np.round(4.65 * np.arange(10), 6).tolist())
    detector = polar_detector(
        "calochallenge2-silicon",
        [PolarLayer(number, rings, 16) for number in range(45)],
        (1e3, 1e5),
        alpha_start=0.0,
    )
    layers = {f"layer_{i}": (round(1.7 * i, 9), round(1.7 * (i + 1), 9)) for i in range(45)}
    return Calorimeter(
        detector,
        (_stack(45, ("tungsten", 1.4), ("silicon", 0.3)),),
        half_width=500.0,
        sections=layers,
        counts_absorber=False,
        gun=EnergyGun(detector, "e-"),
    )


CALORIMETERS: Mapping[str, Calorimeter] = MappingProxyType(
    {
        "calogan": _calogan(CALOGAN),
        "calogan_angles": _calogan(CALOGAN_ANGLES),
        "lhcb_ecal": _lhcb_ecal(),
        "calochallenge2": _calochallenge2(),
    }
)


def load_calorimeter(source: str | Path | Mapping[str, Any]) -> Calorimeter:
    """A calorimeter.

    Args:
        source: The name of a shipped one, the path of a TOML file that describes one, or the
            plain data of such a file.

    Raises:
        FileError: There is no such file or shipped calorimeter, or it cannot be read.
        FormatError: The file is not TOML.
        DataError: The description makes no sense; says where, and what would.
    """
    return described(source, "calorimeter", CALORIMETERS, calorimeter_from_dict)
