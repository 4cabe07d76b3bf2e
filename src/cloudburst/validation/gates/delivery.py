"""G4 and G5: what is shipped is what was validated, and as fast as it was."""

from __future__ import annotations

__all__ = ["ParityResult", "TimingPair", "parity", "speed"]

from collections.abc import Sequence
from typing import NamedTuple

from .base import Family, Finding, Gate
from .limits import GateLimits


class ParityResult(NamedTuple):
    """How far an exported surrogate is from the one that was validated, on the same noise.

    Attributes:
        name: What was compared, as "onnx, batch 64".
        difference: Share of an event's signal that lies elsewhere, mean over events; infinite
            if it is another surrogate.
        remark: What else to know.
    """

    name: str
    difference: float
    remark: str = ""


class TimingPair(NamedTuple):
    """Time per event now and at the reference, on the same machine.

    Attributes:
        name: What was timed, with its batch.
        now: Time per event, in ms.
        error: Its standard error, in ms.
        reference: The reference timing, in ms.
    """

    name: str
    now: float
    error: float
    reference: float


def parity(results: Sequence[ParityResult], limits: GateLimits, remark: str = "") -> Gate:
    """Whether an export gives what the surrogate gives.

    Args:
        results: What was compared; none if there is no export.
        limits: What is allowed.
        remark: Why nothing was compared.
    """
    findings = tuple(
        Finding(r.name, r.difference, limits.parity, remark=r.remark) for r in results
    )
    families = (Family("difference of signals", findings, remark),)
    return Gate("G4", "Export parity", families, limits.level, "" if results else remark)


def speed(pairs: Sequence[TimingPair], limits: GateLimits, remark: str = "") -> Gate:
    """Whether an event takes as long as it did; other arguments as `parity`."""
    findings = tuple(
        Finding(
            pair.name,
            pair.now / pair.reference,
            limits.slower,
            pair.error / pair.reference,
            expected=1.0,
            unit="×",
            subject="speed",
            remark=f"{pair.now:.4g} ms per event, was {pair.reference:.4g} ms",
        )
        for pair in pairs
    )
    families = (Family("time per event", findings, remark),)
    return Gate("G5", "Speed", families, limits.level, "" if pairs else remark)
