"""G3, all at once: classifiers, joint distances, correlations, diversity, copies."""

from __future__ import annotations

__all__ = ["JointEvidence", "duplicated", "joint"]

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...events import Events
from ..content import ClassifierRow
from ..multivariate.results import JointCheck
from .base import Family, Finding, Gate
from .limits import GateLimits

_ADVICE = "measured by the full validation, not by --quick"


@dataclasses.dataclass(frozen=True)
class JointEvidence:
    """What is known of all observables and cells together.

    Attributes:
        classifier: Classifier two-sample tests.
        checks: Joint figures beside their floors; ideal 0 for distances, 1 for shares.
        held_out: Distances within a slice of conditions that the training left out.
        absent: Why what is not there is not there.
    """

    classifier: Sequence[ClassifierRow] = ()
    checks: Sequence[JointCheck] = ()
    held_out: Sequence[JointCheck] = ()
    absent: str = _ADVICE


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
    far = tuple(_distance(c, limits.joint) for c in evidence.checks if c.ideal == 0)
    shares = tuple(_share(c, limits.diversity) for c in evidence.checks if c.ideal == 1)
    slices = tuple(_distance(c, limits.held_out) for c in evidence.held_out)
    families = (
        Family("classifier AUC", tuple(_auc(r, limits) for r in evidence.classifier), _ADVICE),
        Family("joint distances", far, evidence.absent),
        Family("correlations", tuple(_correlations(reference, candidate, limits))),
        Family("realism and diversity", shares, evidence.absent),
        Family("duplicated events", (_duplicates(reference, candidate, limits),)),
        Family("held-out slice", slices, "the training left no slice out"),
    )
    return Gate("G3", "Joint", families, limits.level)


def duplicated(events: Events) -> int:
    """How many events have the very signals of an earlier one; empty events do not count."""
    seen: set[bytes] = set()
    hit = 0
    flat = events.flat()
    for row in flat[flat.any(axis=1)]:
        seen.add(row.tobytes())
        hit += 1
    return hit - len(seen)


def _auc(row: ClassifierRow, limits: GateLimits) -> Finding:
    error = math.hypot(row.auc.error, row.floor.error)
    remark = f"trained on {row.training_size:,} events of each"
    return Finding(row.name, row.auc.value, limits.auc, error, row.floor.value, remark=remark,
                   subject="classifier")  # fmt: skip


def _distance(check: JointCheck, limit: float) -> Finding:
    """A distance in units of its floor, or of the floor's error where that is larger."""
    unit = max(abs(check.floor.value), check.floor.error) or 1.0
    error = math.hypot(check.measured.error, check.floor.error) / unit
    value, floor = check.measured.value / unit, check.floor.value / unit
    return Finding(check.name, value, limit, error, floor, "× floor", "joint", check.note)


def _share(check: JointCheck, limit: float) -> Finding:
    """The relative loss of a share."""
    floor = check.floor.value or 1.0
    error = math.hypot(check.measured.error, check.floor.error) / floor
    lost = 1 - check.measured.value / floor
    return Finding(check.name, 100 * lost, 100 * limit, 100 * error, 0.0, "%", "joint", check.note)


def _duplicates(reference: Events, candidate: Events, limits: GateLimits) -> Finding:
    share = duplicated(candidate) / len(candidate)
    usual = duplicated(reference) / len(reference)
    return Finding("events that are there twice", 100 * share, 100 * limits.duplicates,
                   expected=100 * usual, unit="%")  # fmt: skip


def _correlations(reference: Events, candidate: Events, limits: GateLimits) -> list[Finding]:
    """Differences of the rank correlations of the summed signals and the conditions.

    Fisher's transform has the error 1.03 / sqrt(n - 3) for ranks (Fieller et al.,
    https://doi.org/10.1093/biomet/44.3-4.470).
    """
    names = [*(c.name for c in reference.detector.conditions),
             *(r.name for r in reference.detector.readouts)]  # fmt: skip
    pairs = zip(*(_ranked(e).ravel() for e in (reference, candidate)), strict=True)
    error = 1.03 * math.sqrt(sum(1 / max(len(e) - 3, 1) for e in (reference, candidate)))
    findings = []
    for (i, j), (usual, found) in zip(np.ndindex(len(names), len(names)), pairs, strict=True):
        if i < j and math.isfinite(usual) and math.isfinite(found):
            name = f"correlation of {names[i]} and {names[j]}"
            slope = max(1 - usual**2, 0.02)
            remark = f"{found:.3f}, reference {usual:.3f}"
            findings.append(
                Finding(name, abs(found - usual), limits.correlation, error * slope,
                        subject="correlations", remark=remark)
            )  # fmt: skip
    return findings


def _ranked(events: Events) -> NDArray[np.float64]:
    """Rank correlations of conditions and summed signals; NaN of what is constant."""
    sums = [
        events.readouts[r.name].reshape(len(events), -1).sum(axis=1, dtype=np.float64)
        for r in events.detector.readouts
    ]
    columns = np.column_stack([events.conditions, *sums])
    ranks = np.argsort(np.argsort(columns, axis=0, kind="stable"), axis=0).astype(np.float64)
    ranks[:, np.ptp(columns, axis=0) == 0] = np.nan
    with np.errstate(invalid="ignore"):
        return np.corrcoef(ranks, rowvar=False)
