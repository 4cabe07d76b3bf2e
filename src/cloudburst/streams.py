"""Random numbers of a batch of events that several processes share.

Each process holds some rows of a batch. It draws the numbers of the whole batch, from one seed,
and keeps its own rows, so that what an event is given does not depend on how many processes
there are.
"""

from __future__ import annotations

__all__ = ["Stream"]

import torch
from torch import Tensor


class Stream:
    """Random numbers, one row for each event of this process's part of a batch.

    Args:
        seed: Seed of the numbers, the same in all processes.
        device: Where they are made.
        rank: Number of this process.
        count: Number of processes.
    """

    def __init__(
        self,
        seed: int = 0,
        device: torch.device | str = "cpu",
        rank: int = 0,
        count: int = 1,
    ) -> None:
        self._generator = torch.Generator(device).manual_seed(seed)
        self._rank = rank
        self._count = count

    @property
    def device(self) -> torch.device:
        """Where the numbers are made."""
        return self._generator.device

    def normal(self, n: int, *shape: int) -> Tensor:
        """Standard normal numbers of n events, with shape (n, *shape)."""
        return self._own(torch.randn(self._count * n, *shape, **self._options()))

    def uniform(self, n: int, *shape: int) -> Tensor:
        """Numbers between 0 and 1 of n events, with shape (n, *shape)."""
        return self._own(torch.rand(self._count * n, *shape, **self._options()))

    def integers(self, high: int, n: int) -> Tensor:
        """Whole numbers from 0 to high - 1 of n events, with shape (n,)."""
        return self._own(torch.randint(high, (self._count * n,), **self._options()))

    def choice(self, high: int) -> int:
        """One whole number from 0 to high - 1, the same in all processes."""
        return int(torch.randint(high, (), **self._options()))

    def _options(self) -> dict[str, object]:
        return {"generator": self._generator, "device": self._generator.device}

    def _own(self, drawn: Tensor) -> Tensor:
        return drawn.chunk(self._count)[self._rank]
