"""The networks of the MPD time projection chamber as published: Maevskiy et al.,
https://doi.org/10.1140/epjc/s10052-021-09366-4.
"""

from .critic import MPDTPCCritic as MPDTPCCritic
from .features import MPDTPCFeatures as MPDTPCFeatures
from .generator import MPDTPCGenerator as MPDTPCGenerator
from .kink import FixedKink as FixedKink
from .kink import TrainableKink as TrainableKink
from .light import MPDTPCLightCritic as MPDTPCLightCritic
from .products import MPDTPCProducts as MPDTPCProducts
from .window import SHAPE as SHAPE
from .window import SIZE as SIZE
from .window import check_values as check_values
from .window import initialise as initialise

__all__ = [
    "SHAPE",
    "SIZE",
    "FixedKink",
    "MPDTPCCritic",
    "MPDTPCFeatures",
    "MPDTPCGenerator",
    "MPDTPCLightCritic",
    "MPDTPCProducts",
    "TrainableKink",
    "check_values",
    "initialise",
]
