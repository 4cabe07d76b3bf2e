r"""How far the trends of two samples are apart, in units of their errors.

With mu and s the mean and the standard deviation of an observable in a bin of a condition, each
bin of each trend gives two terms, one for mu + s and one for mu - s:

    (u - v)^2 / (e_u^2 + e_v^2),

where u and v are those of the two samples and e their errors, of the mean and of the standard
deviation added in quadrature. The sum is no true chi2, as the terms are correlated: compare it
with that of the reference against itself. With 5 moments, 5 conditions and 19 bins it has the
950 terms of Maevskiy et al., https://doi.org/10.1140/epjc/s10052-021-09366-4.
"""

from __future__ import annotations

__all__ = ["TrendChi2", "trend_chi2"]

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .trends import Trend

Floats = NDArray[np.float64]


class TrendChi2(NamedTuple):
    """A sum of squared differences in units of their errors.

    Attributes:
        value: The sum.
        terms: How many terms it has.
        undefined: Terms that are left out, of bins with fewer than two entries or no spread.
    """

    value: float
    terms: int
    undefined: int


def trend_chi2(pairs: Iterable[tuple[Trend, Trend]]) -> TrendChi2:
    """The sum over pairs of trends, of the reference and of the candidate in the same bins.

    >>> from cloudburst.validation import trend
    >>> one = trend([1, 1, 1, 9], [2.0, 4.0, 6.0, 5.0], [0, 5, 10])
    >>> two = trend([1, 1, 1, 9], [3.0, 5.0, 7.0, 5.0], [0, 5, 10])
    >>> trend_chi2([(one, two)])
    TrendChi2(value=0.6428571428571428, terms=2, undefined=2)
    """
    value, terms, undefined = 0.0, 0, 0
    for reference, candidate in pairs:
        for sign in (1, -1):
            step = _band(reference, sign) - _band(candidate, sign)
            square = _error(reference) ** 2 + _error(candidate) ** 2
            defined = np.isfinite(step) & np.isfinite(square) & (square > 0)
            value += float((step[defined] ** 2 / square[defined]).sum())
            terms += int(defined.sum())
            undefined += int((~defined).sum())
    return TrendChi2(value, terms, undefined)


def _band(trend: Trend, sign: int) -> Floats:
    band: Floats = trend.mean + sign * trend.width
    return band


def _error(trend: Trend) -> Floats:
    error: Floats = np.hypot(trend.mean_error, trend.width_error)
    return error
