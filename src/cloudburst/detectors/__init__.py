"""Described detectors, one a file."""

from .calogan import CALOGAN as CALOGAN
from .jet_image import JET_IMAGE as JET_IMAGE
from .mpd_tpc import MPD_TPC as MPD_TPC

__all__ = ["CALOGAN", "JET_IMAGE", "MPD_TPC"]
