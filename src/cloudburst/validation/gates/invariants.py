"""G0, what holds for every event: finite, positive, above threshold, no energy made of nothing."""

from __future__ import annotations

__all__ = ["Unusable", "invariants"]

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...detector import Readout
from ...events import Events
from ...observables import has_response
from ...units import ratio
from .base import Family, Finding, Gate
from .limits import GateLimits

# thresholds are float32 in files
_ROUNDING = 1e-6


class Unusable(NamedTuple):
    """Events that had to be left out.

    Attributes:
        count: How many.
        total: Of how many.
        reason: What is wrong with the first one.
    """

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    total: int
    reason: str = ""


def invariants(
    reference: Events, candidate: Events, unusable: Unusable, limits: GateLimits
) -> Gate:
    """Zero tolerance: no event may break them.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the reference's readouts.
        unusable: Events of the candidate that hold what is not finite or negative.
        limits: What is allowed.
    """
    families = (
        _finite(unusable),
        Family("no signal below threshold", _below(reference, candidate)),
        Family("unit of the signals", tuple(_scales(reference, candidate, limits))),
        Family("E_tot / E_inc", _energies(reference, candidate, limits), "needs an energy"),
        Family("conditions in range", tuple(_conditions(reference, candidate))),
    )
    return Gate("G0", "Invariants", families, limits.level)


def _finite(unusable: Unusable) -> Family:
    name = "finite and not negative"
    finding = Finding(name, unusable.count, 0.0, unit="events", remark=unusable.reason)
    return Family(name, (finding,))


def _below(reference: Events, candidate: Events) -> tuple[Finding, ...]:
    """Cells above zero and below the threshold; the reference shows whether it holds at all."""
    return tuple(
        Finding(
            r.name,
            _count_below(candidate.readouts[r.name], r),
            0.0,
            expected=_count_below(reference.readouts[r.name], r),
            unit="cells",
            subject=r.name,
            remark=f"threshold {r.threshold:g} {r.unit}",
        )
        for r in reference.detector.readouts
        if r.threshold > 0
    )


def _count_below(cells: NDArray[np.float32], readout: Readout) -> float:
    limit = readout.threshold * (1 - _ROUNDING)
    return float(np.count_nonzero((cells > 0) & (cells < limit)))


def _scales(reference: Events, candidate: Events, limits: GateLimits) -> list[Finding]:
    """How far the largest cells of a readout are off: a wrong unit is off by a power of ten."""
    findings = []
    for readout in reference.detector.readouts:
        sizes = [_typical(e.readouts[readout.name]) for e in (reference, candidate)]
        if sizes[0] > 0:
            quotient = sizes[1] / sizes[0]
            value = max(quotient, 1 / quotient) if quotient > 0 else np.inf
            remark = f"the median signal is {quotient:.3g} times that of the reference"
            findings.append(
                Finding(readout.name, value, limits.scale, expected=1.0, unit="×",
                        subject=readout.name, remark=remark)
            )  # fmt: skip
    return findings


def _typical(cells: NDArray[np.float32]) -> float:
    """The median of the summed signals of the events that have one; zero if none has."""
    sums = cells.reshape(len(cells), -1).sum(axis=1, dtype=np.float64)
    return float(np.median(sums[sums > 0])) if (sums > 0).mean() > 0.05 else 0.0


def _energies(reference: Events, candidate: Events, limits: GateLimits) -> tuple[Finding, ...]:
    """The largest share of the incident energy in all readouts together, against the bound."""
    if not has_response(reference.detector):
        return ()
    bound = limits.energy * float(_shares(reference).max())
    shares = _shares(candidate)
    over = int((shares > bound).sum())
    remark = f"{over} of {len(shares)} events above {bound:.3g}"
    largest = Finding("largest E_tot / E_inc", float(shares.max()), bound, remark=remark,
                      subject="response")  # fmt: skip
    return (largest,)


def _shares(events: Events) -> NDArray[np.float64]:
    """Everything that was read out over the incident energy, with shape (N,)."""
    detector = events.detector
    incident = detector.conditions[detector.condition_index("energy")].unit
    sums = np.zeros(len(events))
    unit = detector.readouts[0].unit
    for readout in detector.readouts:
        if readout.unit == unit:
            cells = events.readouts[readout.name].reshape(len(events), -1)
            sums += cells.sum(axis=1, dtype=np.float64) * ratio(unit, incident)
    return sums / np.maximum(events.condition("energy"), np.finfo(np.float32).tiny)


def _conditions(reference: Events, candidate: Events) -> Sequence[Finding]:
    """Candidate events whose conditions the reference's detector does not allow."""
    return [
        Finding(
            c.name,
            float(np.count_nonzero(~c.allows(candidate.condition(c.name)))),
            0.0,
            expected=float(np.count_nonzero(~c.allows(reference.condition(c.name)))),
            unit="events",
            remark=f"allowed is {c}",
        )
        for c in reference.detector.conditions
    ]
