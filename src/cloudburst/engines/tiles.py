"""A run of events, block by block on several threads."""

from __future__ import annotations

__all__ = ["Pending", "Run", "blocks"]

import functools
import os
import threading
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import DataError
from ..noise import Source
from .base import Program

Arrays = dict[str, NDArray[np.float32]]


def blocks(first: int, n: int, sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Start and size of the blocks that hold events first to first + n, the largest first.

    >>> blocks(70, 600, (64, 256))
    [(64, 256), (320, 256), (576, 64), (640, 64)]
    """
    unit = sizes[0]
    start, end = first - first % unit, first + n + -(first + n) % unit
    result = []
    while start < end:
        size = max(s for s in sizes if s <= end - start)
        result.append((start, size))
        start += size
    return result


class Pending(NamedTuple):
    """Events that are being made.

    Attributes:
        conditions: Their conditions, with shape (n, C).
        arrays: What is filled, one array for each readout.
        futures: What fills it.
    """

    conditions: NDArray[np.float32]
    arrays: Arrays
    futures: list[Future[None]]

    def result(self) -> Arrays:
        """The readouts, once they are made; raises DataError for one that is not finite."""
        for future in self.futures:
            future.result()
        return self.arrays


class Run:
    """Makes the events of one run; used in a `with` block, after which nothing of it goes on.

    Args:
        program: From noise and conditions to readouts.
        sizes: How many events it takes at once.
        workers: How many threads call it.
        source: What makes the noise.
        seed: Seed of the run.
        noise_shape: Shape of the noise of one event.
        readouts: Shape of each readout, in the program's order.
        device: Where the program wants its inputs.
    """

    def __init__(
        self,
        program: Program,
        sizes: Sequence[int],
        workers: int,
        source: Source,
        seed: int,
        noise_shape: tuple[int, ...],
        readouts: Mapping[str, tuple[int, ...]],
        device: torch.device,
    ) -> None:
        self.program = program
        self.sizes = sizes
        self.source = source
        self.seed = seed
        self.noise_shape = noise_shape
        self.readouts = readouts
        self.device = device
        self._pool = _crew(workers, os.getpid()) if workers > 1 else None
        self._open: list[Future[None]] = []

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        wait([future for future in self._open if not future.cancel()])

    def submit(self, conditions: NDArray[np.float32], first: int) -> Pending:
        """Starts to make events from number `first` on, at conditions (n, C)."""
        n = len(conditions)
        arrays = {k: np.empty((n, *shape), np.float32) for k, shape in self.readouts.items()}
        pending = Pending(conditions, arrays, [])
        for start, size in blocks(first, n, self.sizes):
            if self._pool is None:
                self._make(pending, first, start, size)
            else:
                task = self._pool.submit(self._make, pending, first, start, size)
                pending.futures.append(task)
        self._open = [future for future in self._open if not future.done()] + pending.futures
        return pending

    @torch.inference_mode()
    def _make(self, pending: Pending, first: int, start: int, size: int) -> None:
        low, high = max(start, first), min(start + size, first + len(pending.conditions))
        wanted = slice(low - first, high - first)
        given = pending.conditions[wanted]
        if high - low < size:
            given = np.pad(given, ((low - start, start + size - high), (0, 0)), mode="edge")
        z = self.source(self.seed, start, size, self.noise_shape)
        try:
            values = self.program(z.to(self.device), torch.from_numpy(given).to(self.device))
        except torch.OutOfMemoryError as error:
            self._smaller(pending, first, start, size, error)
            return
        for (name, array), value in zip(pending.arrays.items(), values, strict=True):
            part = value.cpu().numpy() if isinstance(value, Tensor) else value
            array[wanted] = part.reshape(size, *array.shape[1:])[low - start : high - start]
            _check(name, array[wanted], given)

    def _smaller(
        self, pending: Pending, first: int, start: int, size: int, error: Exception
    ) -> None:
        """Makes the events of a block in blocks of at most half its size, from now on."""
        sizes = tuple(s for s in self.sizes if s <= size // 2)
        if not sizes:
            raise DataError(f"no memory for {size} events at once ({error})") from error
        if len(sizes) < len(self.sizes):
            self.sizes = sizes
            text = f"{self.device}: out of memory; going on with {sizes[-1]} events at once"
            warnings.warn(text, RuntimeWarning, stacklevel=2)
        torch.cuda.empty_cache()
        for begin, part in blocks(start, size, sizes):
            inside = begin + part > first and begin < first + len(pending.conditions)
            if inside:
                self._make(pending, first, begin, part)


def _check(name: str, signals: NDArray[np.float32], conditions: NDArray[np.float32]) -> None:
    if not np.isfinite(signals.sum()):
        low, high = (np.array2string(f(conditions, 0)) for f in (np.min, np.max))
        raise DataError(f"{name} is not finite at conditions between {low} and {high}")


@functools.cache
def _crew(workers: int, process: int) -> ThreadPoolExecutor:
    """Threads in each of which torch computes with one thread; kept, as they take long to start.

    Runs share them: what each is given waits for nothing but a free one. A process that was
    forked off has none of them and starts its own.
    """
    barrier = threading.Barrier(workers)
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(workers, "cloudburst", torch.set_num_threads, (1,))
    for waiting in [pool.submit(barrier.wait) for _ in range(workers)]:
        waiting.result()
    # threads that others start later take the number that was set last
    torch.set_num_threads(threads)
    return pool
