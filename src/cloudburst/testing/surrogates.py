"""Laws of surrogates."""

from __future__ import annotations

__all__ = ["check_surrogate"]

import contextlib
import copy
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ConditionError
from ..events import Events
from ..spec import describe
from ..surrogate import Surrogate
from .laws import law, no_global_rng, packages_of


def check_surrogate(surrogate: Surrogate, conditions: NDArray[np.float32]) -> None:
    """Samples the same bytes in any batches, after loading too, and only where it was trained.

    Args:
        surrogate: A surrogate.
        conditions: Conditions inside its ranges, in its units, with shape (N, C), N > 1.
    """
    surrogate = copy.deepcopy(surrogate)
    with no_global_rng(surrogate):
        events = surrogate.sample(conditions, seed=1).check()
    n, half = len(events), len(events) // 2
    for batch in (1, 7, 64, n):
        _same(surrogate, f"batches of {batch}", surrogate.sample(conditions, 1, 0, batch), events)
    rest = surrogate.sample(conditions[half:], 1, half)
    _same(surrogate, f"starting at event {half}", rest, events[half:])
    other = surrogate.sample(conditions, seed=2)
    law(surrogate, other.flat().tobytes() != events.flat().tobytes(), "seeds do not matter")
    with tempfile.TemporaryDirectory() as folder:
        surrogate.save(Path(folder) / "s")
        parts = surrogate.codec.features, surrogate.codec.transform, surrogate.generator
        loaded = Surrogate.load(Path(folder) / "s", packages_of([describe(p) for p in parts]))
        _same(surrogate, "loading", loaded.sample(conditions, 1), events)
    for value in (np.nan, np.inf, 2 * surrogate.detector.conditions[0].high + 1):
        _refuses(surrogate, np.full_like(conditions, value))


def _same(surrogate: Surrogate, what: str, events: Events, wanted: Events) -> None:
    same = events.flat().tobytes() == wanted.flat().tobytes()
    law(surrogate, same, f"{what} changes the events")


def _refuses(surrogate: Surrogate, conditions: NDArray[np.float32]) -> None:
    with contextlib.suppress(ConditionError):
        surrogate.sample(conditions)
        law(surrogate, False, f"samples at conditions of {conditions.flat[0]:g}")
