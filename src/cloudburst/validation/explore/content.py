"""What an exploration shows, as plain values."""

from __future__ import annotations

__all__ = ["CodecRow", "ExploreContent"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from .intake import Intake
from .survey import Survey
from .thresholds import Cut


@dataclasses.dataclass(frozen=True)
class CodecRow:
    """What a codec does to events.

    Attributes:
        name: What it is called.
        text: Its steps in words.
        columns: Network values of an event.
        worst: Largest relative error of a signal after the way there and back.
        typical: Its 99.9 % quantile.
        total: Largest relative error of the summed signal of an event.
        changed: Share of the cells that were hit and came back empty, or the other way.
        departure: Mean distance of the network values from a Gaussian of the same mean and
            width, in units of the width (1-Wasserstein), weighted by the cells' signal.
        auc: AUC of a classifier of events before and after, or None where it was not asked.
        floor: The same for events before and other events before.
        training_size: Events of each sample that the classifier was trained on.
        values: Some network values, each column with zero mean and unit width, for a figure.
    """

    name: str
    text: str
    columns: int
    worst: float
    typical: float
    total: float
    changed: float
    departure: float
    auc: Measurement | None
    floor: Measurement | None
    training_size: int
    values: NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class ExploreContent:
    """All that an exploration shows.

    Attributes:
        title: Headline.
        intake: What came of the file.
        survey: Conditions, readouts, outliers, correlations.
        cuts: What thresholds would cost.
        threshold: The threshold that is proposed, in the unit of the cells.
        codecs: How codecs do; empty where none was tried.
        chosen: Name of the codec that the recipe uses.
        recipe: The proposed recipe, a TOML document.
        reasons: Why it proposes what it does, one sentence each.
        provenance: Where all this comes from, nested as deep as needed.
        notes: What could not be done, one sentence each.
    """

    title: str
    intake: Intake
    survey: Survey
    cuts: Sequence[Cut]
    threshold: float
    codecs: Sequence[CodecRow] = ()
    chosen: str = ""
    recipe: str = ""
    reasons: Sequence[str] = ()
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    notes: Sequence[str] = ()
