r"""Judges of a rung: how well classifiers tell its showers from those of Geant4.

Two protocols, because there are only 1,250 test showers:

* *package*: `ClassifierTest` on the test showers alone: halves of 625, of which 406 train a judge.
  The same as `cloudburst validate`; a weak judge with a floor under equal terms.
* *strong*: the judge learns from the 6,000 training showers against as many generated at the same
  energies, 15 % of both choosing the epoch, and is asked about all test showers against four times
  as many generated at their energies. What it learns of Geant4 it learns from showers that the
  rung has learned from too; but it is judged by showers that neither has seen, so that a rung
  gains nothing by repeating its training showers. Its floor is a judge of one half of the training
  showers against the other, asked about one half of the test showers against the other.
"""

from __future__ import annotations

__all__ = ["STRONG", "WEAK", "Strong", "halves", "strong_area", "weak_area"]

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cloudburst.classifier import (
    HIGH_LEVEL,
    LAYER_NORMALISED,
    LOW_LEVEL,
    TEXTURE,
    ClassifierTest,
    Inputs,
    Judge,
    Network,
    Sets,
    Trees,
)
from cloudburst.classifier.scores import roc_area
from cloudburst.distances import Measurement
from cloudburst.events import Events

# Share of the training showers that chooses the best epoch.
_SELECT = 0.15
# As in the CaloChallenge but for the width and the dropout: 12,000 showers teach 512 neurons.
_CELLS = Network(
    (512, 512, 512), dropout=0.1, learning_rate=3e-4, batch=256, epochs=20, patience=6
)


class Strong(NamedTuple):
    """A judge and what it sees."""

    title: str
    inputs: Inputs
    judge: Judge


STRONG = {
    "low": Strong("cells", LOW_LEVEL, _CELLS),
    "normed": Strong("cells of normed layers", LAYER_NORMALISED, _CELLS),
    "high": Strong("observables", HIGH_LEVEL, Network((256, 256), 0.2, epochs=30, patience=10)),
    "texture": Strong("texture", TEXTURE, Network((256, 256), 0.2, epochs=30, patience=10)),
    "trees": Strong("texture, trees", TEXTURE, Trees(iterations=150)),
}
WEAK = {
    "low": ClassifierTest(LOW_LEVEL, Network((256, 256))),
    "high": ClassifierTest(HIGH_LEVEL, Network()),
    "trees": ClassifierTest(TEXTURE, Trees()),
}


def weak_area(name: str, test: Events, fresh: Events) -> dict[str, Measurement]:
    """Area and floor of one judge of the package's protocol."""
    found = WEAK[name](test, fresh)
    return {"auc": found.auc, "floor": found.floor_auc}


def strong_area(name: str, samples: Sequence[Events]) -> Measurement:
    """The area of one judge of the strong protocol.

    Args:
        name: Which of `STRONG`.
        samples: Showers of Geant4 and of the rung to learn from, then of both to be asked about.
    """
    _, inputs, judge = STRONG[name]
    seen = [inputs(events) for events in samples]
    return _area(judge, seen, inputs.spreads(samples[0].detector))


def halves(training: Events, test: Events) -> tuple[Events, ...]:
    """Samples of the strong protocol for Geant4 against itself."""
    half, part = len(training) // 2, len(test) // 2
    return training[:half], training[half:], test[:part], test[part:]


def _area(judge: Judge, seen: list[np.ndarray], spreads: np.ndarray) -> Measurement:
    """The area of one judge that has learned from seen[:2], asked about seen[2:]."""
    rng = np.random.default_rng(0)
    chosen, learned = [], []
    for x in seen[:2]:
        order, cut = rng.permutation(len(x)), round(_SELECT * len(x))
        chosen.append(x[order[:cut]])
        learned.append(x[order[cut:]])
    labels = [
        np.repeat(np.array([0, 1], np.float32), [len(p) for p in parts])
        for parts in (learned, chosen)
    ]
    sets = Sets(
        np.concatenate(learned), labels[0], np.concatenate(chosen), labels[1],
        np.concatenate(seen[2:]), spreads,
    )  # fmt: skip
    _, scores = judge(sets, 0, lambda step: None)
    return roc_area(scores[: len(seen[2])], scores[len(seen[2]) :])
