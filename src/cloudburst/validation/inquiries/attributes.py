"""How well conditions can be read off events of either sample."""

from __future__ import annotations

__all__ = ["AttributeReading", "Attributes"]

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from .. import plots
from ..inquiry import Inquiry
from ..numbers import measurement, rounded
from ..plates import Plate, Section
from ..tables import Cell, Head, Table


@dataclasses.dataclass(frozen=True, eq=False)
class AttributeReading:
    """How well trees read one condition off events.

    Attributes:
        attribute: The condition.
        unit: Its unit.
        trained: "reference" or "candidate": what the trees learned from.
        tried: The same: what they were tried on.
        bias: Mean of what is read less what is true, in `unit`.
        error: Root mean square of it, in `unit`.
        spread: Standard deviation of what is true, the error of who reads nothing, in `unit`.
        gaps: What is read less what is true, event by event, in `unit`, with shape (N,).
    """

    attribute: str
    unit: str
    trained: str
    tried: str
    bias: Measurement
    error: Measurement
    spread: float
    gaps: NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Attributes(Inquiry):
    """Conditions read off events, by trees of either sample tried on both.

    Attributes:
        readings: For each condition, trees of the reference tried on both samples, then trees of
            the candidate.
    """

    readings: Sequence[AttributeReading]

    @property
    def name(self) -> str:
        return "attributes"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            "Boosted trees learn to read a condition off the signal, occupancy, centroids and "
            f"widths of each readout. The upper row learned from {names[0]}, the lower from "
            f"{names[1]}; both are tried on events of both samples that they did not see. A "
            "surrogate that has understood a condition is read as well as the full simulation, "
            "by either trees. An error as large as the condition's own spread is that of guessing."
        )
        draw = functools.partial(plots.readings, self.readings, names)
        plate = Plate("attributes", "", "What trees read less what is true", draw)
        table = _table(self.readings, dict(zip(("reference", "candidate"), names, strict=True)))
        return Section("attributes", "Conditions read off events", text, (plate,), tables=(table,))

    def numbers(self) -> list[dict[str, Any]]:
        """The readings, without their events."""
        found = []
        for reading in self.readings:
            fields = (f.name for f in dataclasses.fields(reading) if f.name != "gaps")
            row = {name: getattr(reading, name) for name in fields}
            row |= {key: row[key]._asdict() for key in ("bias", "error")}
            found.append(row)
        return found


def _table(readings: Sequence[AttributeReading], names: dict[str, str]) -> Table:
    heads = (
        Head("Condition"),
        Head("Trees learned from"),
        Head("Tried on"),
        Head("Bias", True, "Error"),
        Head("RMS error", True, "Error"),
        Head("Spread of the condition", True),
    )
    rows = tuple(
        (
            Cell(f"{r.attribute} [{r.unit}]" if r.unit else r.attribute),
            Cell(names[r.trained]),
            Cell(names[r.tried]),
            Cell(measurement(r.bias)),
            Cell(measurement(r.error)),
            Cell(rounded(r.spread)),
        )
        for r in readings
    )
    return Table(heads, rows)
