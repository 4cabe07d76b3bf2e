r"""One physics figure to choose a model by, on few events.

For each reference event and observable, the continuous ranked probability score of the
candidate's values y at the same conditions,

$$ \mathrm{CRPS} = \mathrm{E}\,|y - x| - \tfrac12 \mathrm{E}\,|y - y'|, $$

in standard deviations of the observable. Its mean is smallest for the true law (Gneiting and
Raftery, https://doi.org/10.1198/016214506000001437) and, unlike a distance between histograms,
it compares at equal conditions: a model gains nothing by sharing the chance deviations of a
few hundred reference events.
"""

from __future__ import annotations

__all__ = ["figure_of_choice", "figure_of_merit"]

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..events import Events
from ..observables import Observable


def figure_of_merit(
    reference: Events, candidate: Events, observables: Sequence[Observable]
) -> float:
    """The mean score over events and observables; smaller is better, and zero is not reached.

    An undefined value counts as one standard deviation below the smallest.

    Args:
        reference: N events of the full simulation.
        candidate: M times N events, M at least two, at the reference's conditions M times over.
        observables: What to look at.

    Raises:
        DataError: There are no observables or events, or the candidate is not at the
            reference's conditions.
    """
    return float(np.mean(_scores(reference, candidate, observables)))


def figure_of_choice(
    reference: Events, candidate: Events, observables: Sequence[Observable]
) -> float:
    """The same, with each observable's score s counted as log(1 + s).

    It too is smallest for the true law, and like the mean where scores are small. But an
    observable that is hopelessly far off does not decide alone: the response of a calorimeter
    that absorbs everything has a width of a thousandth, and a generator that errs by a tenth
    would be chosen by nothing else. Arguments and errors are those of `figure_of_merit`.
    """
    return float(np.mean(np.log1p(_scores(reference, candidate, observables))))


def _scores(
    reference: Events, candidate: Events, observables: Sequence[Observable]
) -> list[float]:
    """The mean score of each observable."""
    repeats = len(candidate) // max(len(reference), 1)
    wanted = np.tile(reference.conditions, (repeats, 1))
    if not observables or repeats < 2 or not np.array_equal(candidate.conditions, wanted):
        raise DataError(
            "a figure of merit needs an observable, and a candidate at the reference's "
            f"conditions at least twice over; got {len(candidate)} for {len(reference)} events"
        )
    return [_score(o(reference), o(candidate), repeats) for o in observables]


def _score(x: NDArray[Any], y: NDArray[Any], repeats: int) -> float:
    """The mean score of one observable, in its standard deviations."""
    defined = x[np.isfinite(x)]
    if len(defined) == 0:
        return 0.0
    scale = float(np.std(defined)) or 1.0
    below = defined.min() - scale
    x, y = (np.where(np.isfinite(v), v, below) / scale for v in (x, y))
    y = np.sort(y.reshape(repeats, -1), axis=0)
    # the mean over pairs of sorted values, each weighted by how many lie on either side
    sides = 2 * np.arange(repeats) - repeats + 1
    pairs = 2 * (sides @ y) / (repeats * (repeats - 1))
    return float((np.abs(y - x).mean(axis=0) - 0.5 * pairs).mean())
