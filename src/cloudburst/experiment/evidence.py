"""What speaks for and against a candidate: every comparison that a validation makes."""

from __future__ import annotations

__all__ = ["Evidence", "Learned", "classify", "collect", "distances"]

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeVar

from ..classifier import ClassifierResult, ClassifierTest, giveaways
from ..errors import DataError
from ..events import Events
from ..validation import ClassifierRow, Giveaway, Report, standard_metrics, validate
from ..validation.conditions import HeldOut, Profile, held_out, profiles
from ..validation.inquiries import Inquiry
from ..validation.multivariate import Absence, JointReport, compare_jointly
from .effort import Effort
from .telling import Told, counter

_R = TypeVar("_R")

Ranges = dict[str, tuple[float, float]]


@dataclasses.dataclass(frozen=True)
class Learned:
    """What is known of a candidate's training.

    Attributes:
        events: What it was trained on, if that is at hand.
        left_out: Slices of conditions that it never saw.
    """

    events: Events | None = None
    left_out: Ranges = dataclasses.field(default_factory=dict)

    @property
    def ranges(self) -> Ranges:
        """Lowest and highest value of each condition, if the events are at hand."""
        if self.events is None:
            return {}
        columns = zip(self.events.detector.conditions, self.events.conditions.T, strict=True)
        return {c.name: (float(v.min()), float(v.max())) for c, v in columns}


@dataclasses.dataclass(frozen=True)
class Evidence:
    """Every comparison; what could not be made is None or empty, and named.

    Attributes:
        report: Distances of observables beside their floors.
        classifier: How well classifiers tell both samples apart, the hardest first.
        giveaways: What gives the candidate away, the worst first.
        joint: Joint figures.
        profiles: Every observable in bins of every condition.
        held_out: Distances in a slice that the training left out.
        absences: What could not be had, and why.
        inquiries: What only some detectors and candidates allow.
    """

    report: Report
    classifier: tuple[ClassifierRow, ...]
    giveaways: tuple[Giveaway, ...]
    joint: JointReport
    profiles: tuple[Profile, ...]
    held_out: HeldOut | None
    absences: tuple[Absence, ...]
    inquiries: tuple[Inquiry, ...] = ()


def collect(
    reference: Events, candidate: Events, learned: Learned, effort: Effort, seed: int, told: Told
) -> Evidence:
    """Makes every comparison that there are enough events for.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the same readouts and conditions.
        learned: What is known of its training.
        effort: How much time to take.
        seed: Seed of splits, resampling and classifiers.
        told: Hears how far it is.

    Raises:
        DataError: There are too few events for any distance.
    """
    tried = _Tried()
    report = distances(reference, candidate, effort, seed, told)
    rows = classify(reference, candidate, effort.tests, seed, told, tried)
    given: tuple[Giveaway, ...] = ()
    if effort.giveaways:
        told("classifying", 0, None, "what gives it away")
        given = tried("giveaways", lambda: _giveaways(reference, candidate, seed)) or ()
    told("joining", 0, None)
    training = learned.events
    joint = compare_jointly(
        reference, candidate, training, seed, effort.joint,
        lambda text: told("joining", 0, None, text),
    )  # fmt: skip
    return Evidence(
        report,
        rows,
        given,
        joint,
        _profiles(reference, candidate, learned, effort, seed, told),
        tried("held-out slice", lambda: _held_out(reference, candidate, learned, seed)),
        (*tried.absences, *joint.absences),
    )


def distances(
    reference: Events, candidate: Events, effort: Effort, seed: int, told: Told
) -> Report:
    """Distances of every observable beside their floors; raises DataError for too few events."""
    metrics = standard_metrics(reference.detector)
    report = validate(
        reference, candidate, metrics, seed, effort.splits, counter(told, "comparing"),
        effort.repeats,
    )  # fmt: skip
    told("comparing", len(metrics), len(metrics))
    return report


def classify(
    reference: Events,
    candidate: Events,
    tests: Sequence[ClassifierTest],
    seed: int,
    told: Told,
    tried: _Tried,
) -> tuple[ClassifierRow, ...]:
    """What classifiers find, the hardest first."""
    found = []
    for number, test in enumerate(tests):
        heard = _classifier_told(told, number, len(tests))
        found.append(tried(test.name, lambda: test(reference, candidate, seed, heard)))  # noqa: B023
    told("classifying", len(tests), len(tests))
    rows = [_row(result) for result in found if result]
    return tuple(sorted(rows, key=lambda row: row.auc.value, reverse=True))


class _Tried:
    """Makes one thing after the other and remembers those that cannot be made."""

    def __init__(self) -> None:
        self.absences: list[Absence] = []

    def __call__(self, name: str, make: Callable[[], _R]) -> _R | None:
        try:
            return make()
        except DataError as error:
            self.absences.append(Absence(name, str(error)))
            return None


def _classifier_told(told: Told, number: int, tests: int) -> Callable[[str, int, int], None]:
    """Turns the progress of one of several tests into that of all."""

    def heard(text: str, done: int, total: int) -> None:
        told("classifying", number * total + done, tests * total, text.partition(", tr")[0])

    return heard


def _row(result: ClassifierResult) -> ClassifierRow:
    size = result.training_events
    return ClassifierRow(result.name, result.auc, result.floor_auc, size, result.jsd)


def _giveaways(reference: Events, candidate: Events, seed: int) -> tuple[Giveaway, ...]:
    found = giveaways(reference, candidate, seed=seed, repeats=3)
    return tuple(Giveaway(one.name, one.fall) for one in found.importances)


def _profiles(
    reference: Events, candidate: Events, learned: Learned, effort: Effort, seed: int, told: Told
) -> tuple[Profile, ...]:
    if not effort.bins:
        return ()
    told("binning", 0, None)
    return profiles(
        reference, candidate, trained=learned.ranges, bins=effort.bins, seed=seed,
        progress=lambda text: told("binning", 0, None, text),
    )  # fmt: skip


def _held_out(reference: Events, candidate: Events, learned: Learned, seed: int) -> HeldOut | None:
    """The first slice that was left out; None if none was."""
    for condition, (low, high) in learned.left_out.items():
        return held_out(reference, candidate, condition, low, high, seed=seed)
    return None
