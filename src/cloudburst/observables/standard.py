"""The observables that suit a detector, by what it reads out."""

__all__ = ["observables_for"]

from ..detector import Detector
from ..detectors import is_polar
from .base import Observable
from .ecal import ecal_observables, has_track
from .jets import has_jet_image, jet_observables
from .pads import has_pads, pad_observables
from .polar import polar_observables
from .readouts import centroid, readout_observables
from .showers import has_layers, layers_of, shower_shapes


def observables_for(detector: Detector) -> tuple[Observable, ...]:
    """What to look at, by what is read out and under which conditions.

    Features of the CaloChallenge for layers in rings and sectors; shower shapes for any other
    calorimeter in layers, with the centroids in each layer if more than the energy varies;
    the moments of a pad-by-time image; momentum, mass and substructure of a jet image; the
    shape about the track for an image in x and y given a momentum; moments of each readout for
    anything else.
    """
    if is_polar(detector):
        return polar_observables(detector)
    if has_layers(detector):
        return (*shower_shapes(detector), *_positions(detector))
    if has_pads(detector):
        return pad_observables(detector.readouts[0])
    if has_jet_image(detector):
        return jet_observables(detector)
    if has_track(detector):
        return ecal_observables(detector)
    return tuple(o for readout in detector.readouts for o in readout_observables(readout))


def _positions(detector: Detector) -> tuple[Observable, ...]:
    """Centroids along both axes of each layer, where conditions can move them."""
    if len(detector.conditions) == 1:
        return ()
    return tuple(centroid(layer, axis) for layer in layers_of(detector) for axis in (0, 1))
