"""What a validation report shows, as plain values."""

from __future__ import annotations

__all__ = ["ReportContent"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ..events import Events
from ..observables import Observable
from .conditions import HeldOut, Profile
from .gates import Gate
from .inquiry import Inquiry
from .labels import NAMES
from .multivariate import Absence, JointReport
from .report import Report
from .rows import ClassifierRow, Contender, Giveaway, HistoryEntry, SpeedRow


@dataclasses.dataclass(frozen=True)
class ReportContent:
    """All that a report shows; parts that are None or empty are left out.

    Attributes:
        title: Headline.
        report: The checks.
        reference: Events of the full simulation that the surrogate never saw.
        candidate: Events of the surrogate.
        observables: What is drawn as histograms, in this order.
        history: History of the training.
        speed: Time per event, the full simulation first.
        classifier: Classifier two-sample tests, the hardest first.
        provenance: Where all this comes from, nested as deep as needed.
        names: What to call the two samples.
        figure_label: What the validation figure of the history is.
        warnings: What to know before believing any of it.
        gates: What a release must pass.
        joint: All observables and cells together.
        profiles: Every observable in bins of every condition.
        held_out: Distances in a slice of a condition that the training left out.
        giveaways: What gives the candidate away, the worst first.
        contenders: Full simulation, parametric simulation and candidate side by side.
        absences: What could not be had, and why.
        pairs: Conditions at which pairs of events are shown, each by name and in its unit; over
            the range of the leading condition if left out.
        inquiries: What was found of questions that only some detectors and candidates have.
    """

    title: str
    report: Report
    reference: Events
    candidate: Events
    observables: Sequence[Observable]
    history: Sequence[HistoryEntry] | None = None
    speed: Sequence[SpeedRow] | None = None
    classifier: Sequence[ClassifierRow] | None = None
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    names: tuple[str, str] = NAMES
    figure_label: str = "Validation figure"
    warnings: Sequence[str] = ()
    gates: Sequence[Gate] = ()
    joint: JointReport | None = None
    profiles: Sequence[Profile] = ()
    held_out: HeldOut | None = None
    giveaways: Sequence[Giveaway] = ()
    contenders: Sequence[Contender] = ()
    absences: Sequence[Absence] = ()
    pairs: Sequence[Mapping[str, float]] = ()
    inquiries: Sequence[Inquiry] = ()
