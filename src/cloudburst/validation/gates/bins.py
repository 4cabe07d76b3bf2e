r"""Values of both samples in bins of every condition, and what their difference means.

Means are compared in standard deviations s of both samples together about their own means,
with the error s sqrt(1/n + 1/m): one odd event raises the difference and its error alike.
Widths are half of the central 68 % interval, which no single odd event moves; tails have
findings of their own. The error of a quantile q(p) of n values is half of
q(p + d) - q(p - d) with d = sqrt(p (1 - p) / n) (Woodruff, https://doi.org/10.2307/2280781);
the lower and upper one are correlated by 0.19.

Beside the bins stands their mean, weighted by 1 / error^2: what is wrong everywhere shows
there with far fewer events.
"""

from __future__ import annotations

__all__ = ["Binned", "Difference", "average", "bins_of", "compare"]

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...events import Events
from ..numbers import rounded

Floats = NDArray[np.float64]

# enough of the smaller sample in a bin to know a width to some 7 %
_EVENTS = 200
_MOST = 10
_FEWEST = 20
_LOW, _HIGH = 0.16, 0.84
_CORRELATION = 0.19


class Binned(NamedTuple):
    """The events of both samples in one bin of a condition.

    Attributes:
        condition: The condition.
        name: The condition with the bin's limits.
        reference: Which reference events lie in it.
        candidate: Which candidate events do.
    """

    condition: str
    name: str
    reference: NDArray[np.intp]
    candidate: NDArray[np.intp]


class Difference(NamedTuple):
    """How far the candidate is from the reference in one bin.

    Attributes:
        mean: Mean of the reference.
        moved: Mean of the candidate less that, in the unit of the observable.
        moved_error: Its error, for two samples of one source.
        scale: Standard deviation of both samples.
        widened: Relative difference of the widths; NaN where the reference has none.
        widened_error: Its error, likewise.
    """

    mean: float
    moved: float
    moved_error: float
    scale: float
    widened: float
    widened_error: float


def bins_of(reference: Events, candidate: Events) -> Iterator[Binned]:
    """Bins of each condition in turn, with equally many reference events in each."""
    fewest = min(len(reference), len(candidate))
    bins = int(np.clip(fewest // _EVENTS, 1, _MOST))
    for i, condition in enumerate(reference.detector.conditions):
        columns = reference.conditions[:, i], candidate.conditions[:, i]
        if condition.categories:
            edges = np.arange(len(condition.categories) + 1, dtype=np.float64) - 0.5
            names = [f"{condition.name} {category}" for category in condition.categories]
        else:
            quantiles = np.quantile(columns[0], np.linspace(0, 1, bins + 1))
            edges = np.unique(np.asarray(quantiles, np.float64))
            names = _names(condition.name, condition.unit, edges)
        for k, name in enumerate(names):
            # what lies outside belongs to the bins at the ends
            places = [np.searchsorted(edges[1:-1], c, "right") for c in columns]
            yield Binned(condition.name, name, *(np.flatnonzero(p == k) for p in places))


def compare(reference: Floats, candidate: Floats) -> Difference | None:
    """Means and widths of the finite values of both samples; None where there are too few."""
    x, y = reference[np.isfinite(reference)], candidate[np.isfinite(candidate)]
    if min(len(x), len(y)) < _FEWEST:
        return None
    deviations = np.concatenate([x - x.mean(), y - y.mean()])
    scale = float(deviations.std())
    (a, a_error), (b, b_error) = _width(x), _width(y)
    widened, error = np.nan, 0.0
    if a > 1e-9 * abs(x.mean()):
        # the error of two samples of one source, were that source a mixture of both
        widened = b / a - 1
        error = float(np.hypot(a_error, b_error)) / a
    moved = float(y.mean() - x.mean())
    error_of_mean = scale * np.sqrt(1 / len(x) + 1 / len(y))
    return Difference(float(x.mean()), moved, float(error_of_mean), scale, widened, error)


def average(values: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """Weighted mean of signed values and its error.

    >>> average([1.0, 3.0], [1.0, 1.0])
    (2.0, 0.7071067811865476)
    """
    squares = np.square(np.maximum(errors, 1e-30))
    weight = float((1 / squares).sum())
    return float((np.asarray(values) / squares).sum() / weight), weight**-0.5


def _width(values: Floats) -> tuple[float, float]:
    """Half of the central 68 % interval, and its error."""
    centres = np.array([_LOW, _HIGH])
    steps = np.sqrt(centres * (1 - centres) / len(values))
    places = centres + np.outer([-1, 0, 1], steps)
    below, at, above = np.quantile(values, places.clip(0, 1))
    low, high = (above - below) / 2
    variance = low**2 + high**2 - 2 * _CORRELATION * low * high
    return float(at[1] - at[0]) / 2, float(np.sqrt(variance)) / 2


def _names(name: str, unit: str, edges: NDArray[np.float64]) -> list[str]:
    pairs = itertools.pairwise(edges.tolist())
    found = [f"{name} {rounded(a)} to {rounded(b)} {unit}".strip() for a, b in pairs]
    # a constant condition is one bin
    return found or [f"{name} {rounded(float(edges[0]))} {unit}".strip()]
