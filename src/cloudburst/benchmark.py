"""What an event costs: wall time per event against the size of a batch.

Each figure is the mean over repeated calls after a warm-up that is not counted, with median
and 95th percentile beside it, since a machine that others use too has a long tail.
"""

from __future__ import annotations

__all__ = ["Timing", "measure", "speed_table"]

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from .surrogate import Surrogate

_FEWEST = 5


class Timing(NamedTuple):
    """Time per event at one size of batch, in ms.

    Attributes:
        batch: Events made in one call.
        device: Where they were made.
        threads: Threads that one operation may use.
        calls: Number of calls that were timed.
        mean: Mean over the calls.
        error: Standard error of the mean.
        median: Median over the calls.
        p95: 95th percentile over the calls.
    """

    batch: int
    device: str
    threads: int
    calls: int
    mean: float
    error: float
    median: float
    p95: float


def measure(
    call: Callable[[], object],
    batch: int,
    device: str = "cpu",
    repeats: int = 100,
    warmup: int = 5,
    seconds: float = 5.0,
) -> Timing:
    """Times a call that makes `batch` events.

    Args:
        call: What is timed.
        batch: Events that one call makes.
        device: Where it runs; a GPU is waited for before each reading of the clock.
        repeats: Number of timed calls.
        warmup: Number of calls before.
        seconds: About how long to go on; slow calls are repeated fewer times, at least five.
    """
    for _ in range(warmup):
        call()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < repeats and (len(times) < _FEWEST or time.perf_counter() < end):
        _wait(device)
        start = time.perf_counter()
        call()
        _wait(device)
        times.append(1e3 * (time.perf_counter() - start) / batch)
    return Timing(
        batch,
        device,
        torch.get_num_threads(),
        len(times),
        float(np.mean(times)),
        float(np.std(times, ddof=1) / np.sqrt(len(times))),
        float(np.median(times)),
        float(np.quantile(times, 0.95)),
    )


def speed_table(
    surrogate: Surrogate,
    batches: Sequence[int] = (1, 128, 1024),
    seed: int = 0,
    seconds: float = 3.0,
) -> list[Timing]:
    """Times `Surrogate.sample`, from conditions to physical readouts, at several batches."""
    device = next((t.device.type for t in surrogate.state_dict().values()), "cpu")
    timings = []
    for batch in batches:
        conditions = surrogate.detector.draw_conditions(batch, np.random.default_rng(seed))

        def call(conditions: np.ndarray = conditions, batch: int = batch) -> object:
            return surrogate.sample(conditions, seed, batch=batch)

        timings.append(measure(call, batch, device, seconds=seconds))
    return timings


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()
