"""What gives a candidate away: the inputs that a judge cannot do without."""

from __future__ import annotations

__all__ = ["Giveaways", "Importance", "giveaways"]

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.inspection import permutation_importance

from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..validation.metrics import MIN_EVENTS
from ..validation.splits import split_randomly
from .inputs import HIGH_LEVEL, Inputs
from .scores import combine, roc_area
from .trees import Trees

Floats = NDArray[np.float64]

_FOLDS = 2
_TREES = Trees()


class Importance(NamedTuple):
    """By how much the AUC falls when an input is shuffled among the events, and how it differs.

    Attributes:
        name: The input.
        fall: The fall of the AUC.
        shift: Mean of the candidate less that of the reference, in the latter's standard
            deviations; NaN where undefined.
        spread: Standard deviation of the candidate over that of the reference; NaN likewise.
    """

    name: str
    fall: Measurement
    shift: float
    spread: float


@dataclasses.dataclass(frozen=True)
class Giveaways:
    """What boosted trees tell a candidate by.

    Attributes:
        inputs: What the trees saw.
        auc: Area under their ROC curve on events they never saw.
        floor: The same for reference against reference.
        importances: The inputs, the one that counts most first.
        training_events: Events of each sample that each training learnt from.
    """

    inputs: str
    auc: Measurement
    floor: Measurement
    importances: tuple[Importance, ...]
    training_events: int

    def worst(self, n: int) -> tuple[Importance, ...]:
        """The first `n` inputs whose fall is above its error, and none if there is none."""
        return tuple(i for i in self.importances[:n] if i.fall.value > i.fall.error)


def giveaways(
    reference: Events,
    candidate: Events,
    inputs: Inputs = HIGH_LEVEL,
    trees: Trees = _TREES,
    seed: int = 0,
    repeats: int = 5,
) -> Giveaways:
    """The inputs by which boosted trees tell a candidate from the reference, the best first.

    The candidate is compared with one half of the reference, and so is the other half, which
    gives the floor. Each half of both samples in turn is judged by trees that learnt from the
    other half; the error of a fall is that of the mean over halves and shufflings. Inputs that
    say the same share their importance: shuffling one of them hides little.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the same readouts and conditions.
        inputs: What the trees see.
        trees: How they learn.
        seed: Seed of the halves and of the shuffling.
        repeats: Number of shufflings of each input.

    Raises:
        DataError: A sample has too few events.

    Source: Breiman, https://doi.org/10.1023/A:1010933404324
    """
    n = min(len(reference) // 2, len(candidate))
    if n < MIN_EVENTS:
        raise DataError(
            f"importances need {MIN_EVENTS} candidate events and twice as many of the "
            f"reference, got enough for {n} candidate events"
        )
    split = split_randomly(reference, candidate, np.random.default_rng(seed))
    rows = reference[split.reference], candidate[split.candidate], reference[split.other]
    half, judged, other = (inputs(events) for events in rows)
    found = [_Fold(trees, half, judged, k, seed) for k in range(_FOLDS)]
    floor = [_Fold(trees, half, other, k, seed) for k in range(_FOLDS)]
    falls = np.concatenate([fold.falls(seed, repeats) for fold in found], axis=1)
    return Giveaways(
        inputs.name,
        combine([[fold.auc() for fold in found]]),
        combine([[fold.auc() for fold in floor]]),
        _ranked(inputs.names(reference.detector), falls, half, judged),
        n - n // _FOLDS,
    )


class _Fold:
    """Trees that learnt from one part of two samples, and the other part of them."""

    def __init__(
        self,
        trees: Trees,
        reference: NDArray[np.float32],
        candidate: NDArray[np.float32],
        k: int,
        seed: int,
    ) -> None:
        x = np.concatenate([reference, candidate])
        labels = np.repeat(np.array([0, 1], np.float32), len(reference))
        judged = np.tile(np.arange(len(reference)) % _FOLDS, 2) == k
        self.trained = trees.fit(x[~judged], labels[~judged], seed)
        self.x, self.labels = x[judged], labels[judged]

    def auc(self) -> Measurement:
        """The area under the ROC curve on what they have not seen."""
        scores = self.trained.decision_function(self.x)
        return roc_area(scores[self.labels == 0], scores[self.labels == 1])

    def falls(self, seed: int, repeats: int) -> Floats:
        """The fall of the AUC of each input and shuffling, with shape (F, repeats)."""
        found: Any = permutation_importance(
            self.trained, self.x, self.labels,
            scoring="roc_auc", n_repeats=repeats, random_state=seed,
        )  # fmt: skip
        return np.asarray(found.importances, np.float64)


def _ranked(
    names: tuple[str, ...],
    falls: Floats,
    reference: NDArray[np.float32],
    candidate: NDArray[np.float32],
) -> tuple[Importance, ...]:
    means, errors = falls.mean(axis=1), falls.std(axis=1, ddof=1) / np.sqrt(falls.shape[1])
    (mean, width), (other, other_width) = (_moments(x) for x in (reference, candidate))
    with np.errstate(divide="ignore", invalid="ignore"):
        shift, spread = (other - mean) / width, other_width / width
    return tuple(
        Importance(
            names[i], Measurement(float(means[i]), float(errors[i])), _finite(shift[i]),
            _finite(spread[i]),
        )
        for i in np.argsort(-means, kind="stable")
    )  # fmt: skip


def _moments(x: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Mean and standard deviation of columns; NaN for those without defined values."""
    values = np.ma.masked_invalid(x.astype(np.float64))
    return values.mean(axis=0).filled(np.nan), values.std(axis=0).filled(np.nan)


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else float("nan")
