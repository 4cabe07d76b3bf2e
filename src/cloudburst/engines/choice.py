"""The fastest engine of a machine for a surrogate: measured once, then kept."""

from __future__ import annotations

__all__ = ["Choice", "Trial", "choose", "stored_choice"]

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import CloudburstError
from ..machine import machine
from .base import Engine
from .parity import parity
from .registry import ENGINES
from .store import cache_folder, kept

# makes a fixed sample of events with an engine; the returned function makes it once more
Trial: TypeAlias = Callable[[Engine], Callable[[], Mapping[str, NDArray[np.float32]]]]

_LIBRARIES = ("torch", "onnxruntime", "openvino")
_CALLS = 7


@dataclasses.dataclass(frozen=True)
class Choice:
    """Which engine was chosen for a surrogate, and why.

    Attributes:
        engine: Name of the chosen one.
        events: How many events each engine made in one call.
        times: Median time of a call over its events, in microseconds, by engine.
        refused: Why others are not among them.
        machine: Where it was measured.
        date: When.
    """

    engine: str
    events: int
    times: dict[str, float]
    refused: dict[str, str]
    machine: dict[str, Any]
    date: str

    def explain(self) -> dict[str, Any]:
        """The choice as plain data to print."""
        measured = {k: f"{v:.2f} us an event" for k, v in self.times.items()}
        return {
            "chosen": f"{self.engine}, the fastest of those measured on {self.date}",
            "measured": measured,
            "not measured": dict(self.refused),
        }


def choose(trial: Trial, fingerprint: str) -> Choice:
    """The fastest engine whose showers are those of float32; measured where it is not kept.

    Args:
        trial: Makes the same events with any engine.
        fingerprint: Hash of all that the surrogate does.
    """

    def make() -> bytes:
        return json.dumps(dataclasses.asdict(_measured(trial)), indent=1).encode()

    return Choice(**json.loads(kept(_file(fingerprint), make)))


def stored_choice(fingerprint: str) -> Choice | None:
    """The choice that was made on this machine for a surrogate, or None."""
    path = Path(cache_folder()) / _file(fingerprint)
    return Choice(**json.loads(path.read_bytes())) if path.is_file() else None


def _measured(trial: Trial) -> Choice:
    times: dict[str, float] = {}
    refused: dict[str, str] = {}
    reference = trial(ENGINES["eager"])()
    events = len(next(iter(reference.values())))
    for engine in ENGINES.values():
        reason = engine.missing()
        try:
            again = None if reason else trial(engine)
            reason = reason or parity(reference, again()).reason(engine.exact)
        except CloudburstError as error:
            reason = str(error)
        if reason:
            refused[engine.name] = reason
        else:
            times[engine.name] = _median(again) / events * 1e6
    best = min(times, key=lambda name: times[name])
    date = datetime.now(UTC).date().isoformat()
    return Choice(best, events, times, refused, machine(), date)


def _median(call: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_CALLS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


def _file(fingerprint: str) -> str:
    """The file of the cache for a surrogate on this machine with these libraries."""
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = ""
    text = json.dumps([machine(), versions, fingerprint])
    return f"engines/{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
