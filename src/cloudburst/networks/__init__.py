"""The published architectures, one system a package."""

from .calogan import CaloGANCritic as CaloGANCritic
from .calogan import CaloGANGenerator as CaloGANGenerator
from .mpd_tpc import FixedKink as FixedKink
from .mpd_tpc import MPDTPCCritic as MPDTPCCritic
from .mpd_tpc import MPDTPCFeatures as MPDTPCFeatures
from .mpd_tpc import MPDTPCGenerator as MPDTPCGenerator
from .mpd_tpc import TrainableKink as TrainableKink

__all__ = [
    "CaloGANCritic",
    "CaloGANGenerator",
    "FixedKink",
    "MPDTPCCritic",
    "MPDTPCFeatures",
    "MPDTPCGenerator",
    "TrainableKink",
]
