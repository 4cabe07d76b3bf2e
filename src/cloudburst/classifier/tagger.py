"""What a surrogate is good for: taggers that learned from it, tried on full simulation.

A classifier learns to tell two kinds of events, as jets of W bosons and of QCD: from events of
full simulation, from as many of the surrogate, and once more from others of full simulation,
which tells how much two such taggers differ by chance. All are tried on the same events of full
simulation. A surrogate is as good as full simulation for this purpose if its tagger is as good.

A tagger sees observables and cells, not the condition that it is to find.
"""

from __future__ import annotations

__all__ = ["tag"]

import numpy as np
from numpy.typing import NDArray

from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..validation.inquiries import Tagger, Tagging
from ..validation.kinds import telling_condition
from .inputs import UNTOLD
from .judges import Judge, Sets
from .network import Network
from .scores import combine, roc_area

Floats = NDArray[np.float64]

_LEAST = 100
_TRAININGS = 3
_SELECTED = 0.15
_DRAWS = 100
_HALF = 0.5
# shares of signal that are kept, at which a curve tells how much background is turned away
_EFFICIENCIES = np.linspace(0.05, 1.0, 96)
_JUDGE = Network(hidden=(64, 64), patience=8)


def tag(
    reference: Events,
    candidate: Events,
    training: Events | None = None,
    seed: int = 0,
    judge: Judge = _JUDGE,
) -> Tagging:
    """Taggers that learned from either sample, tried on full simulation.

    Args:
        reference: Events of the full simulation that the candidate never saw, of two kinds.
        candidate: Events to judge, of the same detector.
        training: Other events of the full simulation to learn from, as those that the candidate
            learned from; half of the reference if left out.
        seed: Of halves, weights and resampling.
        judge: What learns.

    Raises:
        DataError: There are no two kinds of events, or fewer than 100 of one to be tried on or of
            both to learn from.
    """
    rng = np.random.default_rng(seed)
    categories = _two_kinds(reference)
    if training is None:
        order = rng.permutation(len(reference))
        training, reference = (reference[rows] for rows in np.array_split(order, 2))
    samples = _samples(training.select(list(reference.readouts)), candidate, rng)
    size = min(len(events) for events in samples.values())
    tried = _only_two(reference)
    signal = tried.condition(_name(tried)) > 0
    if size < _LEAST or min(signal.sum(), (~signal).sum()) < _LEAST:
        raise DataError(
            f"a tagger needs {_LEAST} events to learn from and of each kind to be tried on, got "
            f"{size}, and {signal.sum()} and {(~signal).sum()}"
        )
    test = UNTOLD(tried)
    taggers = [
        _tagger(name, _scores(judge, _sets(events[:size], test), rng), signal, rng)
        for name, events in samples.items()
    ]
    return Tagging(categories[1], categories[0], size, len(tried), _EFFICIENCIES, tuple(taggers))


def _two_kinds(events: Events) -> tuple[str, str]:
    """What background and signal are called: the first two categories."""
    condition = telling_condition(events.detector)
    if condition is None or len(condition.categories or ()) < 2:
        raise DataError(f"events of '{events.detector.name}' are not of two kinds")
    first, second, *_ = condition.categories or ()
    return first, second


def _name(events: Events) -> str:
    condition = telling_condition(events.detector)
    return condition.name if condition else ""


def _only_two(events: Events) -> Events:
    """The events of the first two kinds."""
    return events[np.flatnonzero(events.condition(_name(events)) < 2)]


def _samples(training: Events, candidate: Events, rng: np.random.Generator) -> dict[str, Events]:
    """What taggers learn from, in random order."""
    known, made = (_only_two(events) for events in (training, candidate))
    halves = np.array_split(rng.permutation(len(known)), 2)
    return {
        "reference": known[halves[0]],
        "candidate": made[rng.permutation(len(made))],
        "other reference": known[halves[1]],
    }


def _sets(events: Events, test: NDArray[np.float32]) -> Sets:
    inputs = UNTOLD(events)
    labels = events.condition(_name(events)).astype(np.float32)
    cut = len(events) - round(_SELECTED * len(events))
    spreads = UNTOLD.spreads(events.detector)
    return Sets(inputs[:cut], labels[:cut], inputs[cut:], labels[cut:], test, spreads)


def _scores(judge: Judge, sets: Sets, rng: np.random.Generator) -> list[Floats]:
    """Scores of the tried events by several trainings."""
    seeds = rng.integers(2**31, size=_TRAININGS).tolist()
    return [judge(sets, seed, lambda step: step)[1] for seed in seeds]


def _tagger(
    name: str, scores: list[Floats], signal: NDArray[np.bool_], rng: np.random.Generator
) -> Tagger:
    areas = [[roc_area(found[~signal], found[signal])] for found in scores]
    half = [[_rejection(found[signal], found[~signal], rng)] for found in scores]
    curves = [_curve(found[signal], found[~signal], _EFFICIENCIES) for found in scores]
    return Tagger(name, combine(areas), combine(half), np.mean(curves, axis=0))


def _curve(signal: Floats, background: Floats, kept: Floats) -> Floats:
    """Background events for one that passes, with shape (E,); no more than there are."""
    cuts = np.quantile(signal, 1 - kept)
    passed = 1 - np.searchsorted(np.sort(background), cuts) / len(background)
    return 1 / np.maximum(passed, 1 / len(background))


def _rejection(signal: Floats, background: Floats, rng: np.random.Generator) -> Measurement:
    """Rejection where half of the signal is kept, with its error by drawing events anew."""
    at = np.array([_HALF])
    drawn = [
        _curve(rng.choice(signal, len(signal)), rng.choice(background, len(background)), at)[0]
        for _ in range(_DRAWS)
    ]
    return Measurement(float(_curve(signal, background, at)[0]), float(np.std(drawn, ddof=1)))
