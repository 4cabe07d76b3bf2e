"""Taggers of two kinds of events that learned from either sample, tried on full simulation."""

from __future__ import annotations

__all__ = ["Tagger", "Tagging"]

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...distances import Measurement
from .. import plots
from ..inquiry import Inquiry
from ..numbers import measurement
from ..plates import Plate, Section
from ..tables import Cell, Head, Table


@dataclasses.dataclass(frozen=True, eq=False)
class Tagger:
    """How well one tagger does.

    Attributes:
        trained: "reference", "candidate" or "other reference": what it learned from.
        auc: Area under its ROC curve on events of full simulation that it never saw.
        rejection: How many events of background are turned away for one that is kept, where half
            of the signal is kept.
        curve: The same at each share of signal that is kept, with shape (E,).
    """

    trained: str
    auc: Measurement
    rejection: Measurement
    curve: NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Tagging(Inquiry):
    """What a surrogate is good for: taggers that learned from it, and from full simulation.

    Attributes:
        signal: The kind of events to find.
        background: The kind of events to turn away.
        learned: Events that each tagger learned from.
        tried: Events of full simulation that all were tried on.
        efficiencies: Shares of signal that are kept, with shape (E,).
        taggers: Of full simulation, of the candidate, and of other events of full simulation.
    """

    signal: str
    background: str
    learned: int
    tried: int
    efficiencies: NDArray[np.float64]
    taggers: Sequence[Tagger]

    @property
    def name(self) -> str:
        return "tagging"

    def section(self, names: tuple[str, str]) -> Section:
        text = (
            f"Networks learn to tell {self.signal} from {self.background} by cells and "
            f"observables, each from {self.learned:,} events of one sample, and are tried on "
            f"{self.tried:,} events of {names[0]} that none of them saw. Two that learned from "
            f"different events of {names[0]} tell how much is chance."
        )
        title = f"Taggers of {self.signal}, trained on either sample"
        plate = Plate("tagging", "", title, functools.partial(self._draw, names))
        return Section("tagging", title, text, (plate,), tables=(self._table(names),))

    def numbers(self) -> dict[str, Any]:
        """By what a tagger learned from, its AUC and its rejection; how many events there were."""
        found: dict[str, Any] = {
            tagger.trained: {
                "auc": tagger.auc._asdict(),
                "rejection at 50 %": tagger.rejection._asdict(),
            }
            for tagger in self.taggers
        }
        return found | {"learned": self.learned, "tried": self.tried}

    def _named(self, names: tuple[str, str]) -> dict[str, Tagger]:
        """The taggers by what to call them."""
        words = {
            "reference": f"trained on {names[0]}",
            "candidate": f"trained on {names[1]}",
            "other reference": f"trained on other {names[0]}",
        }
        return {words[tagger.trained]: tagger for tagger in self.taggers}

    def _draw(self, names: tuple[str, str]) -> Figure:
        curves = {name: tagger.curve for name, tagger in self._named(names).items()}
        return plots.rejection(self.efficiencies, curves, self.signal, self.background)

    def _table(self, names: tuple[str, str]) -> Table:
        heads = (
            Head("Tagger"),
            Head("AUC", True),
            Head(f"Rejection of {self.background} at 50 % of {self.signal}", True),
        )
        rows = tuple(
            (Cell(name), Cell(measurement(tagger.auc)), Cell(measurement(tagger.rejection)))
            for name, tagger in self._named(names).items()
        )
        return Table(heads, rows)
