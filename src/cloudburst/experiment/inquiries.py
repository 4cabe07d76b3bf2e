"""Inquiries of a candidate: whatever its detector, its training and it itself make possible."""

from __future__ import annotations

__all__ = ["Subject", "inquiries", "with_inquiries"]

import dataclasses
from collections.abc import Callable

import numpy as np

from ..classifier import attribute_regression, tag
from ..errors import DataError
from ..events import Events
from ..observables import has_pads
from ..surrogate import Surrogate
from ..validation.inquiries import (
    Attributes,
    Inquiry,
    films,
    image_differences,
    kinds_apart,
    moment_trends,
    neighbours,
)
from ..validation.kinds import telling_condition
from ..validation.multivariate import Absence
from ..validation.varying import varying
from .evidence import Evidence
from .telling import Told


@dataclasses.dataclass(frozen=True)
class Subject:
    """What there is to inquire into.

    Attributes:
        reference: Events of the full simulation.
        candidate: Events to judge, with the same readouts and conditions.
        surrogate: What made them, if it is at hand.
        training: What it was trained on, if that is at hand.
        seed: Of noise, splits and trees.
    """

    reference: Events
    candidate: Events
    surrogate: Surrogate | None
    training: Events | None
    seed: int


def inquiries(subject: Subject, told: Told) -> tuple[tuple[Inquiry, ...], tuple[Absence, ...]]:
    """Every inquiry that can be made, and why others cannot.

    Args:
        subject: What to inquire into.
        told: Hears how far it is.
    """
    made, absences = [], []
    for number, (name, make) in enumerate(_MAKERS.items()):
        told("inquiring", number, len(_MAKERS), name)
        try:
            inquiry = make(subject)
        except DataError as error:
            absences.append(Absence(name, str(error)))
            continue
        made += [inquiry] if inquiry else []
    told("inquiring", len(_MAKERS), len(_MAKERS))
    return tuple(made), tuple(absences)


def with_inquiries(evidence: Evidence, subject: Subject, told: Told) -> Evidence:
    """The evidence, with what `inquiries` finds."""
    made, absences = inquiries(subject, told)
    return dataclasses.replace(evidence, inquiries=made, absences=(*evidence.absences, *absences))


def _films(subject: Subject) -> Inquiry:
    surrogate = subject.surrogate
    if surrogate is None:
        raise DataError("events of a file cannot be made anew at other conditions")
    return films(lambda conditions: surrogate.sample(conditions, subject.seed), subject.reference)


def _neighbours(subject: Subject) -> Inquiry:
    if subject.training is None:
        raise DataError("the events that the candidate learned from are not at hand")
    training = subject.training.select(list(subject.reference.readouts))
    return neighbours(subject.reference, subject.candidate, training, subject.seed)


def _attributes(subject: Subject) -> Inquiry | None:
    reference, candidate = subject.reference, subject.candidate
    attributes = [c.name for c in varying(reference) if not c.categories]
    if not attributes:
        return None
    # as many of both, so that either trees learn as much
    order = np.random.default_rng(subject.seed).permutation(len(candidate))[: len(reference)]
    readings = attribute_regression(reference, candidate[order], attributes, subject.seed)
    return Attributes(tuple(readings))


def _moment_trends(subject: Subject) -> Inquiry | None:
    if not has_pads(subject.reference.detector):
        return None
    return moment_trends(subject.reference, subject.candidate, subject.seed)


def _kinds(subject: Subject) -> Inquiry | None:
    if telling_condition(subject.reference.detector) is None:
        return None
    return kinds_apart(subject.reference, subject.candidate, subject.seed)


def _tagging(subject: Subject) -> Inquiry | None:
    if telling_condition(subject.reference.detector) is None:
        return None
    return tag(subject.reference, subject.candidate, subject.training, subject.seed)


def _differences(subject: Subject) -> Inquiry | None:
    images = [r for r in subject.reference.detector.readouts if len(r.axes) == 2]
    if telling_condition(subject.reference.detector) is None and len(images) != 1:
        return None
    return image_differences(subject.reference, subject.candidate, subject.seed)


_MAKERS: dict[str, Callable[[Subject], Inquiry | None]] = {
    "kinds by themselves": _kinds,
    "differences of mean images": _differences,
    "taggers": _tagging,
    "films along the conditions": _films,
    "nearest training events": _neighbours,
    "conditions read off events": _attributes,
    "trends of moments": _moment_trends,
}
