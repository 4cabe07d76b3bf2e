"""A study's trainings, put together by points: means, with the spread over seeds."""

from __future__ import annotations

__all__ = ["Row", "Summary", "read_summary", "summarise"]

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...distances import Measurement
from ...errors import FormatError
from ..runs import read_json
from .judge import Quality
from .outcome import Outcome
from .plan import LimitTable, Plan, Trial

# Digits that are kept of what many numbers are kept of.
_DIGITS = 4


class Row(NamedTuple):
    """What the trainings of a point came to.

    Attributes:
        values: By axis, the value's name.
        outcomes: By seed.
        limits: From where on a training counts as lost.
    """

    values: dict[str, str]
    outcomes: dict[int, Outcome]
    limits: LimitTable

    @property
    def diverged(self) -> int:
        """How many trainings ended in no numbers, or far worse than they had been."""
        return sum(one.diverged(self.limits.diverged) for one in self.outcomes.values())

    @property
    def collapsed(self) -> int:
        """How many surrogates hardly hear their noise."""
        return sum(one.collapsed(self.limits.collapsed) for one in self.outcomes.values())

    @property
    def ratio(self) -> Measurement | None:
        """The chi2 of trends over its floor: mean and standard deviation over seeds."""
        return self._over(lambda quality: quality.ratio)

    @property
    def auc(self) -> Measurement | None:
        """The area under the ROC curve of the hardest classifier, likewise."""
        return self._over(lambda quality: quality.auc.value)

    @property
    def score(self) -> Measurement | None:
        """The figure of merit, likewise."""
        return self._over(lambda quality: quality.score)

    @property
    def milliseconds(self) -> Measurement:
        """Processor time of a step: mean over seeds of medians, and of half quartile distances."""
        pairs = np.mean([one.milliseconds for one in self.outcomes.values()], axis=0)
        return Measurement(float(pairs[0]), float(pairs[1]))

    def last(self, gauge: str) -> Measurement | None:
        """What a gauge was at the end, with the spread over seeds."""
        read = [one.gauge(gauge) for one in self.outcomes.values()]
        return _spread([values[-1][1] for values in read if values])

    @property
    def product(self) -> Measurement | None:
        """The product of the norms of a critic's layers at the end, likewise."""
        found = []
        for one in self.outcomes.values():
            norms = [one.gauge(name)[-1][1] for name in one.gauges if name.startswith("norm ")]
            found += [math.prod(norms)] if norms else []
        return _spread(found)

    def _over(self, value: Callable[[Quality], float]) -> Measurement | None:
        qualities = [one.quality for one in self.outcomes.values()]
        return _spread([value(quality) for quality in qualities if quality is not None])


class Summary(NamedTuple):
    """A study's results.

    Attributes:
        plan: The study.
        rows: Of the points of which a training is done, in the study's order.
        environment: What they depend on besides; plain data.
    """

    plan: Plan
    rows: list[Row]
    environment: dict[str, Any]

    @property
    def trainings(self) -> int:
        """How many trainings are done."""
        return sum(len(row.outcomes) for row in self.rows)

    @property
    def floors(self) -> tuple[Measurement, Measurement] | None:
        """Of chi2 over its floor, which is one, and of the area; None if nothing was judged."""
        found = [o.quality for row in self.rows for o in row.outcomes.values() if o.quality]
        if not found:
            return None
        chi2 = found[0].chi2_floor
        areas = np.mean([quality.auc_floor for quality in found], axis=0)
        return Measurement(1.0, chi2.error / chi2.value), Measurement(*map(float, areas))

    def to_json(self) -> str:
        """Everything, for `read_summary`."""
        rows = [
            {"values": row.values, "outcomes": {s: _plain(o) for s, o in row.outcomes.items()}}
            for row in self.rows
        ]
        plan = self.plan.model_dump()
        return json.dumps({"plan": plan, "environment": self.environment, "rows": rows})


def summarise(
    plan: Plan, done: Sequence[tuple[Trial, Outcome | None]], environment: dict[str, Any]
) -> Summary:
    """Puts the outcomes of trainings together; those that are not done are None."""
    rows: dict[str, Row] = {}
    for trial, outcome in done:
        if outcome is not None:
            row = Row(trial.point.values, {}, plan.limits)
            rows.setdefault(trial.point.name, row).outcomes[trial.seed] = outcome
    return Summary(plan, list(rows.values()), environment)


def read_summary(path: Path) -> Summary:
    """What `Summary.to_json` gave.

    Raises:
        FileError: It cannot be read.
        FormatError: It is something else.
    """
    document = read_json(path)
    try:
        plan = Plan.model_validate(document["plan"])
        rows = [
            Row(
                row["values"],
                {int(s): _outcome(o) for s, o in row["outcomes"].items()},
                plan.limits,
            )
            for row in document["rows"]
        ]
        return Summary(plan, rows, document["environment"])
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{path}: not the results of a study ({error!r})") from error


def _spread(values: Sequence[float]) -> Measurement | None:
    """Mean and standard deviation; NaN for that of a single value, None if there is none."""
    if not values:
        return None
    return Measurement(
        float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
    )


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "quality": outcome.quality.to_dict() if outcome.quality else None,
        "failure": outcome.failure,
        "history": _short(outcome.history),
        "milliseconds": _short(list(outcome.milliseconds)),
    }


def _outcome(data: dict[str, Any]) -> Outcome:
    quality = Quality.from_dict(data["quality"]) if data["quality"] else None
    cost = data["milliseconds"]
    return Outcome(quality, data["failure"], data["history"], (cost[0], cost[1]))


def _short(value: Any) -> Any:
    """Plain data with few digits."""
    if isinstance(value, dict):
        return {key: _short(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_short(v) for v in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
