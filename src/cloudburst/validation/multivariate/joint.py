"""All joint figures of one candidate, each beside its floor, or why there is none.

The reference is halved at random; candidate and other half are compared with one half, all
of one size, as in `cloudburst.validation.validate`. FPD and KPD are means over several
halvings, everything else is of the first one.
"""

from __future__ import annotations

__all__ = ["JointReport", "compare_jointly"]

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from ...errors import DataError
from ...events import Events
from .checks import frechet_check, kernel_check
from .correlations import Correlations, correlations
from .manifolds import manifold_scores
from .memorisation import Memorisation, memorisation
from .prd import PRDCurve, prd_curve
from .results import Absence, JointCheck, refuse_few
from .samples import JointSettings, Samples, refuse_other_conditions
from .worth import Worth, worth_of

_R = TypeVar("_R")

_PUBLISHED_SPACE = "log(1 + e / 0.1 MeV) of the cells, published: log10 with 0.1 MeV for zeros"


@dataclasses.dataclass(frozen=True)
class JointReport:
    """What all observables and cells together say.

    Attributes:
        checks: Figures beside their floors.
        absences: What could not be had, and why.
        correlations: Correlations of all observables in both samples.
        prd: Precision and recall of the candidate, and those of the reference against itself.
        worth: How many events of full simulation the candidate is worth.
        memorisation: How near the candidate is to its training events.
    """

    checks: tuple[JointCheck, ...]
    absences: tuple[Absence, ...]
    correlations: Correlations | None
    prd: tuple[PRDCurve, PRDCurve] | None
    worth: Worth | None
    memorisation: Memorisation | None


def compare_jointly(
    reference: Events,
    candidate: Events,
    training: Events | None = None,
    seed: int = 0,
    settings: JointSettings | None = None,
    progress: Callable[[str], Any] | None = None,
) -> JointReport:
    """Compares a candidate with the full simulation in all observables and cells together.

    Args:
        reference: Events of the full simulation that the candidate never saw.
        candidate: Events to judge, with the same readouts and conditions.
        training: Events that it was trained on, if known; without them, memorisation is absent.
        seed: Seed of everything random; the same seed gives the same report.
        settings: How much time to take.
        progress: Called with a line of text before each part.

    Raises:
        DataError: The samples have other readouts or conditions, or no event.
    """
    samples = Samples(reference, candidate, settings or JointSettings(), seed)
    made = _Parts(progress)
    checks = [made("FPD", frechet_check, samples), made("KPD", kernel_check, samples)]
    shares = [
        made("precision and recall, observables", _observable_shares, samples),
        made("precision and recall, cells", _cell_shares, samples),
    ]
    prd = made("PRD", _prd, samples)
    found = JointReport(
        checks=(
            *(check for check in checks if check),
            *(check for part in shares if part for check in part),
            *(_prd_checks(prd, len(samples)) if prd else ()),
        ),
        absences=(),
        correlations=made("correlations", _correlations, samples),
        prd=prd,
        worth=made("worth in events", _worth, samples),
        memorisation=made("memorisation", lambda s: _memorised(s, training), samples),
    )
    return dataclasses.replace(found, absences=tuple(made.absences))


class _Parts:
    """Makes one part after the other and remembers those that cannot be made."""

    def __init__(self, progress: Callable[[str], Any] | None) -> None:
        self.progress = progress
        self.absences: list[Absence] = []

    def __call__(self, name: str, make: Callable[[Samples], _R], samples: Samples) -> _R | None:
        if self.progress:
            self.progress(name)
        try:
            return make(samples)
        except DataError as error:
            self.absences.append(Absence(name, str(error)))
            return None


def _observable_shares(samples: Samples) -> list[JointCheck]:
    return _shares(samples, "observables", samples.scaled(), "")


def _cell_shares(samples: Samples) -> list[JointCheck]:
    return _shares(samples, "cells", samples.cells(), _PUBLISHED_SPACE)


def _shares(samples: Samples, space: str, points: tuple[Any, ...], note: str) -> list[JointCheck]:
    half, other, candidate = points
    notes = [note, samples.note(len(half))]
    found, floor = manifold_scores(half, candidate), manifold_scores(half, other)
    return [
        JointCheck(
            f"{name}, {space}", measured, at_best, 1.0, len(half), "; ".join(filter(None, notes))
        )
        for name, measured, at_best in zip(found._fields, found, floor, strict=True)
    ]


def _prd(samples: Samples) -> tuple[PRDCurve, PRDCurve]:
    half, other, candidate = samples.scaled()
    clusterings, seed = samples.settings.clusterings, samples.seed
    found, floor = (
        prd_curve(half, points, seed, clusterings=clusterings) for points in (candidate, other)
    )
    return found, floor


def _prd_checks(curves: tuple[PRDCurve, PRDCurve], events: int) -> list[JointCheck]:
    found, floor = curves
    return [
        JointCheck("PRD recall F8", found.recall_score, floor.recall_score, 1.0, events),
        JointCheck(
            "PRD precision F1/8", found.precision_score, floor.precision_score, 1.0, events
        ),
        JointCheck("PRD area", found.area, floor.area, 1.0, events),
    ]


def _correlations(samples: Samples) -> Correlations:
    repeats = max(samples.settings.repeats, 2)
    return correlations(samples.names, *samples.raw(), samples.seed, repeats)


def _worth(samples: Samples) -> Worth:
    # the conditions are not made by the candidate
    skip = len(samples.reference.detector.conditions)
    half, other, candidate = (points[:, skip:] for points in samples.raw())
    names = samples.names[skip:]
    return worth_of(names, half, other, candidate, samples.seed, samples.settings.draws)


def _memorised(samples: Samples, training: Events | None) -> Memorisation:
    if training is None:
        raise DataError("the events that it was trained on are not known")
    refuse_few("a memorisation test", 100, len(training), len(samples))
    refuse_other_conditions(training, samples.reference)
    half, _, candidate = samples.cells()
    return memorisation(samples.cells_of(training, len(half)), half, candidate, samples.seed)
