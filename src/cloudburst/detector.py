"""What a detector reads out, and under which conditions.

Values only: nothing here computes a response. Each quantity is in the unit that its own
field names.
"""

from __future__ import annotations

__all__ = ["Axis", "Condition", "Detector", "Readout"]

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ConditionError, DataError, ShapeError, nearest

_LARGEST = float(np.finfo(np.float32).max)
# Categories that are told by name.
_SHOWN = 4
# Names that mean something else in a file, and the one of the other array of events.
_RESERVED = ("", ".", "conditions")


@dataclasses.dataclass(frozen=True)
class Axis:
    """A binned coordinate.

    Attributes:
        name: What is binned, as "x" or "time".
        edges: Bin edges in `unit`, strictly increasing, one more than there are bins.
        unit: Unit of the edges; "" for a plain index.
    """

    name: str
    edges: tuple[float, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", tuple(float(e) for e in self.edges))
        steps = np.diff(self.edges)
        if not (len(steps) and np.isfinite(self.edges).all() and (steps > 0).all()):
            raise DataError(f"axis '{self.name}' needs at least two increasing, finite edges")

    @classmethod
    def regular(cls, name: str, bins: int, low: float, high: float, unit: str = "") -> Axis:
        """Equal bins between `low` and `high`, in `unit`."""
        return cls(name, tuple(np.linspace(low, high, bins + 1).tolist()), unit)

    @property
    def size(self) -> int:
        """The number of bins."""
        return len(self.edges) - 1

    @property
    def centers(self) -> NDArray[np.float64]:
        """Bin centres in `unit`, with shape (size,)."""
        edges = np.asarray(self.edges)
        centers: NDArray[np.float64] = (edges[:-1] + edges[1:]) / 2
        return centers


@dataclasses.dataclass(frozen=True)
class Readout:
    """One array of cells: a calorimeter layer, a pad-by-time window, a jet image.

    Attributes:
        name: Its name, as in the files.
        axes: What each dimension of the array means; none for one number per event.
        unit: Unit of a cell's signal.
        threshold: Signals below it, in `unit`, read zero.

    Raises:
        DataError: The name cannot be that of a data set, or the threshold is not a signal.
    """

    name: str
    axes: tuple[Axis, ...]
    unit: str
    threshold: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "axes", tuple(self.axes))
        object.__setattr__(self, "threshold", float(self.threshold))
        if not self.name.isprintable() or "/" in self.name or self.name in _RESERVED:
            raise DataError(f"a readout cannot be called {self.name!r}")
        if not 0 <= self.threshold < math.inf:
            raise DataError(f"readout '{self.name}' has the threshold {self.threshold}")

    @property
    def shape(self) -> tuple[int, ...]:
        """Cells along each axis."""
        return tuple(axis.size for axis in self.axes)

    @property
    def size(self) -> int:
        """The number of cells."""
        return math.prod(self.shape)


@dataclasses.dataclass(frozen=True)
class Condition:
    """A quantity that the response depends on.

    Attributes:
        name: Its name, as "energy".
        unit: Its unit.
        low: Smallest value, in `unit`.
        high: Largest value, in `unit`.
        categories: Names of the values `low` = 0, 1, ... `high` of a discrete condition, or None.

    Raises:
        DataError: The range is empty or infinite, or not that of the categories.
    """

    name: str
    unit: str
    low: float
    high: float
    categories: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        if not -_LARGEST <= self.low < self.high <= _LARGEST:
            raise DataError(
                f"condition '{self.name}' needs low < high, got {self.low}..{self.high}"
            )
        if self.categories is None:
            return
        object.__setattr__(self, "categories", tuple(self.categories))
        if (self.low, self.high) != (0, len(self.categories) - 1):
            raise DataError(
                f"condition '{self.name}' with {len(self.categories)} categories needs "
                f"the range 0..{len(self.categories) - 1}, got {self.low:g}..{self.high:g}"
            )

    def draw(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Values drawn uniformly over the range, in `unit`, with shape (n,)."""
        if self.categories is not None:
            return rng.integers(len(self.categories), size=n).astype(np.float64)
        return rng.uniform(self.low, self.high, n)

    def allows(self, values: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Whether each value, in `unit`, is in the range and one of the categories."""
        allowed = (values >= np.float32(self.low)) & (values <= np.float32(self.high))
        return allowed if self.categories is None else allowed & (values == np.rint(values))

    def category(self, label: str) -> int:
        """The value of a category; raises ConditionError for an unknown one."""
        if self.categories is None:
            raise ConditionError(
                f"{self.name} needs a number from {self.low:g} to {self.high:g}, got '{label}'"
            )
        if label not in self.categories:
            known = nearest(label, self.categories)
            raise ConditionError(f"'{self.name}' has no category '{label}'; {known}")
        return self.categories.index(label)

    def __str__(self) -> str:
        if self.categories is not None and len(self.categories) <= _SHOWN:
            return f"{self.name} {' or '.join(self.categories)}"
        return f"{self.name} {self.low:g}..{self.high:g} {self.unit}".rstrip()


@dataclasses.dataclass(frozen=True)
class Detector:
    """A named set of conditions and readouts.

    Attributes:
        name: Its name, as in `cloudburst.detectors`.
        conditions: What the response depends on; at least one.
        readouts: What is read out; at least one.
        source: Where the description comes from: a paper, an experiment.
    """

    name: str
    conditions: tuple[Condition, ...]
    readouts: tuple[Readout, ...]
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", tuple(self.conditions))
        object.__setattr__(self, "readouts", tuple(self.readouts))
        for kind, parts in (("condition", self.conditions), ("readout", self.readouts)):
            names = [part.name for part in parts]
            if not names or len(set(names)) < len(names):
                raise DataError(f"detector '{self.name}' needs {kind}s of distinct names: {names}")

    @property
    def cells(self) -> int:
        """The number of cells of all readouts together."""
        return sum(readout.size for readout in self.readouts)

    def condition_index(self, name: str) -> int:
        """The column of a condition; raises ConditionError for an unknown name."""
        names = [c.name for c in self.conditions]
        if name not in names:
            raise ConditionError(
                f"'{self.name}' has no condition '{name}'; {nearest(name, names)}"
            )
        return names.index(name)

    def readout(self, name: str) -> Readout:
        """The readout of that name; raises DataError for an unknown one."""
        found = {r.name: r for r in self.readouts}
        if name not in found:
            raise DataError(f"'{self.name}' has no readout '{name}'; {nearest(name, found)}")
        return found[name]

    def select(self, readouts: Sequence[str]) -> Detector:
        """The same detector with only the named readouts, in that order."""
        return dataclasses.replace(self, readouts=tuple(self.readout(r) for r in readouts))

    def draw_conditions(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Conditions drawn uniformly over their ranges, in their units, with shape (n, C)."""
        columns = [condition.draw(n, rng) for condition in self.conditions]
        return np.stack(columns, axis=1).astype(np.float32)

    def check_conditions(self, conditions: ArrayLike) -> NDArray[np.float32]:
        """Conditions as an array (N, C), if they are finite and inside their ranges.

        Raises:
            ShapeError: The array is not (N, C).
            ConditionError: A value is not finite or out of range; says which and how many.
        """
        array = self.shape_conditions(conditions)
        for column, condition in zip(array.T, self.conditions, strict=True):
            bad = ~condition.allows(column)
            if bad.any():
                value = column[np.argmax(bad)]
                raise ConditionError(
                    f"{condition.name} = {value:.8g} {condition.unit} is outside the range "
                    f"{condition.low:g}..{condition.high:g} {condition.unit} of '{self.name}' "
                    f"({bad.sum()} of {len(column)} values)"
                )
        return array

    def shape_conditions(self, conditions: ArrayLike) -> NDArray[np.float32]:
        """Conditions as an array (N, C), if they are finite, whatever their ranges.

        Raises:
            ShapeError: The array is not (N, C).
            ConditionError: A value is not finite; says which and how many.
        """
        with np.errstate(over="ignore"):
            array = np.asarray(conditions, np.float32)
        if array.ndim != 2 or array.shape[1] != len(self.conditions):
            names = ", ".join(c.name for c in self.conditions)
            raise ShapeError(
                f"'{self.name}' needs conditions of shape (N, {len(self.conditions)}) "
                f"({names}), got {array.shape}"
            )
        for column, condition in zip(array.T, self.conditions, strict=True):
            bad = ~np.isfinite(column)
            if bad.any():
                raise ConditionError(
                    f"{condition.name} is not finite in {bad.sum()} of {len(column)} rows, "
                    f"the first is row {np.argmax(bad)}"
                )
        return array

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` understands."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Detector:
        """The detector that `to_dict` described; raises DataError if it did not."""
        try:
            readouts = tuple(
                Readout(**{**r, "axes": tuple(Axis(**a) for a in r["axes"])})
                for r in data["readouts"]
            )
            conditions = tuple(Condition(**c) for c in data["conditions"])
            return cls(data["name"], conditions, readouts, data.get("source", ""))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"not the description of a detector: {error}") from error
