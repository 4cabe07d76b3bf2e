"""Mean and width of an observable by bin, candidate over full simulation: what gates look at."""

from __future__ import annotations

__all__ = ["BinRatios", "bin_ratios", "response_ratios"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ...events import Events
from ...observables import Observable, response
from ..trends import trend
from .bins import ConditionBins, condition_bins

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class BinRatios:
    """Relative differences of the candidate from the full simulation, each with shape (B,).

    NaN in bins of fewer than two events, or where the full simulation has no mean or width.

    Attributes:
        bins: Bins of the condition.
        bias: Mean of the candidate over that of the full simulation, less one.
        bias_error: Its statistical error.
        resolution: Relative width (width over mean), candidate over full simulation, less one.
        resolution_error: Its statistical error.
        count: Events of the smaller sample.
    """

    bins: ConditionBins
    bias: Floats
    bias_error: Floats
    resolution: Floats
    resolution_error: Floats
    count: Floats


def bin_ratios(
    reference: Events,
    candidate: Events,
    observable: Observable,
    condition: str,
    bins: int = 10,
) -> BinRatios:
    """Relative differences of mean and relative width of an observable in bins of a condition.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge.
        observable: What to look at.
        condition: Name of the condition.
        bins: Number of bins.

    Raises:
        ConditionError: There is no such condition.
        DataError: There are no reference events.
    """
    of = reference.detector.conditions[reference.detector.condition_index(condition)]
    along = condition_bins(of, reference.condition(condition), bins)
    ref, cand = (
        trend(e.condition(condition), observable(e), along.edges) for e in (reference, candidate)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        means = [t.mean_error / t.mean for t in (ref, cand)]
        widths = [t.width_error / t.width for t in (ref, cand)]
        bias = cand.mean / ref.mean
        bias_error = np.abs(bias) * np.hypot(*means)
        resolution = (cand.width / cand.mean) / (ref.width / ref.mean)
        squares = np.square([*means, *widths]).sum(axis=0)
        resolution_error = np.abs(resolution) * np.sqrt(squares)
    found = (bias - 1, bias_error, resolution - 1, resolution_error)
    first, second, third, fourth = (np.where(np.isfinite(v), v, np.nan) for v in found)
    return BinRatios(along, first, second, third, fourth, np.minimum(ref.count, cand.count))


def response_ratios(reference: Events, candidate: Events, bins: int = 10) -> BinRatios:
    """The same of the response of a calorimeter, in bins of the incident energy.

    Raises:
        DataError: The detector has no condition "energy" or reads out no energy.
    """
    return bin_ratios(reference, candidate, response(reference.detector), "energy", bins)
