"""Described detectors, one a file."""

from .calochallenge import CALOCHALLENGE_1_PHOTONS as CALOCHALLENGE_1_PHOTONS
from .calochallenge import CALOCHALLENGE_1_PIONS as CALOCHALLENGE_1_PIONS
from .calochallenge import CALOCHALLENGE_2 as CALOCHALLENGE_2
from .calochallenge import CALOCHALLENGE_3 as CALOCHALLENGE_3
from .calochallenge import PolarLayer as PolarLayer
from .calochallenge import is_polar as is_polar
from .calochallenge import polar_detector as polar_detector
from .calogan import CALOGAN as CALOGAN
from .calogan import CALOGAN_ANGLES as CALOGAN_ANGLES
from .calorimeters import CALORIMETERS as CALORIMETERS
from .calorimeters import load_calorimeter as load_calorimeter
from .chamber import Chamber as Chamber
from .chamber import Gas as Gas
from .jet_image import JET_IMAGE as JET_IMAGE
from .jet_image import JET_TOWERS as JET_TOWERS
from .jet_image import load_towers as load_towers
from .lhcb_ecal import LHCB_ECAL as LHCB_ECAL
from .lhcb_ecal import LHCB_ECAL_PUBLIC as LHCB_ECAL_PUBLIC
from .lhcb_ecal import SHOWER_DEPTH as SHOWER_DEPTH
from .lhcb_ecal import SHOWER_DEPTHS as SHOWER_DEPTHS
from .materials import MATERIALS as MATERIALS
from .materials import Material as Material
from .mpd_digits import DIGITS_VERSIONS as DIGITS_VERSIONS
from .mpd_digits import DigitsVersion as DigitsVersion
from .mpd_tpc import CHAMBERS as CHAMBERS
from .mpd_tpc import MPD_CHAMBER as MPD_CHAMBER
from .mpd_tpc import MPD_TPC as MPD_TPC
from .mpd_tpc import load_chamber as load_chamber
from .sampling import Calorimeter as Calorimeter
from .sampling import Slab as Slab
from .sampling import Stack as Stack
from .towers import Towers as Towers

__all__ = [
    "DIGITS_VERSIONS",
    "DigitsVersion",
    "CALOCHALLENGE_1_PHOTONS",
    "CALOCHALLENGE_1_PIONS",
    "CALOCHALLENGE_2",
    "CALOCHALLENGE_3",
    "CALOGAN",
    "CALOGAN_ANGLES",
    "CALORIMETERS",
    "LHCB_ECAL",
    "LHCB_ECAL_PUBLIC",
    "MATERIALS",
    "Calorimeter",
    "Material",
    "SHOWER_DEPTH",
    "SHOWER_DEPTHS",
    "Slab",
    "Stack",
    "Towers",
    "load_calorimeter",
    "load_chamber",
    "load_towers",
    "CHAMBERS",
    "Chamber",
    "Gas",
    "JET_IMAGE",
    "JET_TOWERS",
    "MPD_CHAMBER",
    "MPD_TPC",
    "PolarLayer",
    "is_polar",
    "polar_detector",
]
