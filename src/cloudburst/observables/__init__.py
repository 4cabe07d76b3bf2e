"""Quantities computed from each event, one family a file."""

from .base import Observable as Observable
from .ecal import ecal_observables as ecal_observables
from .ecal import has_track as has_track
from .ecal import sparsity as sparsity
from .ecal import track_shape as track_shape
from .jets import has_jet_image as has_jet_image
from .jets import jet_observables as jet_observables
from .jets import kinematics as kinematics
from .jets import subjettiness as subjettiness
from .merging import two_axes as two_axes
from .pads import Moments as Moments
from .pads import has_pads as has_pads
from .pads import image_moments as image_moments
from .pads import pad_observables as pad_observables
from .polar import layer_features as layer_features
from .polar import polar_features as polar_features
from .polar import polar_observables as polar_observables
from .readouts import cell_signals as cell_signals
from .readouts import centroid as centroid
from .readouts import occupancy as occupancy
from .readouts import readout_observables as readout_observables
from .readouts import total as total
from .readouts import width as width
from .showers import has_layers as has_layers
from .showers import has_response as has_response
from .showers import layers_of as layers_of
from .showers import response as response
from .showers import shower_shapes as shower_shapes
from .standard import observables_for as observables_for

__all__ = [
    "Moments",
    "Observable",
    "cell_signals",
    "centroid",
    "ecal_observables",
    "has_jet_image",
    "has_layers",
    "has_pads",
    "has_response",
    "has_track",
    "image_moments",
    "jet_observables",
    "kinematics",
    "layer_features",
    "layers_of",
    "observables_for",
    "occupancy",
    "pad_observables",
    "polar_features",
    "polar_observables",
    "readout_observables",
    "response",
    "shower_shapes",
    "sparsity",
    "subjettiness",
    "total",
    "track_shape",
    "two_axes",
    "width",
]
