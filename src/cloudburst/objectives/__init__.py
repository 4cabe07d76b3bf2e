"""Objectives: who learns when, and from what loss."""

from .adversarial import Adversarial as Adversarial
from .adversarial import Hinge as Hinge
from .adversarial import WassersteinClip as WassersteinClip
from .adversarial import WassersteinGP as WassersteinGP
from .base import Objective as Objective
from .bounded import WassersteinBounded as WassersteinBounded
from .distillation import Distillation as Distillation
from .entropy import AuxiliaryClass as AuxiliaryClass
from .entropy import NonSaturating as NonSaturating
from .flow_matching import FlowMatching as FlowMatching
from .likelihood import MaximumLikelihood as MaximumLikelihood
from .pairs import NeighbourSummaries as NeighbourSummaries
from .penalties import EnergyPenalty as EnergyPenalty
from .penalties import Penalty as Penalty
from .pointing import PointingPenalty as PointingPenalty
from .polishing import PolishedScoring as PolishedScoring
from .regression import RegressorPenalty as RegressorPenalty
from .regressor import Regressor as Regressor
from .regressor import load_regressor as load_regressor
from .regressor import save_regressor as save_regressor
from .scores import column_score as column_score
from .scores import energy_score as energy_score
from .scoring import EnergyScoring as EnergyScoring
from .summaries import ShowerSummaries as ShowerSummaries
from .teachers import Teacher as Teacher
from .teachers import load_teacher as load_teacher

__all__ = [
    "Adversarial",
    "AuxiliaryClass",
    "Distillation",
    "EnergyPenalty",
    "EnergyScoring",
    "FlowMatching",
    "Hinge",
    "MaximumLikelihood",
    "NeighbourSummaries",
    "NonSaturating",
    "Objective",
    "Penalty",
    "PointingPenalty",
    "PolishedScoring",
    "Regressor",
    "RegressorPenalty",
    "ShowerSummaries",
    "WassersteinBounded",
    "WassersteinClip",
    "WassersteinGP",
    "column_score",
    "energy_score",
    "Teacher",
    "load_regressor",
    "load_teacher",
    "save_regressor",
]
