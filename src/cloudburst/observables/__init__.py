"""Quantities computed from each event, one family a file."""

from .base import Observable as Observable
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
    "Observable",
    "cell_signals",
    "centroid",
    "has_layers",
    "has_response",
    "layer_features",
    "layers_of",
    "observables_for",
    "occupancy",
    "polar_features",
    "polar_observables",
    "readout_observables",
    "response",
    "shower_shapes",
    "total",
    "width",
]
