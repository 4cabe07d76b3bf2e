"""Comparing samples in all their observables, or all their cells, together."""

from .correlations import Correlations as Correlations
from .correlations import correlation_matrix as correlation_matrix
from .correlations import correlations as correlations
from .frechet import BatchSizes as BatchSizes
from .frechet import frechet_distance as frechet_distance
from .frechet import frechet_physics_distance as frechet_physics_distance
from .joint import JointReport as JointReport
from .joint import compare_jointly as compare_jointly
from .kernel import kernel_physics_distance as kernel_physics_distance
from .kernel import polynomial_mmd as polynomial_mmd
from .manifolds import ManifoldScores as ManifoldScores
from .manifolds import manifold_scores as manifold_scores
from .memorisation import Memorisation as Memorisation
from .memorisation import memorisation as memorisation
from .prd import PRDCurve as PRDCurve
from .prd import prd_curve as prd_curve
from .prd import prd_from_shares as prd_from_shares
from .results import Absence as Absence
from .results import JointCheck as JointCheck
from .samples import QUICK as QUICK
from .samples import JointSettings as JointSettings
from .worth import Worth as Worth
from .worth import worth_of as worth_of

__all__ = [
    "QUICK",
    "Absence",
    "BatchSizes",
    "Correlations",
    "JointCheck",
    "JointReport",
    "JointSettings",
    "ManifoldScores",
    "Memorisation",
    "PRDCurve",
    "Worth",
    "compare_jointly",
    "correlation_matrix",
    "correlations",
    "frechet_distance",
    "frechet_physics_distance",
    "kernel_physics_distance",
    "manifold_scores",
    "memorisation",
    "polynomial_mmd",
    "prd_curve",
    "prd_from_shares",
    "worth_of",
]
