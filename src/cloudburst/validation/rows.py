"""Rows of a report's tables, as plain values."""

from __future__ import annotations

__all__ = ["ClassifierRow", "Contender", "Giveaway", "HistoryEntry", "SpeedRow"]

import dataclasses
from collections.abc import Mapping
from typing import NotRequired, TypedDict

from ..distances import Measurement


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
        jsd: Lower bound of the Jensen-Shannon divergence, in bits, if known: 0 equal, 1 disjoint.
    """

    name: str
    auc: Measurement
    floor: Measurement
    training_size: int
    jsd: Measurement | None = None


@dataclasses.dataclass(frozen=True)
class Giveaway:
    """What gives a candidate away.

    Attributes:
        name: The input of a classifier.
        fall: By how much its AUC falls when that input is shuffled.
    """

    name: str
    fall: Measurement


@dataclasses.dataclass(frozen=True)
class Contender:
    """One of several candidates, as fast and as true as it is.

    Attributes:
        name: What it is called.
        ms_per_event: Time per event in ms, NaN where it is not known.
        speed_up: How many times faster than the full simulation, NaN where it is not known.
        events: Events of the reference that it was held against.
        agreeing: Quantities within the agreed multiple of their floor.
        quantities: Quantities that were looked at.
        ratio: Geometric mean of all distances over their floors; 1 is ideal.
        auc: What a classifier reaches; None where there were too few events.
    """

    name: str
    ms_per_event: float
    speed_up: float
    events: int
    agreeing: int
    quantities: int
    ratio: Measurement
    auc: Measurement | None
