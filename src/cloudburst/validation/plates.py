"""Figures with what is said about them, each drawn only when asked for."""

from __future__ import annotations

__all__ = ["Plate", "Section", "terms_of"]

import dataclasses
import re
from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from .tables import Table


@dataclasses.dataclass(frozen=True)
class Plate:
    """One figure with what is said about it.

    Attributes:
        slug: Its name in links and as a file, which keeps no unusual characters.
        title: Its heading, "" if the figure needs none.
        text: What it shows, for those who do not see it.
        draw: Draws it.
        observable: The observable or readout that it shows, if it shows only one.
        ratio: Largest distance over floor of that observable, if there is one.
    """

    slug: str
    title: str
    text: str
    draw: Callable[[], Figure]
    observable: str = ""
    ratio: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "slug", re.sub(r"[^A-Za-z0-9_.-]+", "-", self.slug))


@dataclasses.dataclass(frozen=True)
class Section:
    """Figures that belong together.

    Attributes:
        slug: Its name in links.
        title: Its heading.
        text: How to read the figures.
        plates: The figures.
        columns: Whether the figures are small and stand side by side.
        tables: Tables below the figures.
        terms: Terms whose definitions a reader may want.
    """

    slug: str
    title: str
    text: str
    plates: tuple[Plate, ...]
    columns: bool = False
    tables: tuple[Table, ...] = ()
    terms: tuple[str, ...] = ()


def terms_of(sections: Sequence[Section]) -> set[str]:
    """All terms that a page of them may lead to."""
    heads = (head for s in sections for table in s.tables for head in table.heads if head.term)
    return {head.term for head in heads} | {term for s in sections for term in s.terms}
