"""The way from physical values to network values and back."""

from .base import Compose as Compose
from .base import Step as Step
from .base import Transform as Transform
from .boxcox import BoxCox as BoxCox
from .cellwise import Logit as Logit
from .cellwise import LogScale as LogScale
from .cellwise import Scale as Scale
from .cellwise import Standardize as Standardize
from .cellwise import Threshold as Threshold
from .centred import Centred as Centred
from .centred import Track as Track
from .conditional import ConditionalStandardize as ConditionalStandardize
from .fractions import Fractions as Fractions
from .layers import LayerFractions as LayerFractions
from .lines import SpectralLines as SpectralLines
from .quantiles import ConditionalQuantiles as ConditionalQuantiles
from .shares import Complement as Complement
from .shares import LayerShares as LayerShares
from .suppressed import AboveThreshold as AboveThreshold
from .totals import TotalFirst as TotalFirst

__all__ = [
    "AboveThreshold",
    "BoxCox",
    "Centred",
    "Complement",
    "Compose",
    "ConditionalQuantiles",
    "ConditionalStandardize",
    "Fractions",
    "LayerFractions",
    "LayerShares",
    "LogScale",
    "Logit",
    "Scale",
    "SpectralLines",
    "Standardize",
    "Step",
    "Threshold",
    "TotalFirst",
    "Track",
    "Transform",
]
