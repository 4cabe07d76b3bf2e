"""Objectives: who learns when, and from what loss."""

from .adversarial import Adversarial as Adversarial
from .adversarial import Hinge as Hinge
from .adversarial import NonSaturating as NonSaturating
from .adversarial import WassersteinClip as WassersteinClip
from .adversarial import WassersteinGP as WassersteinGP
from .base import Objective as Objective
from .penalties import EnergyPenalty as EnergyPenalty
from .penalties import EnergyScore as EnergyScore
from .penalties import Penalty as Penalty

__all__ = [
    "Adversarial",
    "EnergyPenalty",
    "EnergyScore",
    "Hinge",
    "NonSaturating",
    "Objective",
    "Penalty",
    "WassersteinClip",
    "WassersteinGP",
]
