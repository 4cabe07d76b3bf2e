"""A recorded chain of GPU kernels, started as one."""

from __future__ import annotations

__all__ = ["CudaGraphs"]

import threading

import torch
from torch import Tensor, nn

from ..errors import SpecError
from .base import Engine, Listed, Program, Task


class CudaGraphs(Engine):
    """CUDA graphs: what a block of events needs is recorded once and then replayed.

    One block is computed at a time; results are copied out before the next starts. The weights
    must lie on the GPU.
    """

    name = "cuda-graphs"
    sizes = (64, 1024, 16384)

    def missing(self) -> str:
        return "" if torch.cuda.is_available() else "no CUDA device"

    def device(self, module: nn.Module) -> torch.device:
        return torch.device("cuda")

    def workers(self, module: nn.Module, threads: int) -> int:
        return 1

    def start(self, task: Task, workers: int) -> Program:
        if self.missing():
            raise SpecError(f"{self.name} cannot run here: {self.missing()}")
        module = task.module.to("cuda")
        graphs = {size: _Graph(module, task.example(size)) for size in self.sizes}
        lock = threading.Lock()

        def run(z: Tensor, conditions: Tensor) -> list[Tensor]:
            with lock:
                return graphs[len(z)](z, conditions)

        return run


class _Graph:
    """The recorded map of blocks of one size, with the memory that it works in."""

    def __init__(self, module: Listed, example: tuple[Tensor, Tensor]) -> None:
        z, conditions = self.inputs = tuple(t.to("cuda").clone() for t in example)
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream), torch.inference_mode():
            # libraries allocate at their first calls, which must not be recorded
            for _ in range(3):
                module(z, conditions)
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph), torch.inference_mode():
            self.outputs = module(z, conditions)

    def __call__(self, *given: Tensor) -> list[Tensor]:
        for own, new in zip(self.inputs, given, strict=True):
            own.copy_(new)
        self.graph.replay()
        return [output.cpu() for output in self.outputs]
