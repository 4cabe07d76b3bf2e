r"""What an event costs in operations and bytes, and what a machine can do of them.

$$ t \ge \max\!\left(\frac{F}{P},\ \frac{B}{W}\right) $$

with F operations and B bytes an event, P operations and W bytes a second (Williams et al.,
https://doi.org/10.1145/1498765.1498785). B counts what must move at least: noise, conditions,
signals, and the weights once a batch.
"""

from __future__ import annotations

__all__ = ["Peaks", "Roofline", "Work", "peaks", "work_of"]

import time
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch.utils.flop_counter import FlopCounterMode

from .. import noise
from ..surrogate import Surrogate

_EVENTS = 64
_SIZE = 512
_SECONDS = 0.5


class Work(NamedTuple):
    """What one event takes.

    Attributes:
        products: Operations in matrix products and convolutions, in FLOP.
        moved: Bytes of noise, conditions and signals.
        weights: Bytes of all weights, read once a batch.
    """

    products: float
    moved: float
    weights: float

    def bytes(self, batch: int) -> float:
        """Bytes an event at a batch size."""
        return self.moved + self.weights / batch


class Peaks(NamedTuple):
    """What a machine does at best, measured.

    Attributes:
        single: Operations a second of matrix products in float32.
        half: The same in bfloat16.
        bandwidth: Bytes a second of a copy, read and written.
        threads: Threads that did it.
    """

    single: float
    half: float
    bandwidth: float
    threads: int


class Roofline(NamedTuple):
    """How near an event's time is to what the machine allows.

    Attributes:
        seconds: Time of an event.
        bound: Shortest time that products and bytes allow.
        achieved: Operations a second that were reached.
        share: That, over the machine's peak.
    """

    seconds: float
    bound: float
    achieved: float
    share: float

    @classmethod
    def of(cls, work: Work, peak: Peaks, seconds: float, batch: int, exact: bool) -> Roofline:
        """The roofline of a time.

        Args:
            work: What an event takes.
            peak: What the machine does.
            seconds: Time of an event.
            batch: Events made at once.
            exact: Whether products are of float32, else bfloat16.
        """
        rate = peak.single if exact else peak.half
        bound = max(work.products / rate, work.bytes(batch) / peak.bandwidth)
        achieved = work.products / seconds
        return cls(seconds, bound, achieved, achieved / rate)


@torch.inference_mode()
def work_of(surrogate: Surrogate) -> Work:
    """Operations and bytes of one event, counted while a few are made."""
    shape = surrogate.generator.noise_shape
    z = noise.normal(0, 0, _EVENTS, shape)
    low = torch.tensor([[c.low for c in surrogate.detector.conditions]]).expand(_EVENTS, -1)
    counter = FlopCounterMode(display=False)
    with counter:
        surrogate(z, low)
    moved = 4 * (z[0].numel() + low.shape[1] + surrogate.detector.cells)
    weights = sum(t.numel() * t.element_size() for t in surrogate.state_dict().values())
    return Work(counter.get_total_flops() / _EVENTS, moved, weights)


def peaks() -> Peaks:
    """Measures this machine with as many threads as torch may use."""
    a, b = torch.randn(_SIZE, _SIZE), torch.randn(_SIZE, _SIZE)
    operations = 2 * _SIZE**3
    single = operations / _best(lambda: a @ b)
    c, d = a.bfloat16(), b.bfloat16()
    half = operations / _best(lambda: c @ d)
    long = torch.zeros(1 << 25)
    other = torch.empty_like(long)
    bandwidth = 2 * 4 * len(long) / _best(lambda: other.copy_(long))
    return Peaks(single, half, bandwidth, torch.get_num_threads())


def _best(work: Callable[[], object]) -> float:
    """The shortest time of a call, in s, of those within half a second."""
    best, begin = float("inf"), time.perf_counter()
    while True:
        start = time.perf_counter()
        work()
        end = time.perf_counter()
        best = min(best, end - start)
        if end - begin > _SECONDS:
            return best
