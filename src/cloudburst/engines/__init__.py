"""What runs a surrogate's map: one way for each library and precision."""

from .base import Engine as Engine
from .base import Listed as Listed
from .base import Program as Program
from .base import Task as Task
from .choice import Choice as Choice
from .choice import choose as choose
from .choice import stored_choice as stored_choice
from .graph import to_onnx as to_onnx
from .parity import Parity as Parity
from .parity import parity as parity
from .registry import ENGINES as ENGINES
from .registry import available as available
from .registry import resolve_engine as resolve_engine
from .tiles import Run as Run

__all__ = [
    "ENGINES",
    "Choice",
    "Engine",
    "Listed",
    "Parity",
    "Program",
    "Run",
    "Task",
    "available",
    "choose",
    "parity",
    "resolve_engine",
    "stored_choice",
    "to_onnx",
]
