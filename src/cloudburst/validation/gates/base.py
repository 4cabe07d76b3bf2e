r"""Findings, and the gates that they must pass.

A finding fails if it is beyond its limit *and* more than chance explains: with the value v, its
limit L, and what a candidate without fault would show, e with a standard error s,

$$ v > L \quad\text{and}\quad v - e > z\, s . $$

The first keeps what matters little from failing however many events there are, the second
keeps a perfect candidate from failing for want of events. A gate of several families of
findings gives each an equal part of its `level`, and each of a family's k findings an equal
part of that (Bonferroni), which sets z: of candidates without fault, no more than a share
`level` fails the gate. What holds for every event, as "no NaN", has s = 0.

Where z s is more than `BLIND` times the room that the limit leaves, too few events were there
to see anything of interest: the finding is undecided, and says how many it needs.
"""

from __future__ import annotations

__all__ = ["BLIND", "Family", "Finding", "Gate", "Status"]

import dataclasses
import enum
import math
import statistics
from typing import Any

from scipy import stats

BLIND = 10.0


class Status(enum.StrEnum):
    """What a gate or finding comes to, the worst first."""

    FAILED = "failed"
    UNDECIDED = "undecided"
    PASSED = "passed"
    NOT_MEASURED = "not measured"


@dataclasses.dataclass(frozen=True)
class Finding:
    """One number that a gate looks at.

    Attributes:
        name: What it is, with the bin that it is of.
        value: What was found; larger is worse.
        limit: The largest value allowed, in the same unit.
        error: Standard error of the value of a candidate without fault.
        expected: What a candidate without fault would show.
        unit: Unit of value and limit; "" for a pure number.
        subject: The observable or readout whose figure shows it, "" if none does.
        remark: What else to know.
    """

    name: str
    value: float
    limit: float
    error: float = 0.0
    expected: float = 0.0
    unit: str = ""
    subject: str = ""
    remark: str = ""

    @property
    def excess(self) -> float:
        """(value - expected) / error; infinite for a fault that chance cannot explain."""
        over = self.value - self.expected
        if math.isnan(over):
            return math.inf
        if self.error > 0:
            return over / self.error
        return math.inf if over > 0 else 0.0

    def seen_from(self, z: float) -> float:
        """The smallest value that would fail, at so many standard errors."""
        return max(self.limit, self.expected + z * self.error)

    def lacking(self, z: float) -> float:
        """How many times as many events it would take to see anything of interest."""
        room = BLIND * (self.limit - self.expected)
        if self.error <= 0:
            return 0.0
        return (z * self.error / room) ** 2 if room > 0 else math.inf

    def status(self, z: float) -> Status:
        """What it comes to, at so many standard errors."""
        if not self.value <= self.limit and self.excess > z:
            return Status.FAILED
        return Status.UNDECIDED if self.lacking(z) > 1 else Status.PASSED


@dataclasses.dataclass(frozen=True)
class Family:
    """Findings of one kind, judged together.

    Attributes:
        name: What was looked at.
        findings: What was found; at least one, or a remark says why there is none.
        remark: Why nothing was found, or what to know.
    """

    name: str
    findings: tuple[Finding, ...]
    remark: str = ""

    def threshold(self, level: float) -> float:
        """The number z of standard errors at a family-wise level."""
        return float(stats.norm.isf(level / (2 * max(len(self.findings), 1))))

    def status(self, level: float) -> Status:
        """FAILED if one finding is, UNDECIDED if most are, NOT_MEASURED if there are none."""
        if not self.findings:
            return Status.NOT_MEASURED
        z = self.threshold(level)
        found = [finding.status(z) for finding in self.findings]
        if Status.FAILED in found:
            return Status.FAILED
        blind = 2 * found.count(Status.UNDECIDED) > len(found)
        return Status.UNDECIDED if blind else Status.PASSED

    def lacking(self, level: float) -> float:
        """How many times as many events half of its findings would take to be decided."""
        z = self.threshold(level)
        return statistics.median(finding.lacking(z) for finding in self.findings)

    def worst(self, level: float) -> Finding:
        """The finding to show: the failed or undecided one farthest above what is allowed."""
        z, order = self.threshold(level), list(Status)

        def rank(finding: Finding) -> tuple[int, float]:
            return -order.index(finding.status(z)), finding.value / max(
                finding.seen_from(z), 1e-300
            )

        return max(self.findings, key=rank)


@dataclasses.dataclass(frozen=True)
class Gate:
    """What a candidate must pass to be released.

    Attributes:
        code: Its number, as "G2".
        title: What it is about.
        families: What it looks at.
        level: Largest share of candidates without fault that it fails by chance.
        remark: Why it was not measured, if it was not.
    """

    code: str
    title: str
    families: tuple[Family, ...]
    level: float = 0.005
    remark: str = ""

    @property
    def share(self) -> float:
        """The level of each family."""
        return self.level / max(self.measured, 1)

    @property
    def measured(self) -> int:
        """The number of families with findings."""
        return sum(bool(family.findings) for family in self.families)

    @property
    def status(self) -> Status:
        """The worst of its families; NOT_MEASURED if none was."""
        found = {family.status(self.share) for family in self.families}
        return next((status for status in Status if status in found), Status.NOT_MEASURED)

    def failed(self) -> tuple[Family, ...]:
        """The families that fail."""
        return tuple(f for f in self.families if f.status(self.share) is Status.FAILED)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the status of the gate and of each family, with its worst finding."""
        return {
            "gate": self.code,
            "title": self.title,
            "status": str(self.status),
            "level": self.level,
            "remark": self.remark,
            "families": [_family(family, self.share) for family in self.families],
        }


def _family(family: Family, level: float) -> dict[str, Any]:
    if not family.findings:
        return {"name": family.name, "status": str(Status.NOT_MEASURED), "remark": family.remark}
    z, worst = family.threshold(level), family.worst(level)
    return {
        "name": family.name,
        "status": str(family.status(level)),
        "needs_times_as_many_events": max(family.lacking(level), 1.0),
        "findings": len(family.findings),
        "failed": [f.name for f in family.findings if f.status(z) is Status.FAILED],
        "standard_errors": z,
        "worst": {**dataclasses.asdict(worst), "seen_from": worst.seen_from(z)},
        "remark": family.remark,
    }
