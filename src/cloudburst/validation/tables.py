"""Tables of a report: headings that lead to their definitions, and lines of text."""

from __future__ import annotations

__all__ = ["Cell", "Head", "Table", "anchor"]

import re
from typing import NamedTuple


def anchor(term: str) -> str:
    """The name of a definition in links.

    >>> anchor("Chi-squared per degree of freedom")
    'def-chi-squared-per-degree-of-freedom'
    """
    return "def-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


class Head(NamedTuple):
    """A heading.

    Attributes:
        text: What stands there.
        number: Whether its column holds numbers, which stand to the right.
        term: The term whose definition it leads to, "" for none.
    """

    text: str
    number: bool = False
    term: str = ""


class Cell(NamedTuple):
    """One entry.

    Attributes:
        text: What stands there.
        off: Whether it stands out as too bad.
        best: Whether it stands out as the best of its line.
        link: The figure or definition that it leads to, without the sign; "" for none.
    """

    text: str
    off: bool = False
    best: bool = False
    link: str = ""


class Table(NamedTuple):
    """Headings, and lines whose first entry names them.

    Attributes:
        heads: The headings.
        rows: The lines, each as long as the headings.
        caption: What it is, "" where that is plain.
    """

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
