"""A candidate before the gates: from what was measured to what is passed."""

from __future__ import annotations

__all__ = ["GateEvidence", "stand_at_gates"]

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..events import Events
from ..surrogate import Surrogate
from ..validation.gates import (
    Gate,
    GateLimits,
    JointEvidence,
    ParityResult,
    Sampler,
    TimingPair,
    Unusable,
    determinism,
    invariants,
    joint,
    parity,
    physics,
    speed,
)
from .evidence import Evidence


@dataclasses.dataclass(frozen=True)
class GateEvidence:
    """What the gates look at beside the comparisons.

    Attributes:
        unusable: Events of the candidate that had to be left out.
        surrogate: What made the others, if it is at hand.
        conditions: Conditions to try it at, with shape (N, C).
        timings: Times per event beside those of an earlier day.
        no_timings: Why there are none.
        exports: How far exports are from the surrogate.
        no_exports: Why there are none.
    """

    unusable: Unusable
    surrogate: Surrogate | None
    conditions: NDArray[np.float32]
    timings: Sequence[TimingPair] = ()
    no_timings: str = ""
    exports: Sequence[ParityResult] = ()
    no_exports: str = ""


def stand_at_gates(
    reference: Events,
    candidate: Events,
    evidence: Evidence,
    known: GateEvidence,
    limits: GateLimits,
) -> tuple[Gate, ...]:
    """All gates, from invariants to speed.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the same readouts and conditions.
        evidence: Every comparison.
        known: What else is known.
        limits: What is allowed.
    """
    together = JointEvidence(evidence.classifier, evidence.joint, evidence.held_out)
    return (
        invariants(reference, candidate, known.unusable, limits),
        determinism(_sampler(known.surrogate), known.conditions, limits),
        physics(reference, candidate, evidence.report, limits),
        joint(reference, candidate, together, limits),
        parity(known.exports, limits, known.no_exports),
        speed(known.timings, limits, known.no_timings),
    )


def _sampler(surrogate: Surrogate | None) -> Sampler | None:
    if surrogate is None:
        return None
    made = surrogate

    def sample(conditions: NDArray[np.float32], seed: int, first: int, batch: int) -> Events:
        return made.sample(conditions, seed, first, batch)

    return sample
