"""ONNX Runtime: https://onnxruntime.ai."""

from __future__ import annotations

__all__ = ["OnnxRuntime", "session"]

from typing import Any

from torch import Tensor

from ..extras import require
from .base import Engine, Program, Task, Values
from .graph import has_packages, stored_graph


class OnnxRuntime(Engine):
    """ONNX Runtime with one thread for each caller."""

    name = "onnxruntime"

    def missing(self) -> str:
        return has_packages("onnx", "onnxscript", "onnxruntime")

    def start(self, task: Task, workers: int) -> Program:
        running = session(stored_graph(task))
        names = [i.name for i in running.get_inputs()]

        def run(z: Tensor, conditions: Tensor) -> Values:
            feed = dict(zip(names, (z.numpy(), conditions.numpy()), strict=True))
            values: Values = running.run(None, feed)
            return values

        return run


def session(graph: bytes | str) -> Any:
    """A graph, as bytes or the path of a file, ready to run on one thread of the CPU.

    Raises:
        MissingExtraError: The extra "onnx" is not installed.
    """
    runtime = require("onnxruntime", "onnx")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
