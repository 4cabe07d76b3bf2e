"""The points of a study, put together for figures by the first axis that has several values."""

from __future__ import annotations

__all__ = ["Group", "Groups", "grouped"]

from typing import NamedTuple

from .summary import Row, Summary


class Group(NamedTuple):
    """The points of one value of the first axis.

    Attributes:
        name: That value.
        rows: By the number of their variant, the points.
    """

    name: str
    rows: dict[int, Row]


class Groups(NamedTuple):
    """All points.

    Attributes:
        all: The groups, in the study's order.
        variants: Values of the other axes that have several; one that is "" if there are none.
        title: Names of those axes.
    """

    all: list[Group]
    variants: list[str]
    title: str

    @property
    def several(self) -> bool:
        """Whether there is more than one variant."""
        return len(self.variants) > 1


def grouped(summary: Summary) -> Groups:
    """Points with one value of the first axis are one group, and differ in the other axes."""
    axes = [axis for axis, values in summary.plan.axes.items() if len(values) > 1]
    first, others = (axes or list(summary.plan.axes))[0], axes[1:]
    variants = list(dict.fromkeys(_name(row, others) for row in summary.rows))
    groups: dict[str, Group] = {}
    for row in summary.rows:
        group = groups.setdefault(row.values[first], Group(row.values[first], {}))
        group.rows[variants.index(_name(row, others))] = row
    return Groups(list(groups.values()), variants, ", ".join(others))


def _name(row: Row, axes: list[str]) -> str:
    return ", ".join(row.values[axis] for axis in axes)
