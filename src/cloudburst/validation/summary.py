"""The verdict of a report: what to know before looking at any figure.

An observable *agrees* if none of its distances is more than `AGREEMENT` times its floor.
"""

from __future__ import annotations

__all__ = [
    "Card",
    "Standing",
    "distance_of",
    "response_bias",
    "standings",
    "summary_cards",
    "verdict",
    "worst_first",
]

import dataclasses
import math

import numpy as np

from ..distances import Measurement
from ..observables import has_response
from .content import ReportContent
from .gate_figures import gates_verdict
from .numbers import duration, factor, measurement
from .report import AGREEMENT, Check, Report, observable_of
from .rows import SpeedRow
from .trends import response_resolution


@dataclasses.dataclass(frozen=True)
class Standing:
    """What the checks of one observable say.

    Attributes:
        name: The observable, or the metric if it is not of an observable.
        checks: Its checks, the leading distance first.
    """

    name: str
    checks: tuple[Check, ...]

    @property
    def worst(self) -> Check:
        """The check farthest above its floor."""
        return max(self.checks, key=lambda check: check.ratio)

    @property
    def agrees(self) -> bool:
        """Whether every distance is within `AGREEMENT` times its floor."""
        return self.worst.ratio <= AGREEMENT


@dataclasses.dataclass(frozen=True)
class Card:
    """One key number."""

    label: str
    value: str
    detail: str


def distance_of(check: Check) -> str:
    """The distance that a check measures, in words; "" if its name tells only the metric."""
    return check.name.partition(":")[2].replace("_", " ")


def standings(report: Report) -> tuple[Standing, ...]:
    """The checks by observable, in the order of the report."""
    groups: dict[str, list[Check]] = {}
    for check in report.checks:
        groups.setdefault(observable_of(check), []).append(check)
    return tuple(Standing(name, tuple(checks)) for name, checks in groups.items())


def worst_first(report: Report) -> tuple[Standing, ...]:
    """The observables, the one farthest above its floor first."""
    return tuple(sorted(standings(report), key=lambda s: s.worst.ratio, reverse=True))


def response_bias(content: ReportContent) -> Measurement | None:
    """Mean response of the candidate over that of the reference, less one; None without one."""
    if not has_response(content.reference.detector):
        return None
    energy = content.reference.condition("energy")
    edges = [float(energy.min()), float(np.nextafter(energy.max(), np.inf))]
    ref, cand = (response_resolution(e, edges) for e in (content.reference, content.candidate))
    if not (np.isfinite(ref.mean_error[0]) and np.isfinite(cand.mean_error[0])):
        return None
    ratio = float(cand.mean[0] / ref.mean[0])
    error = math.hypot(ref.mean_error[0] / ref.mean[0], cand.mean_error[0] / cand.mean[0])
    return Measurement(ratio - 1, abs(ratio) * error)


def verdict(content: ReportContent) -> str:
    """One paragraph in words."""
    parts = [gates_verdict(content.gates), _agreement(content.report)]
    if content.classifier:
        hardest = max(content.classifier, key=lambda row: row.auc.value)
        parts.append(
            f"A classifier tells the surrogate from the full simulation with an AUC of "
            f"{measurement(hardest.auc, 1)}, where 0.5 is a coin toss and 1 is always right."
        )
    fastest = _fastest(content)
    if fastest:
        less = f", {factor(fastest.speed_up)} times less than in the full simulation"
        known = math.isfinite(fastest.speed_up)
        parts.append(f"An event takes {duration(fastest.ms_per_event)}{less if known else ''}.")
    return " ".join(filter(None, parts))


def summary_cards(content: ReportContent) -> tuple[Card, ...]:
    """The key numbers that there are."""
    cards = [_agreement_card(content)]
    if content.classifier:
        row = max(content.classifier, key=lambda row: row.auc.value)
        detail = f"floor {measurement(row.floor, 1)}, trained on 2 × {row.training_size:,} events"
        cards.append(Card("Classifier AUC", measurement(row.auc, 1), detail))
    fastest = _fastest(content)
    if fastest:
        cards.append(_speed_card(fastest))
    bias = response_bias(content)
    if bias:
        percent = Measurement(100 * bias.value, 100 * bias.error)
        cards.append(
            Card(
                "Response bias",
                f"{'+' if bias.value > 0 else ''}{measurement(percent, 1)} %",
                "mean over all energies",
            )
        )
    return tuple(cards)


def _agreement(report: Report) -> str:
    found = standings(report)
    if not found:
        return "The surrogate was not compared with the full simulation by any distance."
    agreeing = sum(standing.agrees for standing in found)
    worst = report.worst(1)[0]
    share = f"All {len(found)}" if agreeing == len(found) else f"{agreeing} of {len(found)}"
    return (
        f"{share} quantities agree with the full simulation to within {AGREEMENT:g} times the "
        f"distance that it has from itself; the farthest off is {observable_of(worst)}, at "
        f"{factor(worst.ratio)} times that floor."
    )


def _agreement_card(content: ReportContent) -> Card:
    found = standings(content.report)
    agreeing = sum(standing.agrees for standing in found)
    worst = content.report.worst(1)
    detail = (
        f"farthest off: {observable_of(worst[0])}, {factor(worst[0].ratio)} ×" if worst else ""
    )
    return Card(f"Within {AGREEMENT:g} × floor", f"{agreeing} of {len(found)}", detail)


def _speed_card(row: SpeedRow) -> Card:
    time = duration(row.ms_per_event)
    where = f"batch {row.batch:,}, {row.device}" if row.batch else row.device
    if math.isfinite(row.speed_up):
        return Card("Speed-up", f"{factor(row.speed_up)} ×", f"{time} per event, {where}")
    return Card("Time per event", time, where)


def _fastest(content: ReportContent) -> SpeedRow | None:
    rows = [row for row in content.speed or () if row.speed_up != 1]
    return min(rows, key=lambda row: row.ms_per_event, default=None)
