"""G1, determinism: what a seed gives must not depend on how it is asked for."""

from __future__ import annotations

__all__ = ["Sampler", "determinism"]

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...events import Events
from .base import Family, Finding, Gate
from .limits import GateLimits

_EVENTS = 200
_BATCHES = (1024, 64, 7)


class Sampler(Protocol):
    """Makes events at conditions (N, C); event i of a seed is number `first` + i of it."""

    def __call__(
        self, conditions: NDArray[np.float32], seed: int, first: int, batch: int
    ) -> Events:
        """The events."""


def determinism(
    sampler: Sampler | None, conditions: NDArray[np.float32], limits: GateLimits
) -> Gate:
    """Same seed, same bytes: again, in other batches, in shards of another order.

    Args:
        sampler: What makes events; None if there is only a file of them.
        conditions: Conditions to try it at, with shape (N, C).
        limits: What is allowed.
    """
    if sampler is None:
        remark = "a file of events cannot be made again; give the run or surrogate"
        return Gate("G1", "Determinism", (), limits.level, remark)
    few = conditions[np.linspace(0, len(conditions) - 1, _EVENTS).astype(int)]
    whole = sampler(few, 1, 0, _BATCHES[0])
    trials: dict[str, Callable[[], list[Events]]] = {
        "the same call again": lambda: [sampler(few, 1, 0, _BATCHES[0])],
        **{f"batches of {b}": _batches(sampler, few, b) for b in _BATCHES[1:]},
        "two shards, the second first": lambda: _shards(sampler, few),
    }
    findings = [_differing(name, whole, trial()) for name, trial in trials.items()]
    other = _differing("", whole, [sampler(few, 2, 0, _BATCHES[0])])
    stuck = Finding("another seed, the same events", float(other.value == 0), 0.0)
    families = (
        Family("same seed, same bytes", tuple(findings)),
        Family("another seed, other events", (stuck,)),
    )
    return Gate("G1", "Determinism", families, limits.level)


def _batches(
    sampler: Sampler, conditions: NDArray[np.float32], size: int
) -> Callable[[], list[Events]]:
    return lambda: [sampler(conditions, 1, 0, size)]


def _shards(sampler: Sampler, conditions: NDArray[np.float32]) -> list[Events]:
    half = len(conditions) // 2
    second = sampler(conditions[half:], 1, half, _BATCHES[0])
    return [sampler(conditions[:half], 1, 0, _BATCHES[0]), second]


def _differing(name: str, whole: Events, parts: list[Events]) -> Finding:
    """How many signals differ, bit by bit."""
    other = Events.concatenate(parts).flat().view(np.uint32)
    mine = whole.flat().view(np.uint32)
    count = np.count_nonzero(mine != other) if mine.shape == other.shape else mine.size
    return Finding(name, float(count), 0.0, unit="signals")
