"""Figures from arrays: what a physicist looks at to judge a surrogate."""

from .bars import giveaways, overview, speed
from .bins import Binning, binning
from .categories import by_category
from .curves import response, training
from .films import film
from .histograms import distribution, spectrum
from .images import mean_image, mean_profile
from .joint import memorised, precision_recall, worth
from .maps import difference_maps
from .matrices import correlation_matrices
from .neighbours import neighbours
from .overlays import overlay
from .pareto import pareto
from .profiles import profile, ratio_map
from .readings import readings
from .rejection import rejection
from .showers import gallery, side_by_side
from .style import check_text, to_svg
from .trends import trends

__all__ = [
    "Binning",
    "binning",
    "by_category",
    "check_text",
    "correlation_matrices",
    "difference_maps",
    "distribution",
    "film",
    "gallery",
    "giveaways",
    "mean_image",
    "mean_profile",
    "memorised",
    "neighbours",
    "overlay",
    "overview",
    "pareto",
    "precision_recall",
    "profile",
    "ratio_map",
    "readings",
    "rejection",
    "response",
    "side_by_side",
    "spectrum",
    "speed",
    "to_svg",
    "training",
    "trends",
    "worth",
]
