"""Torch, compiled to machine code that makes several steps in one pass."""

from __future__ import annotations

__all__ = ["Compiled"]

import contextlib
import shutil
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import SpecError
from .base import Engine, Program, Task, Values
from .half import halved

# blocks run side by side, so each is computed by the thread that calls
_OPTIONS = {"freezing": True, "cpp.threads": 1}


class Compiled(Engine):
    """Torch's compiler, with one program for each size of block; needs a C++ compiler.

    Programs are made ahead of time, by one thread: `torch.compile` would look at every call
    whether its program still fits, make others for other numbers of threads, and after eight of
    them go back to uncompiled torch without a word.

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
        with _one_thread():
            programs = {size: _compiled(module, task.example(size)) for size in self.sizes}

        def run(z: Tensor, conditions: Tensor) -> Values:
            # noise comes with gaps between events where their numbers are no multiple of four
            result: Values = programs[len(z)](z.contiguous(), conditions.contiguous())
            return result

        return run


def _compiled(module: nn.Module, example: tuple[Tensor, Tensor]) -> Any:
    try:
        # what the compiler imports warns of itself
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            graph = torch.export.export(module, example).module()
            program = torch._inductor.compile(graph, list(example), options=_OPTIONS)
            program(*example)
    except (AssertionError, RuntimeError, TypeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise SpecError(f"torch cannot compile this surrogate: {reason}") from error
    return program


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """The compiler lays weights out for as many threads as torch has; those that call have one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
