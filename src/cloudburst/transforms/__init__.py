"""The way from physical values to network values and back."""

from .base import Compose as Compose
from .base import Step as Step
from .base import Transform as Transform
from .boxcox import BoxCox as BoxCox
from .cellranks import ExpectedQuantiles as ExpectedQuantiles
from .cellranks import TrackExpectedQuantiles as TrackExpectedQuantiles
from .cellwise import Logit as Logit
from .cellwise import LogScale as LogScale
from .cellwise import Scale as Scale
from .cellwise import Standardize as Standardize
from .cellwise import Threshold as Threshold
from .centred import Centred as Centred
from .centred import Track as Track
from .conditional import ConditionalStandardize as ConditionalStandardize
from .expected import Expected as Expected
from .fractions import Fractions as Fractions
from .layers import LayerFractions as LayerFractions
from .lines import SpectralLines as SpectralLines
from .moments import MomentsFirst as MomentsFirst
from .places import Places as Places
from .places import TrackPlaces as TrackPlaces
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
    "Expected",
    "ExpectedQuantiles",
    "Fractions",
    "LayerFractions",
    "LayerShares",
    "LogScale",
    "Logit",
    "MomentsFirst",
    "Places",
    "Scale",
    "SpectralLines",
    "Standardize",
    "Step",
    "Threshold",
    "TotalFirst",
    "Track",
    "TrackExpectedQuantiles",
    "TrackPlaces",
    "Transform",
]
