"""What bounds the slope of a critic by its weights: norms of layers, and rules that follow.

Weights that are clipped and gradients that are penalised are objectives of their own.
"""

from .adaptive import AdaptiveBound as AdaptiveBound
from .base import Norm as Norm
from .base import Rule as Rule
from .bounded import BoundedCritic as BoundedCritic
from .convolution import ConvolutionNorm as ConvolutionNorm
from .exact import ExactNorm as ExactNorm
from .lanczos import Lanczos as Lanczos
from .measured import MeasuredBound as MeasuredBound
from .norms import layer_norms as layer_norms
from .power import PowerIteration as PowerIteration
from .shared import SharedBound as SharedBound
from .spectral import Multiplied as Multiplied
from .spectral import Spectral as Spectral
from .weak import SoftMargin as SoftMargin
from .weak import Weak as Weak

__all__ = [
    "AdaptiveBound",
    "BoundedCritic",
    "ConvolutionNorm",
    "ExactNorm",
    "Lanczos",
    "MeasuredBound",
    "Multiplied",
    "Norm",
    "PowerIteration",
    "Rule",
    "SharedBound",
    "SoftMargin",
    "Spectral",
    "Weak",
    "layer_norms",
]
