"""Parametric electromagnetic showers."""

from .simulator import GFlash as GFlash
from .tuning import Tuning as Tuning
from .tunings import TUNINGS as TUNINGS

__all__ = ["TUNINGS", "GFlash", "Tuning"]
