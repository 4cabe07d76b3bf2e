"""Simple calorimeters for tests of parametric showers."""

import numpy as np

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import MATERIALS, Calorimeter, Slab, Stack
from cloudburst.detectors.description import calorimeter_to_dict
from cloudburst.detectors.guns import EnergyGun
from cloudburst.simulators.gflash import GFlash
from cloudburst.simulators.gflash.medium import Medium

# 2 mm of lead and 4 mm of liquid argon by round numbers, which golden values are worked from
ROUND = Medium(15.6, 37.0, 9.0, 70.0, 0.4, 0.7, 0.17, 0.07)
BLOCK = Medium(9.0, 22.0, 9.0, 70.0, 0.0, 1.0, 1.0, 0.0)


def column(*values):
    return np.array(values, float)[:, None]


def block(slabs, repeats, bins=12, half_width=300.0, counts_absorber=False, tilted=False):
    """A calorimeter with as many sections as repetitions of its slabs."""
    angles = (
        (Condition("theta", "rad", 0.0, 0.6), Condition("phi", "rad", -4.0, 4.0)) if tilted else ()
    )
    axes = tuple(Axis.regular(a, bins, -half_width, half_width, "mm") for a in ("x", "y"))
    detector = Detector(
        "block",
        (Condition("energy", "GeV", 0.01, 500.0), *angles),
        tuple(Readout(f"layer_{i}", axes, "MeV") for i in range(repeats)),
    )
    thickness = sum(slab.thickness for slab in slabs)
    sections = {f"layer_{i}": (i * thickness, (i + 1) * thickness) for i in range(repeats)}
    return Calorimeter(
        detector,
        (Stack(repeats, tuple(slabs)),),
        half_width,
        sections,
        counts_absorber,
        EnergyGun(detector, "e-"),
    )


LEAD_SCINTILLATOR = (
    Slab(MATERIALS["lead"], 2.0),
    Slab(MATERIALS["polystyrene"], 4.0, active=True),
)
CRYSTAL = (Slab(MATERIALS["lead_tungstate"], 9.0, active=True),)


def made_of(calorimeter, **settings):
    return GFlash(calorimeter_to_dict(calorimeter), **settings)


def energies(events):
    """By readout, sums over cells in MeV, with shape (n, readouts)."""
    parts = events.readouts.values()
    return np.stack([part.reshape(len(part), -1).sum(1, dtype=float) for part in parts], 1)
