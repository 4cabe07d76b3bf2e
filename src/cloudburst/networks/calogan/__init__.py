"""CaloGAN as published: Paganini, de Oliveira, Nachman, https://arxiv.org/abs/1712.10321."""

from .critic import CaloGANCritic as CaloGANCritic
from .critic import LayerFeatures as LayerFeatures
from .critic import energy_features as energy_features
from .features import CaloGANFeatures as CaloGANFeatures
from .generator import Attention as Attention
from .generator import CaloGANGenerator as CaloGANGenerator
from .generator import Stream as Stream
from .generator import resized as resized
from .grids import SHAPES as SHAPES
from .grids import SIZES as SIZES
from .layers import EPS as EPS
from .layers import LEAK as LEAK
from .layers import MOMENTUM as MOMENTUM
from .layers import check_values as check_values
from .layers import further_features as further_features
from .pointing import CROSSINGS as CROSSINGS
from .pointing import crossings as crossings
from .pointing import distances as distances
from .pointing import hats as hats
from .pointing import pointing_features as pointing_features

__all__ = [
    "Attention",
    "CROSSINGS",
    "CaloGANCritic",
    "CaloGANFeatures",
    "CaloGANGenerator",
    "EPS",
    "LEAK",
    "LayerFeatures",
    "MOMENTUM",
    "SHAPES",
    "SIZES",
    "Stream",
    "check_values",
    "crossings",
    "distances",
    "energy_features",
    "further_features",
    "hats",
    "pointing_features",
    "resized",
]
