"""Every observable: distances, means and widths by condition, tails."""

from __future__ import annotations

__all__ = ["distance_families", "shape_families", "tail_family"]

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...distances import chi2_ndf
from ...events import Events
from ...observables import Observable, total
from ..report import Check, Report
from .base import Family, Finding
from .bins import bins_of
from .differences import Differences
from .limits import GateLimits

Floats = NDArray[np.float64]

_BINS = 20
# shares in a tail: the smallest at which the loss of a whole tail stands out
_TAILS = (0.01, 0.02, 0.05)
_CLEAR = 4.5
# standard errors from which on findings of a gate fail, about
_FAR = 4.0


def distance_families(
    reference: Events, candidate: Events, report: Report, limits: GateLimits
) -> list[Family]:
    """Distances over their floors, and chi-squared of the summed signals of the readouts."""
    ratios = tuple(_ratio(check, limits.ratio) for check in report.checks)
    energies = tuple(
        _chi2(total(r), reference, candidate, limits.chi2) for r in reference.detector.readouts
    )
    return [Family("distances over floor", ratios), Family("chi² of layer energies", energies)]


def _ratio(check: Check, limit: float) -> Finding:
    floor = check.floor.value
    error = math.hypot(check.measured.error, check.floor.error * min(check.ratio, 1.0))
    return Finding(
        check.name.replace(":", ", ").replace("_", " "),
        check.ratio,
        limit,
        error / floor if floor > 0 else 0.0,
        expected=1.0,
        unit="× floor",
        subject=check.name.partition(":")[0],
    )


def _chi2(observable: Observable, reference: Events, candidate: Events, limit: float) -> Finding:
    x, y = observable(reference), observable(candidate)
    filled = max(len(np.unique(x[:: max(len(x) // 1000, 1)])), 2)
    freedom = min(_BINS, filled) - 1
    return Finding(
        observable.name,
        chi2_ndf(x, y, _BINS),
        limit,
        _spread(freedom),
        expected=1.0,
        subject=observable.name.partition(".")[0],
        remark=f"{freedom} degrees of freedom",
    )


def _spread(freedom: int) -> float:
    """What counts as a standard error of chi-squared per degree of freedom, far in its tail.

    The tail is longer than that of a normal distribution of the same variance, 2 / freedom: the
    error is such that four of them are exceeded as rarely as four of a normal one.

    >>> round(_spread(19) / math.sqrt(2 / 19), 2)
    1.42
    """
    return float(stats.chi2.isf(stats.norm.sf(_FAR), freedom) / freedom - 1) / _FAR


def shape_families(
    reference: Events, candidate: Events, observables: Sequence[Observable], limits: GateLimits
) -> list[Family]:
    """Mean and width of every observable in bins of every condition."""
    places = list(bins_of(reference, candidate))
    found = [Differences.of(o, reference, candidate, places) for o in observables]
    return [
        Family("means by condition", tuple(f for d in found for f in d.means(limits.shape))),
        Family("widths by condition", tuple(f for d in found for f in d.widths(limits.spread))),
    ]


def tail_family(
    reference: Events, candidate: Events, observables: Sequence[Observable], limits: GateLimits
) -> Family:
    """Shares of events beyond the reference's lowest and highest quantiles, at 1 % and 99 %.

    Where that tail holds too few events for its loss to stand out, the next larger one is
    taken; values that an event leaves undefined belong to no tail.
    """
    share = _share(len(reference), len(candidate))
    if share is None:
        return Family("tails", (), f"needs {_needed():,} events in each sample")
    findings = tuple(
        finding
        for observable in observables
        for finding in _tails(observable, reference, candidate, share, limits.tail)
    )
    return Family(f"tails at {100 * share:g} % and {100 * (1 - share):g} %", findings)


def _share(n: int, m: int) -> float | None:
    """The smallest tail whose loss would be clear."""
    return next((s for s in _TAILS if math.sqrt(s / (1 / n + 1 / m)) > _CLEAR), None)


def _needed() -> int:
    return math.ceil(2 * _CLEAR**2 / _TAILS[-1])


def _tails(
    observable: Observable, reference: Events, candidate: Events, share: float, limit: float
) -> list[Finding]:
    x, y = observable(reference), observable(candidate)
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    if min(len(x), len(y)) < 2 or not np.ptp(x) > 0:
        return []
    low, high = np.quantile(x, [share, 1 - share])
    sides = (("low", x < low, y < low), ("high", x > high, y > high))
    made = (_tail(observable.name, *side, share, limit) for side in sides)
    return [finding for finding in made if finding]


def _tail(
    name: str,
    side: str,
    ref: NDArray[np.bool_],
    cand: NDArray[np.bool_],
    share: float,
    limit: float,
) -> Finding | None:
    """One tail; None where ties leave none, as for an observable with few values."""
    p, q = float(ref.mean()), float(cand.mean())
    if p < share / 2:
        return None
    pooled = (ref.sum() + cand.sum()) / (len(ref) + len(cand))
    error = math.sqrt(pooled * (1 - pooled) * (1 / len(ref) + 1 / len(cand)))
    remark = f"{100 * q:.2f} % of the candidate, {100 * p:.2f} % of the reference"
    return Finding(
        f"{side} tail of {name}",
        100 * abs(q / p - 1),
        100 * limit,
        100 * error / p,
        unit="%",
        subject=name,
        remark=remark,
    )
