"""Torch, operation by operation: needs nothing else, and is what others are compared with."""

from __future__ import annotations

__all__ = ["Eager"]

import torch
from torch import nn

from .base import Engine, Program, Task
from .half import halved


class Eager(Engine):
    """Torch, operation by operation, where the map's weights are.

    Args:
        half: Whether wide layers compute in bfloat16.
    """

    sizes = (64, 128, 256)

    def __init__(self, half: bool = False) -> None:
        self.name = "bfloat16" if half else "eager"
        self.exact = not half
        self.half = half

    def device(self, module: nn.Module) -> torch.device:
        return next((p.device for p in module.parameters()), torch.device("cpu"))

    def blocks(self, module: nn.Module) -> tuple[int, ...]:
        return self.sizes if self.device(module).type == "cpu" else (64, 1024, 16384)

    def workers(self, module: nn.Module, threads: int) -> int:
        return threads if self.device(module).type == "cpu" else 1

    def start(self, task: Task, workers: int) -> Program:
        return halved(task.module) if self.half else task.module
