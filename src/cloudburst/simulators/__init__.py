"""Simulators: from conditions to events, by full simulation or by a parametrisation."""

from .base import Simulator as Simulator
from .base import stream as stream
from .registry import SIMULATORS as SIMULATORS
from .registry import simulator as simulator

__all__ = ["SIMULATORS", "Simulator", "simulator", "stream"]
