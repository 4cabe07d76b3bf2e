"""Full simulation of calorimeters with Geant4."""

from .simulator import Geant4 as Geant4

__all__ = ["Geant4"]
