"""What a shower costs a processor core, whatever else the machine does."""

from __future__ import annotations

__all__ = ["speed"]

import time
from typing import Any

import numpy as np
import torch

from cloudburst import noise
from cloudburst.distances import Measurement
from cloudburst.engines import ENGINES, parity
from cloudburst.errors import CloudburstError
from cloudburst.surrogate import Surrogate

_BATCH, _CALLS = 1024, 7
# Those that need no compiler and no GPU.
_ENGINES = ("eager", "bfloat16", "onnxruntime", "openvino")


def speed(surrogate: Surrogate) -> dict[str, Any]:
    """Microseconds of one core for a shower in batches of 1,024, by engine.

    CPU time of the whole process on one thread, its noise prepared, from conditions to cells in
    MeV; engines whose
    showers are not those of float32 are left out. The error is the spread of seven calls.
    """
    torch.set_num_threads(1)
    noise.prepare()
    conditions = surrogate.detector.draw_conditions(_BATCH, np.random.default_rng(0))
    wanted = surrogate.sample(conditions, engine="eager").readouts
    found: dict[str, Measurement] = {}
    refused: dict[str, str] = {}
    for engine in (ENGINES[name] for name in _ENGINES):
        try:
            made = surrogate.sample(conditions, engine=engine).readouts
        except CloudburstError as error:
            refused[engine.name] = str(error)
            continue
        if reason := parity(wanted, made).reason(engine.exact):
            refused[engine.name] = reason
            continue
        found[engine.name] = _cost(surrogate, conditions, engine.name)
    best = min(found, key=lambda name: found[name].value)
    return {"best": best, "microseconds": found, "refused": refused}


def _cost(surrogate: Surrogate, conditions: np.ndarray, engine: str) -> Measurement:
    times = []
    for _ in range(_CALLS):
        start = time.process_time()
        surrogate.sample(conditions, batch=_BATCH, engine=engine)
        times.append((time.process_time() - start) / len(conditions) * 1e6)
    return Measurement(float(np.median(times)), float(np.std(times, ddof=1)))
