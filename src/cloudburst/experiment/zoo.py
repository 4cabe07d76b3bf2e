"""The surrogates that ship with the package: a table of all, and the card of one in words."""

from __future__ import annotations

__all__ = [
    "Section",
    "card_sections",
    "fastest",
    "hardest",
    "shipped_card",
    "shipped_cards",
    "zoo_table",
]

import math
from collections.abc import Sequence
from typing import NamedTuple

from .. import zoo
from ..distances import Measurement
from ..validation.numbers import measurement
from ..zoo import Card, Figure, Judged, Speed

_MEGA = 1e6
_HEAD = ("name", "detector", "valid for", "AUC", "floor", "µs/event", "MB")


class Section(NamedTuple):
    """A part of a card: a title, and a table whose first row is its head."""

    title: str
    rows: Sequence[tuple[str, ...]]


def shipped_cards() -> dict[str, Card]:
    """The cards of all shipped surrogates, by name."""
    return {name: zoo.read_card(folder) for name, folder in zoo.shelved().items()}


def shipped_card(name: str) -> Card:
    """The card of a shipped surrogate, by its name with or without "zoo:".

    Raises:
        FileError: No surrogate of that name is shipped.
    """
    return zoo.read_card(zoo.locate(zoo.PREFIX + name.removeprefix(zoo.PREFIX)))


def zoo_table() -> list[tuple[str, ...]]:
    """What is shipped, one line for each surrogate, below a head."""
    return [_HEAD, *map(_line, shipped_cards().values())]


def card_sections(card: Card) -> list[Section]:
    """All that a card says, in tables."""
    return [
        Section(card.title, _learned(card)),
        Section("Told from full simulation by classifiers (0.5 is a coin)", _judged(card)),
        Section(
            f"{card.quantity}, its mean and relative width by {card.condition}", _responses(card)
        ),
        Section("Observables farthest above their floor", _worst(card)),
        Section("Gates of a release", [("gate", "verdict"), *card.gates.items()]),
        Section("Time for an event", _speed(card)),
    ]


def hardest(card: Card) -> Judged:
    """The classifier that finds most."""
    return max(card.judged, key=lambda one: one.auc.value)


def fastest(card: Card) -> Speed:
    """The engine and batch that take least time."""
    return min(card.speed, key=lambda one: one.microseconds.value)


def _line(card: Card) -> tuple[str, ...]:
    worst = hardest(card)
    return (
        card.name,
        card.detector,
        "; ".join(card.valid[:1]) + (f" and {len(card.valid) - 1} more" * (len(card.valid) > 1)),
        str(worst.auc),
        f"{worst.floor.value:.3f}",
        f"{fastest(card).microseconds.value:.3g}",
        f"{card.size.bytes / _MEGA:.1f}",
    )


def _learned(card: Card) -> list[tuple[str, ...]]:
    learned, tested, size = card.learned, card.tested, card.size
    return [
        ("", ""),
        ("use it as", f"{zoo.PREFIX}{card.name}"),
        ("detector", card.detector),
        ("valid for", "; ".join(card.valid)),
        ("learned from", f"{learned.events:,} of {learned.data} ({learned.source}); "
         f"{learned.kept:,} more chose the step"),
        ("their file", f"{learned.file}, SHA-256 {learned.sha256[:16]}"),
        ("licence", learned.licence),
        ("recipe", f"{learned.recipe}, seed {learned.seed}: step {learned.best_step:,} of "
         f"{learned.steps:,} in {learned.seconds / 60:.1f} min"),
        ("trained on", f"{learned.machine}, cloudburst {learned.version}"),
        ("judged by", f"{tested.events:,} events of {tested.file}, which it never saw, SHA-256 "
         f"{tested.sha256[:16]}"),
        ("protocol", tested.protocol),
        ("judged on", f"{tested.date}, {tested.machine}, {tested.threads} threads, cloudburst "
         f"{tested.version}"),
        ("size", f"{size.bytes / _MEGA:.2f} MB, {size.numbers:,} numbers, large arrays in "
         f"{size.precision}, which moves {size.moved:.1e} of an event's energy"),
        *(("note", remark) for remark in card.remarks),
    ]  # fmt: skip


def _judged(card: Card) -> list[tuple[str, ...]]:
    rows = [
        (one.name, str(one.auc), str(one.floor), f"{one.training_events:,} each")
        for one in sorted(card.judged, key=lambda one: -one.auc.value)
    ]
    return [("classifier", "AUC", "floor", "trained on"), *rows]


def _responses(card: Card) -> list[tuple[str, ...]]:
    head = ("bin", "mean, full", "surrogate", "width, full", "surrogate")
    rows = [
        (
            f"{one.low:.3g} to {one.high:.3g}",
            *(_short(one.full), _ratio(one.made, one.full)),
            *(_short(one.full_resolution), _ratio(one.made_resolution, one.full_resolution)),
        )
        for one in card.responses
    ]
    return [head, *rows]


def _worst(card: Card) -> list[tuple[str, ...]]:
    rows = [
        (one.name, str(one.distance), str(one.floor), _times(one.distance, one.floor))
        for one in card.worst
    ]
    return [("observable", "distance", "floor", "ratio"), *rows]


def _speed(card: Card) -> list[tuple[str, ...]]:
    head = ("engine", "events at once", "µs/event", "times faster")
    return [head, *(_speed_row(one, card.full_ms) for one in card.speed)]


def _speed_row(one: Speed, full_ms: float | None) -> tuple[str, ...]:
    took = one.microseconds
    times = "" if full_ms is None else f"{1e3 * full_ms / took.value:,.0f}"
    return one.engine, f"{one.batch:,}", _short(took), times


def _short(figure: Figure) -> str:
    return measurement(Measurement(figure.value, figure.error), 1)


def _times(one: Figure, other: Figure) -> str:
    return f"{one.value / other.value:.1f}" if other.value else ""


def _ratio(one: Figure, other: Figure) -> str:
    """One over the other, with its error."""
    if not one.value or not other.value:
        return ""
    ratio = one.value / other.value
    error = abs(ratio) * math.hypot(one.error / one.value, other.error / other.value)
    return "× " + _short(Figure(value=ratio, error=error))
