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

__all__ = ["STRONG", "WEAK", "Strong", "floors", "strong_areas", "weak_areas"]

from collections.abc import Mapping
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
_CELLS = Network((512, 512, 512), dropout=0.1, learning_rate=3e-4, batch=256, epochs=20, patience=6)


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


def weak_areas(test: Events, fresh: Events) -> dict[str, dict[str, Measurement]]:
    """Areas and floors of the package's protocol, by judge."""
    found = {name: judge(test, fresh) for name, judge in WEAK.items()}
    return {name: {"auc": r.auc, "floor": r.floor_auc} for name, r in found.items()}


def strong_areas(
    training: Events, generated: Events, test: Events, fresh: Events
) -> dict[str, Measurement]:
    """Areas of the strong protocol, by judge.

    Args:
        training: Showers of Geant4 to learn from.
        generated: As many of the rung to learn from.
        test: Showers of Geant4 to be asked about.
        fresh: Showers of the rung to be asked about.
    """
    samples = training, generated, test, fresh
    found = {}
    for name, (_, inputs, judge) in STRONG.items():
        seen = [inputs(events) for events in samples]
        found[name] = _area(judge, seen, inputs.spreads(test.detector))
    return found


def floors(training: Events, test: Events) -> Mapping[str, Measurement]:
    """The strong protocol for Geant4 against itself."""
    half, part = len(training) // 2, len(test) // 2
    return strong_areas(training[:half], training[half:], test[:part], test[part:])


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
