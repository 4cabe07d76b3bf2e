"""How long an event takes, and on what.

The time of an event is the wall time of a whole call, from physical conditions to events in
physical units, over the number of events of the call. Calls are timed one by one after a
warm-up; what a GPU still has to do counts, as it is waited for.
"""

from __future__ import annotations

__all__ = ["Timing", "measure", "speed_table"]

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..engines import Engine
from ..errors import DataError
from ..surrogate import Surrogate

_FEWEST = 5


class Timing(NamedTuple):
    """Time per event, in ms.

    Attributes:
        batch: Events made at once.
        device: Where they were made, as "cpu" or "cuda:0".
        threads: Threads that torch may use on the CPU.
        calls: Calls that were timed.
        mean: Mean over the calls.
        median: Median over the calls, which a few disturbed calls do not move.
        p95: What 95 % of the calls stay below.
        error: Standard error of the mean.
    """

    batch: int
    device: str
    threads: int
    calls: int
    mean: float
    median: float
    p95: float
    error: float


def measure(
    sample: Callable[[int], object],
    batch: int,
    device: str = "cpu",
    repeats: int = 100,
    warmup: int = 10,
    seconds: float = 2.0,
) -> Timing:
    """Times a function that makes events.

    Args:
        sample: Makes as many events as it is told.
        batch: How many it is told to make.
        device: Where it makes them; a CUDA device is waited for.
        repeats: Largest number of calls that are timed.
        warmup: Largest number of calls before that, at least one.
        seconds: Time after which no further call is started: half of it for the warm-up, then
            all of it. At least 5 calls are timed in any case.

    Raises:
        DataError: Fewer than one event, or fewer than 5 repeats.
    """
    if batch < 1 or repeats < _FEWEST:
        raise DataError(f"timing needs one event and {_FEWEST} repeats, got {batch} and {repeats}")
    _calls(sample, batch, device, (1, warmup), seconds / 2)
    calls = _calls(sample, batch, device, (_FEWEST, repeats), seconds)
    ms = np.array(calls) * 1e3 / batch
    return Timing(
        batch=batch,
        device=device,
        threads=torch.get_num_threads(),
        calls=len(ms),
        mean=float(ms.mean()),
        median=float(np.median(ms)),
        p95=float(np.percentile(ms, 95)),
        error=float(ms.std(ddof=1) / np.sqrt(len(ms))),
    )


def speed_table(
    surrogate: Surrogate,
    batches: Sequence[int] = (1, 128, 1024),
    seed: int = 0,
    repeats: int = 100,
    seconds: float = 2.0,
    engine: Engine | str = "eager",
) -> tuple[Timing, ...]:
    """Times `Surrogate.sample`, codec included, at conditions drawn over their ranges.

    Args:
        surrogate: What makes the events, where its weights are.
        batches: Numbers of events made at once.
        seed: Seed of the conditions and of the noise.
        repeats: Largest number of calls per batch size.
        seconds: Time for each batch size, see `measure`.
        engine: What makes the events.
    """
    device = next((str(t.device) for t in surrogate.state_dict().values()), "cpu")
    rng = np.random.default_rng(seed)
    conditions = surrogate.detector.draw_conditions(max(batches), rng)

    def sample(n: int) -> object:
        return surrogate.sample(conditions[:n], seed, batch=n, engine=engine)

    return tuple(measure(sample, n, device, repeats, seconds=seconds) for n in batches)


def _calls(
    sample: Callable[[int], object],
    batch: int,
    device: str,
    limits: tuple[int, int],
    seconds: float,
) -> list[float]:
    """Seconds of each call: at least and at most so many, none started after so long."""
    fewest, most = limits
    times: list[float] = []
    _wait(device)
    begin = start = time.perf_counter()
    while len(times) < fewest or (len(times) < most and start - begin < seconds):
        sample(batch)
        _wait(device)
        end = time.perf_counter()
        times.append(end - start)
        start = end
    return times


def _wait(device: str) -> None:
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize(device)
