"""What a validation comes to, in a few short tables."""

from __future__ import annotations

__all__ = ["ShortTable", "Verdict"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..distances import Measurement
from ..validation import Check, ClassifierRow, Report, SpeedRow
from ..validation.gates import Family, Gate, Status

_WORST = 3
_LONG = 60


class ShortTable(NamedTuple):
    """A heading for each column, and lines of text beneath."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a validation comes to.

    Attributes:
        report: Every comparison.
        classifier: How well classifiers tell candidate from full simulation.
        speed: Time per event; the full simulation first, where it is known.
        warnings: What the reader must know before believing it.
        gates: What a release must pass.
        figures: The figure of each observable, readout or section that has one.
    """

    report: Report
    classifier: Sequence[ClassifierRow]
    speed: Sequence[SpeedRow]
    warnings: Sequence[str]
    gates: Sequence[Gate] = ()
    figures: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def passes(self) -> bool:
        """Whether no gate fails."""
        return all(gate.status is not Status.FAILED for gate in self.gates)

    def failures(self) -> list[str]:
        """One line for each family of findings that fails: what, by how much, where to look."""
        return [
            _failure(gate, family, self.figures) for gate in self.gates for family in gate.failed()
        ]

    def undecided(self) -> list[str]:
        """One line for each family of findings that takes more events."""
        return [
            f"{gate.code} {family.name}: takes "
            f"{family.lacking(gate.share):.1f} times as many events"
            for gate in self.gates
            for family in gate.families
            if family.status(gate.share) is Status.UNDECIDED
        ]

    def tables(self) -> list[ShortTable]:
        """Speed, classifiers and the worst distances; what there is not is left out."""
        tables = [
            ShortTable(("gate", "verdict"), [*map(_gate, self.gates)]),
            ShortTable(("time", "ms/event", "times faster"), [*map(_speed, self.speed)]),
            ShortTable(
                ("classifier AUC, 0.5 is a coin", "candidate", "floor", "trained on"),
                [*map(_classifier, self.classifier)],
            ),
            ShortTable(
                ("farthest above their floor", "distance", "floor", "ratio"),
                [*map(_check, self.report.worst(_WORST))],
            ),
        ]
        return [table for table in tables if table.rows]


def _gate(gate: Gate) -> tuple[str, ...]:
    return f"{gate.code} {gate.title}", str(gate.status)


def _failure(gate: Gate, family: Family, figures: Mapping[str, str]) -> str:
    worst = family.worst(gate.share)
    failed = sum(f.status(family.threshold(gate.share)) is Status.FAILED for f in family.findings)
    others = f" and {failed - 1} more" if failed > 1 else ""
    remark = f" ({worst.remark})" if 0 < len(worst.remark) < _LONG else ""
    slug = figures.get(worst.subject)
    look = f"; see figures/{slug}.svg" if slug else ""
    return (
        f"{gate.code} {family.name}: {worst.name}{remark}: {worst.value:.4g} {worst.unit}, "
        f"allowed {worst.limit:.4g} {worst.unit}".rstrip()
        + f"{others}{look}"
    ).replace(" ,", ",")


def _speed(row: SpeedRow) -> tuple[str, ...]:
    batch = "" if row.batch is None else f", batch {row.batch}"
    # full simulation is no faster than itself, and without it nothing is known
    times = f"{row.speed_up:,.0f}" if batch and row.speed_up == row.speed_up else ""
    return f"{row.label}{batch}", f"{row.ms_per_event:.3g}", times


def _classifier(row: ClassifierRow) -> tuple[str, ...]:
    return row.name, _pm(row.auc), _pm(row.floor), f"{row.training_size:,} each"


def _check(check: Check) -> tuple[str, ...]:
    name = check.name.replace(":", ", ").replace("normalized_", "")
    return name, _pm(check.measured), _pm(check.floor), f"{check.ratio:.1f}"


def _pm(measured: Measurement) -> str:
    return f"{measured.value:.3f} ± {measured.error:.3f}"
