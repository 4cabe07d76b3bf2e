"""A candidate against its conditions: where in their ranges it is right."""

from .bins import ConditionBins as ConditionBins
from .bins import condition_bins as condition_bins
from .distances import BinnedDistance as BinnedDistance
from .profiles import Profile as Profile
from .profiles import profiled_observables as profiled_observables
from .profiles import profiles as profiles
from .response import BinRatios as BinRatios
from .response import bin_ratios as bin_ratios
from .response import response_ratios as response_ratios
from .slices import HeldOut as HeldOut
from .slices import held_out as held_out
from .slices import without_slice as without_slice
from .tails import Tails as Tails

__all__ = [
    "BinRatios",
    "BinnedDistance",
    "ConditionBins",
    "HeldOut",
    "Profile",
    "Tails",
    "bin_ratios",
    "condition_bins",
    "held_out",
    "profiled_observables",
    "profiles",
    "response_ratios",
    "without_slice",
]
