"""The LHCb calorimeter's network as published: Chekalina et al., https://arxiv.org/abs/1812.01319."""

from .critic import EcalCritic as EcalCritic
from .features import EcalTrackFeatures as EcalTrackFeatures
from .generator import EcalGenerator as EcalGenerator
from .images import GRID as GRID
from .images import check_image as check_image
from .images import initialise as initialise
from .images import padded as padded
from .regressor import EcalRegressor as EcalRegressor
from .regressor import EcalVGGRegressor as EcalVGGRegressor

__all__ = [
    "GRID",
    "EcalCritic",
    "EcalGenerator",
    "EcalRegressor",
    "EcalTrackFeatures",
    "EcalVGGRegressor",
    "check_image",
    "initialise",
    "padded",
]
