"""Several processes that train one surrogate, each on its rows of every batch.

A gradient is the mean over events, hence over equal parts of a batch: the processes average
theirs after every turn and take the same step, so that their weights never differ.
"""

from __future__ import annotations

__all__ = ["ALONE", "Processes", "joined_processes"]

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor

from ..errors import TrainingError

# A process that waits longer than this for the others has lost them.
_PATIENCE = timedelta(minutes=30)


class Processes(NamedTuple):
    """Which of how many processes this is.

    Attributes:
        rank: Its number; the first, number 0, writes files and validates.
        count: How many there are.
    """

    rank: int
    count: int

    @property
    def leads(self) -> bool:
        """Whether this is the first process."""
        return self.rank == 0

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replaces tensors by their means over all processes, in one exchange."""
        own = list(tensors)
        if self.count == 1 or not own:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in own])
        dist.all_reduce(flat)
        flat /= self.count
        for tensor, mean in zip(own, flat.split([t.numel() for t in own]), strict=True):
            tensor.copy_(mean.view_as(tensor))

    def share(self, tensors: Iterable[Tensor]) -> None:
        """Replaces tensors by those of the first process."""
        if self.count > 1:
            for tensor in tensors:
                dist.broadcast(tensor, 0)

    def tell(self, value: float, device: torch.device | str = "cpu") -> float:
        """The first process's value, in all."""
        told = torch.tensor(value, dtype=torch.float64, device=device)
        self.share([told])
        return float(told)

    def any(self, flag: bool, device: torch.device | str = "cpu") -> bool:
        """Whether it is true in any process."""
        if self.count == 1:
            return flag
        told = torch.tensor(float(flag), device=device)
        dist.all_reduce(told)
        return bool(told > 0)


ALONE = Processes(0, 1)


@contextmanager
def joined_processes() -> Iterator[Processes]:
    """The processes that torchrun started, or this one alone.

    They talk by NCCL where each has a GPU of its own, else by Gloo.

    Raises:
        TrainingError: The others cannot be reached.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    local = int(os.environ.get("LOCAL_RANK", "0"))
    gpus = torch.cuda.device_count() > local
    if gpus:
        torch.cuda.set_device(local)
    try:
        dist.init_process_group("nccl" if gpus else "gloo", timeout=_PATIENCE)
    except (RuntimeError, ValueError) as error:
        raise TrainingError(
            f"WORLD_SIZE is {count}, but the other processes cannot be reached ({error}); "
            "start all of them with torchrun"
        ) from error
    try:
        yield Processes(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
