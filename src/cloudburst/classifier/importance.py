"""What gives a candidate away: the inputs that a judge cannot do without."""

from __future__ import annotations

__all__ = ["Importance", "giveaways"]

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.inspection import permutation_importance

from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..validation.metrics import MIN_EVENTS
from .inputs import HIGH_LEVEL, Inputs
from .trees import Trees

_FOLDS = 2
_TREES = Trees()


class Importance(NamedTuple):
    """By how much the AUC falls when an input is shuffled among the events."""

    name: str
    fall: Measurement


def giveaways(
    reference: Events,
    candidate: Events,
    inputs: Inputs = HIGH_LEVEL,
    trees: Trees = _TREES,
    seed: int = 0,
    repeats: int = 5,
) -> tuple[Importance, ...]:
    """The inputs by which boosted trees tell a candidate from the reference, the best first.

    Each half of both samples in turn is judged by trees that learnt from the other half;
    the error is that of the mean over halves and shufflings. Inputs that say the same share
    their importance: shuffling one of them hides little.

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
    n = min(len(reference), len(candidate))
    if n < MIN_EVENTS:
        raise DataError(f"importances need {MIN_EVENTS} events in each sample, got {n}")
    rng = np.random.default_rng(seed)
    tables = [inputs(e[rng.permutation(len(e))[:n]]) for e in (reference, candidate)]
    x = np.concatenate(tables)
    labels = np.repeat(np.array([0, 1], np.float32), n)
    fold = np.tile(np.arange(n) % _FOLDS, 2)
    falls = np.concatenate(
        [_falls(trees, x, labels, fold == k, seed, repeats) for k in range(_FOLDS)], axis=1
    )
    errors = falls.std(axis=1, ddof=1) / np.sqrt(falls.shape[1])
    order = np.argsort(-falls.mean(axis=1), kind="stable")
    names = inputs.names(reference.detector)
    means = falls.mean(axis=1)
    return tuple(
        Importance(names[i], Measurement(float(means[i]), float(errors[i]))) for i in order
    )


def _falls(
    trees: Trees,
    x: NDArray[np.float32],
    labels: NDArray[np.float32],
    judged: NDArray[np.bool_],
    seed: int,
    repeats: int,
) -> NDArray[np.float64]:
    """The fall of the AUC of each input and shuffling, with shape (F, repeats)."""
    trained = trees.fit(x[~judged], labels[~judged], seed)
    found = permutation_importance(
        trained, x[judged], labels[judged], scoring="roc_auc", n_repeats=repeats, random_state=seed
    )
    return np.asarray(found.importances, np.float64)
