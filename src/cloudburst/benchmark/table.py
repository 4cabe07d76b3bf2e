"""Contenders side by side, at one batch size after the other."""

from __future__ import annotations

__all__ = ["BATCHES", "Contender", "Row", "compare"]

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .resources import watch
from .timing import Timing, measure

# Of the talk of Paganini, de Oliveira and Nachman, https://arxiv.org/abs/1712.10321, table 1,
# and one more.
BATCHES = (1, 4, 10, 128, 512, 1024, 10_000)


class Contender(NamedTuple):
    """Something that makes events.

    Attributes:
        name: What it is.
        engine: What runs it, or "".
        make: Makes n events.
        device: Where they are made.
        largest: Most events that it is asked for at once.
    """

    name: str
    engine: str
    make: Callable[[int], object]
    device: str = "cpu"
    largest: int = 10_000


class Row(NamedTuple):
    """One contender at one batch size.

    Attributes:
        name: The contender.
        engine: What ran it.
        timing: Its times.
        rate: Events per second, by the median.
        memory: Largest resident memory of the process so far, in MB.
        gpu_memory: Largest memory allocated on the GPU, in MB; None without one.
        energy: Energy per event, in J; None where the machine does not tell.
        load: Processes that were running or waiting for a core at the end.
    """

    name: str
    engine: str
    timing: Timing
    rate: float
    memory: float
    gpu_memory: float | None
    energy: float | None
    load: float


def compare(
    contenders: Iterable[Contender],
    batches: Sequence[int] = BATCHES,
    repeats: int = 100,
    seconds: float = 2.0,
) -> Iterator[Row]:
    """Times each contender at each batch size, as `measure` does.

    Args:
        contenders: What makes events.
        batches: Events made at once.
        repeats: Largest number of calls for each.
        seconds: Time for each, see `measure`.
    """
    for contender in contenders:
        for batch in batches:
            if batch <= contender.largest:
                yield _row(contender, batch, repeats, seconds)


def _row(contender: Contender, batch: int, repeats: int, seconds: float) -> Row:
    timing = measure(contender.make, batch, contender.device, repeats, seconds=seconds)
    calls = max(1, min(timing.calls, round(0.2 * seconds / (timing.median * batch * 1e-3))))
    used = watch(lambda: [contender.make(batch) for _ in range(calls)])
    return Row(
        contender.name,
        contender.engine,
        timing,
        1e3 / timing.median,
        used.memory,
        used.gpu_memory,
        None if used.energy is None else used.energy / (calls * batch),
        os.getloadavg()[0],
    )
