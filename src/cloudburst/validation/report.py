"""Reports: each metric of a candidate beside the floor that the reference sets itself.

A distance between two finite samples is not zero even if both come from one source. What a
candidate reaches is therefore read beside its *floor*: the distance that two samples of the
reference, of the same sizes, have from each other.
"""

from __future__ import annotations

__all__ = ["AGREEMENT", "Check", "Report", "observable_of", "validate"]

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from .metrics import MIN_EVENTS, Metric
from .splits import Split, resample, split_randomly, used_only

# within so many times its floor, a distance agrees
AGREEMENT = 2.0


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


def validate(
    reference: Events,
    candidate: Events,
    metrics: Sequence[Metric],
    seed: int = 0,
    splits: int = 4,
    progress: Callable[[str], None] | None = None,
    repeats: int = 25,
) -> Report:
    """Compares a candidate with a reference, beside the reference with itself.

    For each of `splits` random halvings of the reference into A and B, of n events each, n
    candidate events C are taken, at the conditions of B if the candidate has them all, else
    at random. `measured` is the mean of d(A, C) and `floor` the mean of d(A, B): samples of
    one size, hence of one statistical bias, so that their ratio is 1 for a perfect
    candidate. A candidate of fewer than n events sets the size of all three.

    Errors are the spread of these means over `repeats` bootstrap samples of all events, with
    the same splits. Far above the floor they are the statistical error; at the floor, where
    resampling adds its own noise to what is all noise, they are too large, by a factor below two.

    Args:
        reference: Events of the full simulation that the candidate never saw.
        candidate: Events to judge.
        metrics: What to judge by, of distinct names.
        seed: Seed of the splits and of the resampling, the same for all metrics.
        splits: Number of halvings, at least one.
        progress: Called with a line of text before each metric.
        repeats: Number of bootstrap samples, at least two.

    Raises:
        DataError: Too few events, splits or repeats, other readouts or conditions than the
            reference, or metrics of one name.
    """
    _refuse_different(reference.detector, candidate.detector)
    _refuse_few(len(reference), len(candidate), splits, repeats)
    names = [metric.name for metric in metrics]
    if len(set(names)) < len(names):
        raise DataError(f"metrics need distinct names, got {names}")
    rng = np.random.default_rng(seed)
    drawn = [split_randomly(reference, candidate, rng) for _ in range(splits)]
    chosen, drawn = used_only(candidate, drawn)
    samples = [drawn, *(resample(drawn, rng) for _ in range(repeats))]
    checks = []
    for i, metric in enumerate(metrics):
        if progress:
            progress(f"{metric.name} ({i + 1} of {len(metrics)})")
        checks.append(_check(metric, metric.prepare(reference), metric.prepare(chosen), samples))
    name, sizes = reference.detector.name, (len(reference), len(candidate))
    return Report(name, *sizes, seed, tuple(checks))


def observable_of(check: Check) -> str:
    """The observable that a check is of, or the metric if it is not of an observable."""
    return check.name.partition(":")[0]


def _refuse_different(reference: Detector, candidate: Detector) -> None:
    conditions = [[c.name for c in detector.conditions] for detector in (reference, candidate)]
    if conditions[0] != conditions[1] or reference.readouts != candidate.readouts:
        raise DataError(
            f"the candidate's detector '{candidate.name}' does not have the readouts and "
            f"conditions of the reference's '{reference.name}'"
        )


def _refuse_few(reference: int, candidate: int, splits: int, repeats: int) -> None:
    if reference < 2 * MIN_EVENTS or candidate < MIN_EVENTS:
        raise DataError(
            f"a validation needs {2 * MIN_EVENTS} reference and {MIN_EVENTS} candidate events, "
            f"got {reference} and {candidate}"
        )
    if splits < 1 or repeats < 2:
        raise DataError(f"a validation needs a split and two repeats, got {splits} and {repeats}")


def _check(
    metric: Metric,
    reference: NDArray[Any],
    candidate: NDArray[Any],
    samples: Sequence[Sequence[Split]],
) -> Check:
    """One check of prepared rows: `samples` are the splits, then the resampled splits."""

    def mean(splits: Sequence[Split], other: bool) -> float:
        pairs = [
            (reference[s.reference], reference[s.other] if other else candidate[s.candidate])
            for s in splits
        ]
        return float(np.mean([metric.compare(*pair) for pair in pairs]))

    measured, floor = (
        Measurement(values[0], float(np.std(values[1:], ddof=1)))
        for values in ([mean(splits, other) for splits in samples] for other in (False, True))
    )
    return Check(metric.name, measured, floor)


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
