"""The CaloChallenge's way of timing: a whole job, divided by its showers.

https://arxiv.org/abs/2410.21611: the wall time of a job that loads the model and makes showers,
over the number of showers, with batches of 1, 100 and 10,000; mean and standard deviation of
ten jobs.
"""

from __future__ import annotations

__all__ = ["JOB_BATCHES", "Job", "job_times"]

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

JOB_BATCHES = (1, 100, 10_000)
_CALLS = {1: 1000}
_FEW = 10


class Job(NamedTuple):
    """Jobs of one batch size.

    Attributes:
        batch: Showers made at once.
        showers: Showers of one job.
        jobs: How many jobs.
        mean: Their mean time over the showers, in ms.
        spread: Standard deviation of that time among the jobs, in ms.
    """

    batch: int
    showers: int
    jobs: int
    mean: float
    spread: float


def job_times(
    load: Callable[[], Callable[[int], object]],
    batches: Sequence[int] = JOB_BATCHES,
    jobs: int = 10,
) -> Iterator[Job]:
    """Times whole jobs.

    Args:
        load: Loads what makes showers; it returns what makes n of them.
        batches: Showers made at once.
        jobs: How often each job is done.
    """
    for batch in batches:
        calls = _CALLS.get(batch, _FEW)
        times = []
        for _ in range(jobs):
            start = time.perf_counter()
            make = load()
            for _ in range(calls):
                make(batch)
            times.append((time.perf_counter() - start) * 1e3 / (calls * batch))
        spread = float(np.std(times, ddof=1)) if jobs > 1 else 0.0
        yield Job(batch, calls * batch, jobs, float(np.mean(times)), spread)
