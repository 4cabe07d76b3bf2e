"""A graph as the surrogate is: noise and conditions in, readouts out."""

from __future__ import annotations

__all__ = ["Plain"]

from typing import Any

from torch import Tensor, nn

from ..engines import Listed
from ..surrogate import Surrogate
from .host import Host, Port


class Plain(Host):
    """Noise and physical conditions to physical readouts, any number of events at once."""

    name = "plain"
    source = "docs/deploy.md"

    def inputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        conditions = surrogate.detector.conditions
        names = ", ".join(f"{c.name} [{c.unit}]" if c.unit else c.name for c in conditions)
        return (
            Port("noise", tuple(surrogate.generator.noise_shape), "", "standard normal numbers"),
            Port("conditions", (len(conditions),), "as listed", names),
        )

    def outputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        return tuple(
            Port(r.name, r.shape, r.unit, "cells by " + ", ".join(a.name for a in r.axes))
            for r in surrogate.detector.readouts
        )

    def module(self, surrogate: Surrogate) -> nn.Module:
        return Listed(surrogate)

    def feed(self, surrogate: Surrogate, z: Tensor, conditions: Tensor) -> tuple[Tensor, ...]:
        return z, conditions

    def cells(
        self, surrogate: Surrogate, outputs: list[Any], conditions: Tensor
    ) -> dict[str, Any]:
        names = [r.name for r in surrogate.detector.readouts]
        return dict(zip(names, outputs, strict=True))
