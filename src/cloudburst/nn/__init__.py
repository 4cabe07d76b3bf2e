"""Networks that know nothing of detectors."""

from .local import BatchNormCells as BatchNormCells
from .local import Convolution2d as Convolution2d
from .local import LocallyConnected2d as LocallyConnected2d
from .local import Patches as Patches
from .local import same_padding as same_padding
from .minibatch import MinibatchDiscrimination as MinibatchDiscrimination
from .mlp import MLP as MLP
from .mlp import make_activation as make_activation
from .monotone import Affine as Affine
from .monotone import Monotone as Monotone
from .monotone import RationalQuadratic as RationalQuadratic
from .monotone import SinhArcsinh as SinhArcsinh
from .paths import CirclePath as CirclePath
from .paths import LinearPath as LinearPath
from .paths import Path as Path
from .residual import ResidualMLP as ResidualMLP
from .solvers import Euler as Euler
from .solvers import Heun as Heun
from .solvers import Midpoint as Midpoint
from .solvers import Solver as Solver

__all__ = [
    "MLP",
    "Affine",
    "BatchNormCells",
    "CirclePath",
    "Convolution2d",
    "Euler",
    "Heun",
    "LinearPath",
    "LocallyConnected2d",
    "Midpoint",
    "MinibatchDiscrimination",
    "Monotone",
    "Patches",
    "Path",
    "RationalQuadratic",
    "ResidualMLP",
    "SinhArcsinh",
    "Solver",
    "make_activation",
    "same_padding",
]
