"""The engines by name."""

from __future__ import annotations

__all__ = ["ENGINES", "available", "resolve_engine"]

from ..errors import SpecError, nearest
from .base import Engine
from .compiled import Compiled
from .cuda import CudaGraphs
from .eager import Eager
from .onnxruntime import OnnxRuntime
from .openvino import OpenVINO

ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Eager(),
        Eager(half=True),
        Compiled(),
        Compiled(half=True),
        OnnxRuntime(),
        OpenVINO(),
        CudaGraphs(),
    )
}


def resolve_engine(engine: Engine | str) -> Engine:
    """The engine of a name, or the engine itself; raises SpecError for an unknown name."""
    if isinstance(engine, Engine):
        return engine
    if engine not in ENGINES:
        raise SpecError(f"unknown engine '{engine}'; {nearest(engine, [*ENGINES, 'auto'])}")
    return ENGINES[engine]


def available() -> list[Engine]:
    """The engines that can run on this machine."""
    return [engine for engine in ENGINES.values() if not engine.missing()]
