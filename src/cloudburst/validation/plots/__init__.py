"""Figures from arrays: what a physicist looks at to judge a surrogate."""

from .bars import giveaways, overview, speed
from .bins import Binning, binning
from .curves import response, training
from .films import film
from .histograms import distribution, spectrum
from .images import mean_image, mean_profile
from .joint import memorised, precision_recall, worth
from .matrices import correlation_matrices
from .overlays import overlay
from .pareto import pareto
from .profiles import profile, ratio_map
from .showers import gallery, side_by_side
from .style import check_text, to_svg

__all__ = [
    "Binning",
    "binning",
    "check_text",
    "correlation_matrices",
    "distribution",
    "film",
    "gallery",
    "giveaways",
    "mean_image",
    "mean_profile",
    "memorised",
    "overlay",
    "overview",
    "pareto",
    "precision_recall",
    "profile",
    "ratio_map",
    "response",
    "side_by_side",
    "spectrum",
    "speed",
    "to_svg",
    "training",
    "worth",
]
