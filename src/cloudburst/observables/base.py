"""Quantities with a name and a unit, one number per event."""

from __future__ import annotations

__all__ = ["Observable"]

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..events import Events


@dataclasses.dataclass(frozen=True)
class Observable:
    """A named function of events, with one value per event in `unit`.

    A value that an event does not define, as the width of an empty layer, is NaN.

    Attributes:
        name: Its name, as in reports.
        unit: Its unit; "" for a pure number.
        function: Events to values in `unit`, with shape (N,).
        label: Its symbol in mathtext for plots; the name if it is empty.
        log: Whether its values span decades, so that a plot needs a logarithmic axis.
    """

    name: str
    unit: str
    function: Callable[[Events], NDArray[Any]]
    label: str = ""
    log: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or self.name)

    def __call__(self, events: Events) -> NDArray[np.float64]:
        """The values in `unit`, with shape (N,); NaN where they are not finite.

        Raises:
            ShapeError: The function does not give one number per event.
        """
        with np.errstate(all="ignore"):
            values = np.asarray(self.function(events), np.float64)
        if values.shape != (len(events),):
            raise ShapeError(
                f"observable '{self.name}' must give one number for each of {len(events)} "
                f"events, got shape {values.shape}"
            )
        return np.where(np.isfinite(values), values, np.nan)
