"""What a validation report shows, as plain values."""

from __future__ import annotations

__all__ = ["ClassifierRow", "HistoryEntry", "ReportContent", "SpeedRow"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from ..distances import Measurement
from ..events import Events
from ..observables import Observable
from .labels import NAMES
from .report import Report


class HistoryEntry(TypedDict):
    """One entry of a training's history.

    Attributes:
        step: Training step.
        losses: Mean loss of each player since the last entry.
        figure: Figure by which the surrogate was validated at this step, if it was.
        kept: Whether the surrogate of this step was the one to keep, so far.
    """

    step: int
    losses: Mapping[str, float]
    figure: NotRequired[float]
    kept: NotRequired[bool]


@dataclasses.dataclass(frozen=True)
class SpeedRow:
    """What one event costs.

    Attributes:
        label: What was timed.
        batch: Events made at once, or None where that means nothing.
        device: Where it ran.
        ms_per_event: Time per event, in ms.
        speed_up: How many times faster than the full simulation; 1 for that itself, NaN where
            it is not known.
    """

    label: str
    batch: int | None
    device: str
    ms_per_event: float
    speed_up: float


@dataclasses.dataclass(frozen=True)
class ClassifierRow:
    """How well a classifier tells the surrogate from the full simulation.

    Attributes:
        name: What the classifier sees, or its kind.
        auc: Area under its ROC curve on events it never saw; 0.5 is a coin, 1 is perfect.
        floor: The same for full simulation against full simulation.
        training_size: Events of each sample that it was trained on.
    """

    name: str
    auc: Measurement
    floor: Measurement
    training_size: int


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
