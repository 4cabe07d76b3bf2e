r"""The classifier two-sample test.

A judge is trained to tell candidate from reference and asked about events that it has not
seen. If it can do no better than a coin, AUC = 0.5, then *this judge, from so many events*,
finds no difference (Lopez-Paz and Oquab, https://arxiv.org/abs/1610.06545; protocol after the
CaloChallenge, https://arxiv.org/abs/2410.21611).

1. The reference is halved at random; the candidate is compared with one half, and so is the
   other half, which gives the *floor*. All three have n events, at independent conditions:
   two samples at the very same conditions would agree too well.
2. The n events of each are cut into blocks. In turn, each block is the test set, while of
   the others a part selects the best epoch and calibrates, and the rest trains. So every
   event is judged by a network that never saw it.
3. Scores are calibrated by isotonic regression. AUC and divergence are means over trainings.

A value says as much about the judge as about the candidate: it grows with the number of
training events, which therefore stands beside it, and only values of one size compare.
"""

from __future__ import annotations

__all__ = ["ClassifierResult", "ClassifierTest"]

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..validation.metrics import MIN_EVENTS
from ..validation.splits import Split, split_randomly, used_only
from .inputs import Inputs
from .judges import Judge, Sets
from .scores import Scores, calibrate, combine, divergence, roc_area

Progress = Callable[[str, int, int], Any]
Floats = NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class ClassifierResult:
    """How well a judge tells a candidate from the reference.

    Attributes:
        name: The judge and what it saw.
        auc: Area under the ROC curve on events it never saw; 0.5 is a coin, 1 is perfect.
        jsd: Lower bound of the Jensen-Shannon divergence, in bits; 0 is equal, 1 disjoint.
        floor_auc: The area for reference against reference.
        floor_jsd: The divergence for reference against reference.
        spread: Standard deviation of the area over the trainings; 0 for a single one.
        training_events: Events of each sample that each training learnt from.
        test_events: Different events of each sample that were judged in a round.
    """

    name: str
    auc: Measurement
    jsd: Measurement
    floor_auc: Measurement
    floor_jsd: Measurement
    spread: float
    training_events: int
    test_events: int


@dataclasses.dataclass(frozen=True)
class ClassifierTest:
    """Trains a judge several times on candidate and reference, and on two references.

    Attributes:
        inputs: What the judge sees.
        judge: What learns to tell them apart.
        blocks: Blocks that each sample is cut into; each in turn is judged.
        trainings: Number of trainings; after each round of blocks, new halves are drawn.
        select: Share of a sample that selects and calibrates.
        rotate: Whether the blocks take turns; if not, all trainings share sets and halves and
            differ by their seeds only, as in the CaloChallenge.
        most: Largest number of events of each sample, drawn at random; None for all.
    """

    inputs: Inputs
    judge: Judge
    blocks: int = 5
    trainings: int = 5
    select: float = 0.15
    rotate: bool = True
    most: int | None = None

    def __post_init__(self) -> None:
        if self.blocks < 2 or self.trainings < 1 or not 0 < self.select < 1 - 1 / self.blocks:
            raise DataError(
                f"a classifier test needs two blocks, one training and events to train on, got "
                f"blocks={self.blocks}, trainings={self.trainings}, select={self.select}"
            )

    @property
    def name(self) -> str:
        """The judge and what it sees, as "network, high_level"."""
        return f"{self.judge.name}, {self.inputs.name}"

    def __call__(
        self,
        reference: Events,
        candidate: Events,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> ClassifierResult:
        """How well the judge does, and how well for reference against reference.

        Args:
            reference: Events of the full simulation that the candidate never saw.
            candidate: Events to judge, with the same readouts and conditions.
            seed: Seed of splits and trainings; the same seed gives the same result.
            progress: Told a line of text, the steps that are done and their number.

        Raises:
            DataError: The samples have other readouts or conditions, or too few events.
        """
        _refuse_different(reference.detector, candidate.detector)
        n = min(len(reference) // 2, len(candidate), self.most or len(candidate))
        self._refuse_few(n)
        rng = np.random.default_rng(seed)
        rounds = range(0, self.trainings, self._together)
        drawn = self._draw(reference, candidate, len(rounds), n, rng)
        chosen, splits = used_only(candidate, drawn)
        x, y = self.inputs(reference), self.inputs(chosen)
        spreads = self.inputs.spreads(reference.detector)
        told = _Told(progress, self.name, 2 * self.trainings, self.judge.steps)
        measured: list[list[Scores]] = []
        floor: list[list[Scores]] = []
        for first, split in zip(rounds, splits, strict=True):
            count = min(self._together, self.trainings - first)
            for rows, found in ((y[split.candidate], measured), (x[split.other], floor)):
                sets = self._sets(x[split.reference], rows, spreads, count)
                found.append([self._train(one, int(rng.integers(2**63)), told) for one in sets])
        return self._result(measured, floor, n)

    @property
    def _together(self) -> int:
        """Trainings of one round, whose test sets are disjoint."""
        return self.blocks if self.rotate else 1

    def _draw(
        self, reference: Events, candidate: Events, rounds: int, n: int, rng: np.random.Generator
    ) -> list[Split]:
        """Halves of n events for each round."""
        drawn = [split_randomly(reference, candidate, rng) for _ in range(rounds)]
        # fewer events than there are: any n of them, matched as they are
        drawn = [Split(*(rows[:n] for rows in split)) for split in drawn]
        return drawn if self.rotate else drawn[:1] * rounds

    def _cuts(self, n: int) -> tuple[int, int]:
        """Where the test set ends and where the selection set ends, of n events."""
        test = n // self.blocks
        return test, test + max(round(self.select * n), 1)

    def _refuse_few(self, n: int) -> None:
        test, end = self._cuts(n)
        if n < MIN_EVENTS or test < 2 or n - end < 2:
            raise DataError(
                f"'{self.name}' needs {max(MIN_EVENTS, 2 * self.blocks)} candidate events and "
                f"twice as many of the reference, got enough for {n} candidate events"
            )

    def _sets(
        self, reference: Floats, candidate: Floats, spreads: Floats, count: int
    ) -> Iterator[Sets]:
        """The sets for the first blocks of both samples, of shape (n, F), one block at a time."""
        n = len(reference)
        for k in range(count):
            rows = np.roll(np.arange(n), -(k * n // self.blocks))
            yield _labelled(reference, candidate, np.split(rows, self._cuts(n)), spreads)

    def _train(self, sets: Sets, seed: int, told: _Told) -> Scores:
        """What a training reaches on its test set, of which the first half is reference."""
        selected, tested = self.judge(sets, seed, told)
        told.finish_training()
        p = calibrate(selected, sets.select_labels, tested)
        reference, candidate = np.split(p, 2)
        right = np.concatenate([1 - reference, candidate])
        return Scores(roc_area(reference, candidate), divergence(right))

    def _result(
        self, measured: list[list[Scores]], floor: list[list[Scores]], n: int
    ) -> ClassifierResult:
        test, end = self._cuts(n)
        return ClassifierResult(
            self.name,
            auc=combine([[s.auc for s in several] for several in measured]),
            jsd=combine([[s.jsd for s in several] for several in measured]),
            floor_auc=combine([[s.auc for s in several] for several in floor]),
            floor_jsd=combine([[s.jsd for s in several] for several in floor]),
            spread=_spread([s.auc.value for several in measured for s in several]),
            training_events=n - end,
            test_events=test * min(self._together, self.trainings),
        )


class _Told:
    """Counts steps of many trainings, some of which end early."""

    def __init__(self, progress: Progress | None, name: str, trainings: int, steps: int) -> None:
        self.progress, self.name, self.trainings, self.steps = progress, name, trainings, steps
        self.training = 0

    def __call__(self, step: int) -> None:
        if self.progress is not None:
            text = f"{self.name}, training {min(self.training + 1, self.trainings)}"
            done = self.training * self.steps + step
            self.progress(f"{text} of {self.trainings}", done, self.trainings * self.steps)

    def finish_training(self) -> None:
        self.training += 1
        self(0)


def _spread(values: list[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def _labelled(
    reference: Floats, candidate: Floats, parts: list[NDArray[np.intp]], spreads: Floats
) -> Sets:
    """The sets made of the rows of test, selection and training set, reference rows first."""
    test, select, train = (np.concatenate([reference[p], candidate[p]]) for p in parts)
    _, select_labels, train_labels = (
        np.repeat(np.array([0, 1], np.float32), len(p)) for p in parts
    )
    return Sets(train, train_labels, select, select_labels, test, spreads)


def _refuse_different(reference: Detector, candidate: Detector) -> None:
    names = [[c.name for c in detector.conditions] for detector in (reference, candidate)]
    if names[0] != names[1] or reference.readouts != candidate.readouts:
        raise DataError(
            f"the candidate's detector '{candidate.name}' does not have the readouts and "
            f"conditions of the reference's '{reference.name}'"
        )
