"""A sample of detector responses, in physical units."""

from __future__ import annotations

__all__ = ["Events"]

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .detector import Condition, Detector
from .errors import DataError, ShapeError

# in front of a condition that a mirror takes to pi minus itself
_REFLECTED = "pi-"


@dataclasses.dataclass(frozen=True, eq=False)
class Events:
    """N responses of one detector.

    Attributes:
        detector: What the arrays mean.
        conditions: Conditions, in the detector's order and units, with shape (N, C), float32.
        readouts: One array per readout, in its unit, with shape (N, *readout.shape), float32.

    Raises:
        ShapeError: An array does not have the shape or type that the detector declares.
    """

    detector: Detector
    conditions: NDArray[np.float32]
    readouts: Mapping[str, NDArray[np.float32]]

    def __post_init__(self) -> None:
        arrays = {"conditions": self.conditions, **self.readouts}
        shapes: dict[str, tuple[int, ...]] = {"conditions": (len(self.detector.conditions),)}
        shapes |= {r.name: r.shape for r in self.detector.readouts}
        if arrays.keys() != shapes.keys():
            raise ShapeError(
                f"'{self.detector.name}' needs {sorted(shapes)}, got {sorted(arrays)}"
            )
        n = getattr(self.conditions, "shape", ())[:1]
        for name, array in arrays.items():
            if not _fits(array, (*n, *shapes[name])):
                raise ShapeError(
                    f"{name} of '{self.detector.name}' must be a float32 array with shape "
                    f"{(*n, *shapes[name])}, got {_describe(array)}"
                )

    def __len__(self) -> int:
        return len(self.conditions)

    def __getitem__(self, index: slice | NDArray[Any]) -> Events:
        readouts = {name: array[index] for name, array in self.readouts.items()}
        return Events(self.detector, self.conditions[index], readouts)

    def condition(self, name: str) -> NDArray[np.float32]:
        """The values of one condition, in its unit, with shape (N,)."""
        column: NDArray[np.float32] = self.conditions[:, self.detector.condition_index(name)]
        return column

    def select(self, readouts: Sequence[str]) -> Events:
        """The same events with only the named readouts."""
        detector = self.detector.select(readouts)
        return Events(detector, self.conditions, {name: self.readouts[name] for name in readouts})

    def flat(self) -> NDArray[np.float32]:
        """All cells side by side, in the detector's order, with shape (N, cells)."""
        parts = [self.readouts[r.name].reshape(len(self), r.size) for r in self.detector.readouts]
        return np.concatenate(parts, axis=1)

    def mirrored(self, axis: str, conditions: Sequence[str] = ()) -> Events:
        """The same events seen in a mirror: every readout reversed along an axis.

        A symmetry of the detector only where neither its geometry nor any other condition tells
        one side from the other, as for a gun at the centre that shoots straight ahead, or for
        electrons of momentum px at x, which are those of -px at -x from the other side.

        Args:
            axis: Name of the axis.
            conditions: Conditions that change sign in the mirror; with "pi-" in front, azimuths
                that are reflected there: "phi" in the mirror of y, "pi-phi" in that of x.

        Raises:
            DataError: The edges of the axis or the range of a condition are not symmetric about
                zero, or that of an azimuth is not the whole circle, or no readout has the axis.
            ConditionError: There is no such condition.
        """
        turned = self.conditions.copy()
        for name in conditions:
            column = _reversible(self.detector, name.removeprefix(_REFLECTED))
            if name.startswith(_REFLECTED):
                turned[:, column] = _reflected(self.detector.conditions[column], turned[:, column])
            else:
                turned[:, column] *= -1
        readouts = dict(self.readouts)
        for readout in self.detector.readouts:
            for i, a in enumerate(readout.axes):
                if a.name == axis:
                    if not np.allclose(a.edges, -np.asarray(a.edges)[::-1]):
                        raise DataError(f"axis {axis} of {readout.name} is not symmetric about 0")
                    flipped = np.flip(readouts[readout.name], i + 1)
                    readouts[readout.name] = np.ascontiguousarray(flipped)
        if not any(a.name == axis for r in self.detector.readouts for a in r.axes):
            raise DataError(f"no readout of '{self.detector.name}' has an axis '{axis}'")
        return Events(self.detector, turned, readouts)

    def check(self, numbers: range | None = None) -> Events:
        """These events, if there are any and every signal is finite and not negative.

        Args:
            numbers: The numbers that the events have in their file, for the message.

        Raises:
            DataError: Says how many values are wrong, and where the first one is.
        """
        if len(self) == 0:
            raise DataError(f"no events of '{self.detector.name}'")
        numbers = range(len(self)) if numbers is None else numbers
        for i, condition in enumerate(self.detector.conditions):
            column = self.conditions[:, i]
            _refuse(condition.name, "not finite", ~np.isfinite(column), numbers)
        for name, array in self.readouts.items():
            # a NaN anywhere makes both extremes NaN
            if not (array.min() >= 0 and array.max() < np.inf):
                _refuse(name, "not finite", ~np.isfinite(array), numbers)
                _refuse(name, "negative", array < 0, numbers)
        return self

    @classmethod
    def concatenate(cls, parts: Sequence[Events]) -> Events:
        """One sample of several; raises DataError if there is none or detectors differ."""
        if not parts:
            raise DataError("no events to put together")
        detector = parts[0].detector
        if any(part.detector != detector for part in parts):
            raise DataError("events of different detectors cannot be put together")
        return cls(
            detector,
            np.concatenate([part.conditions for part in parts]),
            {
                r.name: np.concatenate([part.readouts[r.name] for part in parts])
                for r in detector.readouts
            },
        )


def _reversible(detector: Detector, name: str) -> int:
    """The column of a condition whose range allows the other sign of each value."""
    column = detector.condition_index(name)
    condition = detector.conditions[column]
    if not np.isclose(condition.low, -condition.high):
        raise DataError(f"{condition} of '{detector.name}' is not symmetric about 0")
    return column


def _reflected(azimuth: Condition, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Angles seen in a mirror along the axis that they are counted from."""
    if azimuth.unit != "rad" or not np.isclose(azimuth.high, np.pi):
        raise DataError(f"{azimuth} is not an azimuth of -pi..pi rad")
    found = np.where(values < 0, -np.pi, np.pi) - values
    return np.clip(found, azimuth.low, azimuth.high).astype(np.float32)


def _fits(array: object, shape: tuple[int, ...]) -> bool:
    return isinstance(array, np.ndarray) and array.dtype == np.float32 and array.shape == shape


def _describe(array: object) -> str:
    if isinstance(array, np.ndarray):
        return f"{array.dtype} with shape {array.shape}"
    return f"a {type(array).__name__}"


def _refuse(name: str, what: str, bad: NDArray[np.bool_], numbers: range) -> None:
    if not bad.any():
        return
    first = tuple(int(i) for i in np.unravel_index(np.argmax(bad), bad.shape))
    events = int(bad.reshape(len(bad), -1).any(axis=1).sum())
    cell = f" at index {first[1:]}" if first[1:] else ""
    raise DataError(
        f"{name}: {int(bad.sum())} values in {events} events are {what}, "
        f"the first in event {numbers[first[0]]}{cell}"
    )
