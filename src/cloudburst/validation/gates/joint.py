"""G3, all at once: classifiers, joint distances, correlations, diversity, copies."""

from __future__ import annotations

__all__ = ["JointEvidence", "duplicated", "joint"]

import dataclasses
import math
from collections.abc import Sequence

from ...events import Events
from ..conditions import HeldOut
from ..multivariate import JointCheck, JointReport, Memorisation
from ..rows import ClassifierRow
from .base import Family, Finding, Gate
from .correlations import rank_correlations
from .limits import GateLimits


@dataclasses.dataclass(frozen=True)
class JointEvidence:
    """What is known of all observables and cells together.

    Attributes:
        classifier: Classifier two-sample tests.
        report: Joint figures, correlations and memorisation.
        held_out: Distances in a slice of a condition that the training left out.
    """

    classifier: Sequence[ClassifierRow] = ()
    report: JointReport | None = None
    held_out: HeldOut | None = None


def joint(
    reference: Events, candidate: Events, evidence: JointEvidence, limits: GateLimits
) -> Gate:
    """What no single observable shows.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the reference's readouts.
        evidence: What was measured elsewhere.
        limits: What is allowed.
    """
    report = evidence.report
    checks = report.checks if report else ()
    known = report.memorisation if report else None
    families = (
        Family("classifier AUC", tuple(_auc(r, limits) for r in evidence.classifier)),
        Family(
            "joint distances", tuple(_distance(c, limits.joint) for c in checks if not c.ideal)
        ),
        Family("correlations", rank_correlations(reference, candidate, limits.correlation)),
        Family("realism and diversity", tuple(_share(c, limits) for c in checks if c.ideal)),
        Family("memorised events", _memorised(known, limits)),
        Family("duplicated events", (_duplicates(reference, candidate, limits),)),
        Family("held-out slice", _held_out(evidence.held_out, limits)),
    )
    remarks = {a.name: a.reason for a in report.absences} if report else {}
    explained = tuple(_explained(family, remarks) for family in families)
    return Gate("G3", "Joint", explained, limits.level)


def duplicated(events: Events) -> int:
    """How many events have the very signals of an earlier one; empty events do not count."""
    flat = events.flat()
    hit = flat[flat.any(axis=1)]
    # of their hashes, which take less memory; two of a million are equal once in 10^7 times
    return len(hit) - len({hash(row.tobytes()) for row in hit})


def _explained(family: Family, reasons: dict[str, str]) -> Family:
    """With what is known of why nothing was found."""
    words = {
        "joint distances": "FPD",
        "realism and diversity": "precision and recall, observables",
        "memorised events": "memorisation",
    }
    reason = reasons.get(words.get(family.name, ""), "")
    if family.name == "held-out slice":
        reason = "the training left no slice out"
    if family.name == "correlations":
        reason = "needs 100 events in each sample"
    return family if family.findings else dataclasses.replace(family, remark=reason)


def _auc(row: ClassifierRow, limits: GateLimits) -> Finding:
    error = math.hypot(row.auc.error, row.floor.error)
    remark = f"trained on {row.training_size:,} events of each"
    return Finding(
        row.name, row.auc.value, limits.auc, error, row.floor.value,
        subject="classifier", remark=remark,
    )  # fmt: skip


def _distance(check: JointCheck, limit: float) -> Finding:
    """A distance in units of its floor, or of the floor's error where that is larger."""
    unit = max(abs(check.floor.value), check.floor.error) or 1.0
    error = math.hypot(check.measured.error, check.floor.error) / unit
    value, floor = check.measured.value / unit, check.floor.value / unit
    return Finding(check.name, value, limit, error, floor, "× floor", "joint", check.note)


def _share(check: JointCheck, limits: GateLimits) -> Finding:
    """The relative loss of a share."""
    floor = check.floor.value or 1.0
    error = math.hypot(check.measured.error, check.floor.error) / floor
    lost = 1 - check.measured.value / floor
    return Finding(
        f"loss of {check.name}", 100 * lost, 100 * limits.diversity, 100 * error,
        unit="%", subject="joint", remark=check.note,
    )  # fmt: skip


def _memorised(found: Memorisation | None, limits: GateLimits) -> tuple[Finding, ...]:
    if found is None:
        return ()
    nearer = Finding(
        "events nearer to a training than to a test event, above one half",
        100 * (found.share.value - 0.5),
        100 * limits.memorised,
        100 * found.share.error,
        unit="%",
        subject="memorisation",
        remark=f"of {found.events:,} events each",
    )
    return nearer, Finding("copies of training events", float(found.copies), 0.0, unit="events")


def _held_out(found: HeldOut | None, limits: GateLimits) -> tuple[Finding, ...]:
    if found is None:
        return ()
    name = f"distances at {found.condition} {found.low:g} to {found.high:g} over those beside it"
    return (
        Finding(
            name, found.price.value, limits.held_out, found.price.error, expected=1.0, unit="×",
            remark="extrapolated" if found.extrapolated else "",
        ),
    )  # fmt: skip


def _duplicates(reference: Events, candidate: Events, limits: GateLimits) -> Finding:
    share = duplicated(candidate) / len(candidate)
    usual = duplicated(reference) / len(reference)
    return Finding(
        "events that are there twice", 100 * share, 100 * limits.duplicates,
        expected=100 * usual, unit="%",
    )  # fmt: skip
