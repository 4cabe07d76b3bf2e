"""Candidates side by side: how fast and how true each is, at one number of events."""

from __future__ import annotations

__all__ = ["contender"]

import dataclasses
import math

import numpy as np

from ..classifier import TEXTURE, ClassifierTest, Trees
from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..validation import Contender, Report
from ..validation.summary import standings
from .effort import Effort
from .evidence import distances
from .telling import Told, silent

_TEST = ClassifierTest(TEXTURE, Trees(iterations=40))


def contender(
    name: str,
    reference: Events,
    candidate: Events,
    times: tuple[float, float],
    effort: Effort,
    seed: int,
    told: Told = silent,
) -> tuple[Contender, Report, Contender]:
    """What one candidate comes to, its distances, and what full simulation itself comes to.

    Args:
        name: What it is called.
        reference: Events of the full simulation.
        candidate: Events to judge, with the same readouts and conditions.
        times: Time per event in ms, and that of the full simulation; NaN if not known.
        effort: How much time to take.
        seed: Seed of splits, resampling and the classifier.
        told: Hears how far it is.

    Raises:
        DataError: There are too few events for any distance.
    """
    report = distances(reference, candidate, effort, seed, told)
    found = standings(report)
    try:
        test = _TEST(reference, candidate, seed)
        auc, floor_auc = test.auc, test.floor_auc
    except DataError:
        auc = floor_auc = None
    made = Contender(
        name,
        times[0],
        times[1] / times[0],
        len(reference),
        sum(one.agrees for one in found),
        len(found),
        _mean_ratio(report),
        auc,
    )
    ideal = dataclasses.replace(
        made, name="full simulation", ms_per_event=times[1], speed_up=1.0, agreeing=len(found),
        ratio=Measurement(1.0, 0.0), auc=floor_auc,
    )  # fmt: skip
    return made, report, ideal


def _mean_ratio(report: Report) -> Measurement:
    """Geometric mean of distance over floor; its error takes the checks as independent."""
    known = [c for c in report.checks if c.floor.value > 0 and c.measured.value > 0]
    if not known:
        return Measurement(math.nan, math.nan)
    value = float(np.exp(np.mean([math.log(c.ratio) for c in known])))
    errors = [
        math.hypot(c.measured.error / c.measured.value, c.floor.error / c.floor.value)
        for c in known
    ]
    return Measurement(value, value * float(np.mean(errors)) / math.sqrt(len(known)))
