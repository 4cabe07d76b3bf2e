"""The training events that are most like generated ones, and how near they are."""

from __future__ import annotations

__all__ = ["Neighbours", "neighbours"]

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...distances import Measurement
from ...errors import DataError
from ...events import Events
from .. import plots
from ..inquiry import Inquiry
from ..multivariate.neighbours import nearest
from ..numbers import measurement
from ..pairs import matched_pairs
from ..plates import Plate, Section
from ..similar import similar_events
from ..tables import Cell, Head, Table

Floats = NDArray[np.float64]

_SHOWN = 4
_LEAST = 50
_DRAWS = 50


@dataclasses.dataclass(frozen=True, eq=False)
class Neighbours(Inquiry):
    """Generated events beside the training events that are nearest to them.

    Attributes:
        shown: Generated events.
        similar: For each of them, the nearest training events, the nearest first.
        distances: Their distances, in the readouts' unit, with shape (len(shown), K).
        candidate: Median distance of generated events from the nearest of as many training and
            test events, in the readouts' unit.
        reference: The same of test events, from other test events.
        pool: How many training and test events these are.
    """

    shown: Events
    similar: Sequence[Events]
    distances: Floats
    candidate: dict[str, Measurement]
    reference: dict[str, Measurement]
    pool: int

    @property
    def name(self) -> str:
        return "neighbours"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            f"Events of {names[1]}, each beside the training events that are nearest to it by the "
            "Euclidean distance of all cells. A surrogate that knows training events by heart is "
            "nearer to them than to test events, which it never saw; test events tell how near "
            "events of one law are."
        )
        draw = functools.partial(plots.neighbours, self.shown, self.similar, self.distances, names)
        plate = Plate("neighbours", "", "Generated events and nearest training events", draw)
        return Section(
            "neighbours", "Nearest training events", text, (plate,),
            tables=(self._table(names),), terms=("Memorisation",),
        )  # fmt: skip

    def numbers(self) -> dict[str, Any]:
        """The median distances."""
        rows = {"candidate": self.candidate, "reference": self.reference}
        found: dict[str, Any] = {
            name: {to: value._asdict() for to, value in row.items()} for name, row in rows.items()
        }
        return found | {"pool": self.pool}

    def _table(self, names: tuple[str, str]) -> Table:
        unit = self.shown.detector.readouts[0].unit
        heads = (
            Head(f"Median distance [{unit}], of {self.pool:,} events"),
            Head("from the nearest training event", True, "Error"),
            Head("from the nearest test event", True, "Error"),
        )
        rows = tuple(
            (Cell(name), Cell(measurement(row["training"])), Cell(measurement(row["test"])))
            for name, row in ((names[1], self.candidate), (f"{names[0]} (test)", self.reference))
        )
        return Table(heads, rows)


def neighbours(
    reference: Events, candidate: Events, training: Events, seed: int = 0
) -> Neighbours:
    """The training events nearest to generated ones, and how near they are beside test events.

    Generated events at the conditions of test events that are searched are left out, as those
    would be nearer than others.

    Args:
        reference: Test events of the full simulation.
        candidate: Generated events.
        training: What the candidate was trained on.
        seed: Of how test events are halved and training events chosen.

    Raises:
        DataError: The readouts differ, there are too few events, or none has two axes.
    """
    if all(len(r.axes) < 2 for r in reference.detector.readouts):
        raise DataError(f"'{reference.detector.name}' has no readout that is an image")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(reference))
    pool = min(len(order) // 2, len(training))
    if pool < _LEAST:
        raise DataError(f"neighbours need {_LEAST} training and test events, got {pool}")
    searched, others = reference[order[:pool]], reference[order[pool:]]
    free = candidate[~_among(candidate.conditions, searched.conditions)][: len(others)]
    if len(free) < _LEAST:
        raise DataError("all generated events are at the conditions of the test events searched")
    seen = training[np.sort(rng.permutation(len(training))[:pool])]
    pools = {"training": seen.flat(), "test": searched.flat()}
    near = [
        {name: _median(nearest(of.flat(), points)[1][:, 0], rng) for name, points in pools.items()}
        for of in (free, others)
    ]
    _, shown = matched_pairs(others, free)
    index, distances = similar_events(shown, training, _SHOWN)
    similar = [training[rows] for rows in index]
    return Neighbours(shown, similar, distances, near[0], near[1], pool)


def _among(rows: NDArray[Any], known: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows are also among those known."""
    kept = {row.tobytes() for row in np.ascontiguousarray(known)}
    return np.array([row.tobytes() in kept for row in np.ascontiguousarray(rows)], np.bool_)


def _median(values: Floats, rng: np.random.Generator) -> Measurement:
    """The median and, by drawing anew, its error."""
    drawn = np.median(values[rng.integers(len(values), size=(_DRAWS, len(values)))], axis=1)
    return Measurement(float(np.median(values)), float(drawn.std(ddof=1)))
