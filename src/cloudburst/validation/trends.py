"""Mean and width of an observable in bins of a condition, as response against energy."""

from __future__ import annotations

__all__ = ["Trend", "bootstrap_trend", "response_resolution", "trend"]

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError, ShapeError
from ..events import Events
from ..observables import response

Floats = NDArray[np.float64]


class Trend(NamedTuple):
    """Statistics of y in bins of x, each with shape (bins,).

    Attributes:
        centers: Bin centres, in the unit of x.
        mean: Mean of y, in its unit; NaN in a bin without entries.
        mean_error: Its statistical error; NaN in a bin with fewer than two entries.
        width: Standard deviation of y, likewise.
        width_error: Its statistical error, likewise.
        count: Number of entries.
    """

    centers: Floats
    mean: Floats
    mean_error: Floats
    width: Floats
    width_error: Floats
    count: Floats  # type: ignore[assignment]  # hides tuple.count, which nobody needs here


def trend(x: ArrayLike, y: ArrayLike, edges: ArrayLike) -> Trend:
    """Mean and width of y in bins of x.

    With s^2 the unbiased variance of n entries and m4 their fourth central moment, the errors
    are s / sqrt(n) of the mean and sqrt((m4 - s^4 (n - 3) / (n - 1)) / n) / (2 s) of the
    width, whatever the distribution. Pairs that are not finite or lie outside the edges are
    left out; the last bin holds its upper edge.

    Args:
        x: The condition, with shape (N,).
        y: The observable, with shape (N,).
        edges: Increasing bin edges, in the unit of x, with shape (bins + 1,).

    Raises:
        ShapeError: x and y are not of one length.
        DataError: The edges do not increase.

    Source: Particle Data Group, Review of Particle Physics, "Statistics", section on
    estimators for mean and variance, https://pdg.lbl.gov

    >>> trend([1, 1, 1, 9], [2.0, 4.0, 6.0, 5.0], [0, 5, 10]).width
    array([ 2., nan])
    """
    along, values = np.asarray(x, np.float64), np.asarray(y, np.float64)
    limits = np.asarray(edges, np.float64)
    if along.ndim != 1 or along.shape != values.shape:
        raise ShapeError(
            f"a trend needs two rows of one length, got {along.shape} and {values.shape}"
        )
    if limits.ndim != 1 or len(limits) < 2 or not np.all(np.diff(limits) > 0):
        raise DataError("a trend needs at least two increasing edges")
    index = _bins(along, values, limits)
    columns = np.array([_statistics(values[index == i]) for i in range(len(limits) - 1)]).T
    return Trend((limits[:-1] + limits[1:]) / 2, *columns)


def bootstrap_trend(
    x: ArrayLike, y: ArrayLike, edges: ArrayLike, rng: np.random.Generator, draws: int = 100
) -> Trend:
    """Mean and width of y in bins of x, as `trend`, with errors by drawing entries anew.

    Args:
        x: The condition, with shape (N,).
        y: The observable, with shape (N,).
        edges: Increasing bin edges, in the unit of x, with shape (bins + 1,).
        rng: What entries are drawn by.
        draws: How often.

    Raises:
        ShapeError: x and y are not of one length.
        DataError: The edges do not increase.
    """
    found = trend(x, y, edges)
    values, index = np.asarray(y, np.float64), _bins(x, y, edges)
    drawn = [_bootstrap(values[index == i], rng, draws) for i in range(len(found.centers))]
    mean_error, width_error = np.array(drawn).T
    return found._replace(mean_error=mean_error, width_error=width_error)


def response_resolution(events: Events, edges: ArrayLike) -> Trend:
    """Response and relative resolution of a calorimeter in bins of the incident energy.

    Args:
        events: Events of a detector with a response.
        edges: Increasing bin edges, in the unit of the condition "energy".

    Returns:
        `mean` is the response <E / E_inc>, `width` the resolution, the standard deviation of
        E / E_inc over its mean; both are pure numbers. `centers` are in the unit of the edges.

    Raises:
        DataError: The detector has no response, or the edges do not increase.
    """
    absolute = trend(events.condition("energy"), response(events.detector)(events), edges)
    with np.errstate(invalid="ignore", divide="ignore"):
        width = absolute.width / absolute.mean
        width_error = width * np.hypot(
            absolute.width_error / absolute.width, absolute.mean_error / absolute.mean
        )
    return absolute._replace(width=width, width_error=np.where(width == 0, 0.0, width_error))


def _bins(x: ArrayLike, y: ArrayLike, edges: ArrayLike) -> NDArray[np.intp]:
    """The bin of each pair; what is in none has a number that is no bin's."""
    along, limits = np.asarray(x, np.float64), np.asarray(edges, np.float64)
    bins = len(limits) - 1
    index = np.searchsorted(limits, along, side="right") - 1
    index[along == limits[-1]] = bins - 1
    index[~np.isfinite(np.asarray(y, np.float64))] = bins
    return index


def _bootstrap(values: Floats, rng: np.random.Generator, draws: int) -> tuple[float, float]:
    """Errors of mean and width; NaN for fewer than two values."""
    if len(values) < 2:
        return math.nan, math.nan
    drawn = values[rng.integers(len(values), size=(draws, len(values)))]
    return float(drawn.mean(axis=1).std(ddof=1)), float(drawn.std(axis=1, ddof=1).std(ddof=1))


def _statistics(values: Floats) -> tuple[float, float, float, float, int]:
    """Mean, its error, width, its error and the number of values."""
    n = len(values)
    if n < 2:
        return float(values[0]) if n else math.nan, math.nan, math.nan, math.nan, n
    mean, width = float(values.mean()), float(values.std(ddof=1))
    fourth = float(((values - mean) ** 4).mean())
    variance = max(fourth - width**4 * (n - 3) / (n - 1), 0.0) / n
    width_error = math.sqrt(variance) / (2 * width) if width > 0 else 0.0
    return mean, width / math.sqrt(n), width, width_error, n
