"""Mean responses along each condition while the noise stays the same, as films."""

from __future__ import annotations

__all__ = ["Films", "films"]

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...events import Events
from .. import plots
from ..inquiry import Inquiry
from ..interpolation import Interpolation, interpolate
from ..plates import Plate, Section
from ..varying import varying

_FRAMES = 5
# inner share of the range, so that no frame is at its very end
_INNER = (0.02, 0.98)


@dataclasses.dataclass(frozen=True)
class Films(Inquiry):
    """How mean responses change with each condition, from one fixed noise.

    Attributes:
        found: One film for each condition that varies.
        showers: Responses of each mean.
    """

    found: Sequence[Interpolation]
    showers: int

    @property
    def name(self) -> str:
        return "films"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            f"Means of {self.showers} events of the surrogate along one condition, all others at "
            "the middle of their ranges and every event with the same noise from frame to frame; "
            "below each row, what a frame has more or less than the middle one. A surrogate that "
            "has understood a condition changes smoothly with it."
        )
        plates = tuple(
            Plate(
                f"film-{film.name}",
                film.name,
                f"Mean responses along {film.name}",
                functools.partial(plots.film, film),
            )
            for film in self.found
        )
        return Section("films", "Along the conditions, from one noise", text, plates)

    def numbers(self) -> list[dict[str, Any]]:
        """By condition its values and the mean signal of each readout."""
        return [
            {
                "condition": film.name,
                "values": film.values.tolist(),
                "signals": {
                    name: mean.reshape(len(mean), -1).sum(axis=1).tolist()
                    for name, mean in film.means.items()
                },
            }
            for film in self.found
        ]


def films(
    sample: Callable[[NDArray[np.float32]], Events], reference: Events, showers: int = 10
) -> Films:
    """Films along all conditions that vary among reference events, over their ranges there.

    Args:
        sample: Makes events at conditions (N, C) with the same noise whenever it is called.
        reference: Events of the full simulation.
        showers: Responses of each mean.

    Raises:
        DataError: No readout has two axes, or no condition varies.
    """
    detector = reference.detector
    if all(len(readout.axes) < 2 for readout in detector.readouts):
        raise DataError(f"'{detector.name}' has no readout that is an image")
    middle = np.median(reference.conditions, axis=0)
    base = {c.name: float(v) for c, v in zip(detector.conditions, middle, strict=True)}
    for condition in detector.conditions:
        if condition.categories:
            base[condition.name] = 0.0
    made = [
        interpolate(sample, detector, base, c.name, _frames(reference, c.name), showers)
        for c in varying(reference)
    ]
    if not made:
        raise DataError(f"no condition of '{detector.name}' varies")
    return Films(made, showers)


def _frames(reference: Events, name: str) -> list[float]:
    """Values over the inner range of a condition, or categories that there are."""
    detector = reference.detector
    if detector.conditions[detector.condition_index(name)].categories:
        known = np.unique(reference.condition(name))
        places = np.linspace(0, len(known) - 1, min(len(known), _FRAMES)).round().astype(int)
        return [float(value) for value in known[places]]
    low, high = np.quantile(reference.condition(name).astype(np.float64), _INNER)
    return [float(value) for value in np.linspace(low, high, _FRAMES)]
