"""Figures from arrays: what a physicist looks at to judge a surrogate."""

from .bars import overview, speed
from .bins import Binning, binning
from .curves import response, training
from .histograms import distribution, spectrum
from .images import mean_image, mean_profile
from .showers import gallery, side_by_side
from .style import check_text, to_svg

__all__ = [
    "Binning",
    "binning",
    "check_text",
    "distribution",
    "gallery",
    "mean_image",
    "mean_profile",
    "overview",
    "response",
    "side_by_side",
    "spectrum",
    "speed",
    "to_svg",
    "training",
]
