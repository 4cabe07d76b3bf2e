"""Networks that know nothing of detectors."""

from .local import BatchNormCells as BatchNormCells
from .local import Convolution2d as Convolution2d
from .local import LocallyConnected2d as LocallyConnected2d
from .local import Patches as Patches
from .local import same_padding as same_padding
from .minibatch import MinibatchDiscrimination as MinibatchDiscrimination
from .mlp import MLP as MLP
from .mlp import make_activation as make_activation

__all__ = [
    "MLP",
    "BatchNormCells",
    "Convolution2d",
    "LocallyConnected2d",
    "MinibatchDiscrimination",
    "Patches",
    "make_activation",
    "same_padding",
]
