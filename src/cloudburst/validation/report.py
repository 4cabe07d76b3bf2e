"""Reports: each metric of a candidate beside the floor that the reference sets itself.

A distance between two finite samples is not zero even if both come from one source. What a
candidate reaches is therefore read beside its *floor*: the distance that two samples of the
reference, of the same sizes, have from each other.
"""

from __future__ import annotations

__all__ = ["Check", "Report"]

import dataclasses
import math
from typing import Any

from ..distances import Measurement
from ..errors import DataError


@dataclasses.dataclass(frozen=True)
class Check:
    """One metric: candidate against reference, and reference against itself.

    Attributes:
        name: The metric's name.
        measured: Distance of the candidate from the reference.
        floor: Distance of the reference from itself, for samples of the same sizes.
    """

    name: str
    measured: Measurement
    floor: Measurement

    @property
    def excess(self) -> float:
        """(measured - floor) in units of their combined error."""
        difference = self.measured.value - self.floor.value
        error = math.hypot(self.measured.error, self.floor.error)
        return _divide(difference, error, 0.0)

    @property
    def ratio(self) -> float:
        """measured / floor: 1 for a candidate as good as the reference; 1 if both are zero."""
        return _divide(self.measured.value, self.floor.value, 1.0)

    @property
    def least_ratio(self) -> float:
        """The ratio with both values moved by one error in the candidate's favour."""
        measured = max(self.measured.value - self.measured.error, 0.0)
        return _divide(measured, self.floor.value + self.floor.error, 0.0)


@dataclasses.dataclass(frozen=True)
class Report:
    """All checks of one candidate.

    Attributes:
        detector: Name of the detector.
        reference_events: Number of reference events that were given.
        candidate_events: Number of candidate events that were given.
        seed: Seed of the splits and of the resampling.
        checks: The checks, in the order of the metrics.
    """

    detector: str
    reference_events: int
    candidate_events: int
    seed: int
    checks: tuple[Check, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "checks", tuple(self.checks))

    def worst(self, n: int) -> tuple[Check, ...]:
        """The `n` checks farthest above their floor, errors in the candidate's favour."""
        order = sorted(self.checks, key=lambda c: (c.least_ratio, c.excess), reverse=True)
        return tuple(order[:n])

    def to_markdown(self) -> str:
        """The report as a Markdown table, one line a check."""
        rows = [
            f"| {c.name} | {c.measured.value:.4g} ± {c.measured.error:.2g} "
            f"| {c.floor.value:.4g} ± {c.floor.error:.2g} | {c.ratio:.2f} | {c.excess:+.1f} |"
            for c in self.checks
        ]
        head = (
            f"# {self.detector}: {self.candidate_events} events "
            f"against {self.reference_events} of the reference",
            "",
            "| metric | candidate | floor | ratio | excess (sigma) |",
            "|---|---|---|---|---|",
        )
        return "\n".join((*head, *rows)) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold and `from_dict` understands."""
        data = dataclasses.asdict(self)
        data["checks"] = [_check_to_dict(check) for check in self.checks]
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """The report that `to_dict` described; raises DataError if it did not."""
        try:
            fields = {f.name: data[f.name] for f in dataclasses.fields(cls)}
            checks = tuple(
                Check(c["name"], Measurement(**c["measured"]), Measurement(**c["floor"]))
                for c in data["checks"]
            )
            return cls(**{**fields, "checks": checks})
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f"not the description of a report: {error}") from error


def _divide(numerator: float, denominator: float, undefined: float) -> float:
    """numerator / denominator; `undefined` for 0 / 0 and infinity for anything else / 0."""
    if denominator != 0:
        return numerator / denominator
    return math.copysign(math.inf, numerator) if numerator else undefined


def _check_to_dict(check: Check) -> dict[str, Any]:
    """A check as plain data; an infinite ratio or excess, which JSON lacks, is None."""
    derived = {"ratio": check.ratio, "excess": check.excess}
    return {
        "name": check.name,
        "measured": check.measured._asdict(),
        "floor": check.floor._asdict(),
        **{key: value if math.isfinite(value) else None for key, value in derived.items()},
    }
