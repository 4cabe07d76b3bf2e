"""Torch, compiled to machine code that makes several steps in one pass."""

from __future__ import annotations

__all__ = ["Compiled"]

import shutil
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import SpecError
from .base import Engine, Program, Task, Values
from .half import halved


class Compiled(Engine):
    """`torch.compile` with one program for each size of block; needs a C++ compiler.

    Args:
        half: Whether wide layers compute in bfloat16.
    """

    def __init__(self, half: bool = False) -> None:
        self.name = "compiled-bfloat16" if half else "compiled"
        self.exact = not half
        self.half = half

    def missing(self) -> str:
        return "" if any(map(shutil.which, ("g++", "clang++", "c++"))) else "no C++ compiler"

    def start(self, task: Task, workers: int) -> Program:
        if self.missing():
            raise SpecError(f"{self.name} cannot run here: {self.missing()}")
        module = halved(task.module) if self.half else task.module
        # all at once: the compiler is not to be run by several threads
        programs = {size: _compiled(module, task.example(size)) for size in self.sizes}

        def run(z: Tensor, conditions: Tensor) -> Values:
            result: Values = programs[len(z)](z, conditions)
            return result

        return run


def _compiled(module: nn.Module, example: tuple[Tensor, Tensor]) -> Any:
    try:
        # what the compiler imports warns of itself
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore", DeprecationWarning)
            program = torch.compile(module, dynamic=False, options={"freezing": True})
            program(*example)
    except RuntimeError as error:
        reason = str(error).strip().partition("\n")[0]
        raise SpecError(f"torch.compile fails with this surrogate: {reason}") from error
    return program
