"""G2, single events: signal, observables and cells by condition."""

from __future__ import annotations

__all__ = ["physics"]

from ...events import Events
from ..multivariate.spaces import judged_observables
from ..report import Report
from .base import Gate
from .cells import cell_families
from .limits import GateLimits
from .shapes import distance_families, shape_families, tail_family
from .signal import signal_families


def physics(reference: Events, candidate: Events, report: Report, limits: GateLimits) -> Gate:
    """Response, resolution, distances, shapes, tails and cells.

    Args:
        reference: Events of the full simulation.
        candidate: Events to judge, with the reference's readouts.
        report: Distances of observables beside their floors.
        limits: What is allowed.
    """
    observables = judged_observables(reference.detector)
    families = (
        *signal_families(reference, candidate, limits),
        *distance_families(reference, candidate, report, limits),
        *shape_families(reference, candidate, observables, limits),
        tail_family(reference, candidate, observables, limits),
        *cell_families(reference, candidate, limits),
    )
    return Gate("G2", "Physics by condition", families, limits.level)
