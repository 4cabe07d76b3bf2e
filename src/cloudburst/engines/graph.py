"""A map as an ONNX graph."""

from __future__ import annotations

__all__ = ["OPSET", "has_packages", "stored_graph", "to_onnx"]

import contextlib
import importlib.util
import logging
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from .. import __version__
from ..errors import SpecError
from ..extras import require
from .base import Task
from .store import kept

OPSET = 18
_CLAMP = torch.ops.aten.clamp.default


def to_onnx(
    module: nn.Module,
    example: Sequence[Tensor],
    inputs: Sequence[str],
    outputs: Sequence[str],
    dynamic: bool = True,
) -> bytes:
    """The graph of a module, with its weights, as the bytes of an ONNX file.

    It is traced by `torch.export`; TorchScript has no part in it.

    Args:
        module: Maps tensors to a tuple of tensors; it is run in evaluation mode.
        example: Inputs of it, of at least two events where `dynamic`.
        inputs: Names of the inputs.
        outputs: Names of the outputs.
        dynamic: Whether any number of events can be given; else as many as the example has.

    Raises:
        MissingExtraError: The extra "onnx" is not installed.
        SpecError: The module holds an operation that has no counterpart in ONNX.
    """
    for package in ("onnx", "onnxscript"):
        require(package, "onnx")
    free = {0: torch.export.Dim("events")} if dynamic else {}
    with _quiet(), torch.no_grad():
        try:
            traced = torch.export.export(
                module.eval(), tuple(example), dynamic_shapes=tuple(free for _ in example)
            )
            _plain_clamps(traced)
            names = {"input_names": list(inputs), "output_names": list(outputs)}
            program = torch.onnx.export(
                traced, dynamo=True, opset_version=OPSET, verbose=False, **names
            )
        except (RuntimeError, TypeError, ValueError, torch.onnx.OnnxExporterError) as error:
            reason = str(error.__cause__ or error).strip().partition("\n")[0]
            raise SpecError(f"this surrogate cannot become an ONNX graph: {reason}") from error
    assert program is not None
    return _named(program.model_proto).SerializeToString()


def stored_graph(task: Task) -> bytes:
    """The graph of a task, from the cache where it was made before."""
    names = [f"readout_{i}" for i in range(len(task.module(*task.example(2))))]
    inputs = ["noise", "conditions"]

    def make() -> bytes:
        return to_onnx(task.module, task.example(2), inputs, names)

    versions = f"{__version__}-{torch.__version__}"
    return kept(f"graphs/{task.fingerprint}-{versions}.onnx", make)


def has_packages(*names: str) -> str:
    """Which of some packages is missing; empty if none is."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    return f"no {', '.join(missing)}" if missing else ""


def _named(model: Any) -> Any:
    """Calls the free dimension what it is: the number of events."""
    for value in (*model.graph.input, *model.graph.output):
        for size in value.type.tensor_type.shape.dim:
            if size.dim_param:
                size.dim_param = "events"
    del model.graph.value_info[:]
    return model


def _plain_clamps(traced: torch.export.ExportedProgram) -> None:
    """Bounds of clamps as floats: torch's exporter fails where they are of two types."""
    for node in traced.graph.nodes:
        if node.target is _CLAMP and node.meta["val"].is_floating_point():
            node.args = tuple(float(a) if isinstance(a, int) else a for a in node.args)
            node.kwargs = {
                k: float(a) if isinstance(a, int) else a for k, a in node.kwargs.items()
            }


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the exporter's notes on what it has not found to itself."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
