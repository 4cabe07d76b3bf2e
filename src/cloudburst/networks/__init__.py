"""The published architectures, one system a package."""

from .calogan import CaloGANCritic as CaloGANCritic
from .calogan import CaloGANFeatures as CaloGANFeatures
from .calogan import CaloGANGenerator as CaloGANGenerator
from .lagan import LAGANCritic as LAGANCritic
from .lagan import LAGANGenerator as LAGANGenerator
from .lhcb_ecal import EcalCritic as EcalCritic
from .lhcb_ecal import EcalGenerator as EcalGenerator
from .lhcb_ecal import EcalRegressor as EcalRegressor
from .lhcb_ecal import EcalTrackFeatures as EcalTrackFeatures
from .lhcb_ecal import EcalVGGRegressor as EcalVGGRegressor
from .mpd_tpc import FixedKink as FixedKink
from .mpd_tpc import MPDTPCCritic as MPDTPCCritic
from .mpd_tpc import MPDTPCFeatures as MPDTPCFeatures
from .mpd_tpc import MPDTPCGenerator as MPDTPCGenerator
from .mpd_tpc import MPDTPCLightCritic as MPDTPCLightCritic
from .mpd_tpc import MPDTPCProducts as MPDTPCProducts
from .mpd_tpc import TrainableKink as TrainableKink

__all__ = [
    "CaloGANCritic",
    "CaloGANFeatures",
    "CaloGANGenerator",
    "EcalCritic",
    "EcalGenerator",
    "EcalRegressor",
    "EcalTrackFeatures",
    "EcalVGGRegressor",
    "FixedKink",
    "LAGANCritic",
    "LAGANGenerator",
    "MPDTPCCritic",
    "MPDTPCFeatures",
    "MPDTPCGenerator",
    "MPDTPCLightCritic",
    "MPDTPCProducts",
    "TrainableKink",
]
