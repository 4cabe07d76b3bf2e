"""The observables that suit a detector, by what it reads out."""

__all__ = ["observables_for"]

from ..detector import Detector
from .base import Observable
from .readouts import readout_observables
from .showers import has_layers, shower_shapes


def observables_for(detector: Detector) -> tuple[Observable, ...]:
    """Shower shapes for a calorimeter in layers, moments of each readout for anything else."""
    if has_layers(detector):
        return shower_shapes(detector)
    return tuple(o for readout in detector.readouts for o in readout_observables(readout))
