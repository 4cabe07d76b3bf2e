"""Described detectors, one a file."""

from .calochallenge import CALOCHALLENGE_1_PHOTONS as CALOCHALLENGE_1_PHOTONS
from .calochallenge import CALOCHALLENGE_1_PIONS as CALOCHALLENGE_1_PIONS
from .calochallenge import CALOCHALLENGE_2 as CALOCHALLENGE_2
from .calochallenge import CALOCHALLENGE_3 as CALOCHALLENGE_3
from .calochallenge import PolarLayer as PolarLayer
from .calochallenge import is_polar as is_polar
from .calochallenge import polar_detector as polar_detector
from .calogan import CALOGAN as CALOGAN
from .jet_image import JET_IMAGE as JET_IMAGE
from .mpd_tpc import MPD_TPC as MPD_TPC

__all__ = [
    "CALOCHALLENGE_1_PHOTONS",
    "CALOCHALLENGE_1_PIONS",
    "CALOCHALLENGE_2",
    "CALOCHALLENGE_3",
    "CALOGAN",
    "JET_IMAGE",
    "MPD_TPC",
    "PolarLayer",
    "is_polar",
    "polar_detector",
]
