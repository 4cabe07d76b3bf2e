"""An exploration as a folder: one self-contained page, its numbers, figures and recipe."""

from __future__ import annotations

__all__ = ["exploration_data", "write_exploration"]

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..folder import as_json, write_folder
from ..plates import Section
from ..rendering import embedded, environment, plain
from .content import CodecRow, ExploreContent
from .figures import sections
from .tables import cards, lead, tables, warnings


def write_exploration(
    folder: Path,
    content: ExploreContent,
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Writes `explore.html`, `explore.json`, `figures/*.svg` and `recipe.toml`, all or none.

    Args:
        folder: Where to; made if it is not there.
        content: What to show.
        overwrite: Whether a folder that is there is replaced.
        progress: Called with a line of text before each figure.

    Raises:
        ExistsError: The folder is there and was not to be overwritten.
        FileError: It cannot be written.
    """
    found = sections(content)

    def texts(drawn: Mapping[str, str]) -> dict[str, str]:
        written = {
            "explore.html": _page(content, found, drawn),
            "explore.json": as_json(exploration_data(content)),
        }
        return written | ({"recipe.toml": content.recipe} if content.recipe else {})

    write_folder(folder, found, texts, overwrite, progress)


def _page(content: ExploreContent, found: Sequence[Section], drawn: Mapping[str, str]) -> str:
    """The page as HTML, with the figures as SVG text by slug."""
    page: str = (
        environment()
        .get_template("explore.html.j2")
        .render(
            content=content,
            lead=lead(content),
            warnings=warnings(content),
            cards=cards(content),
            sections=found,
            tables=tables(content),
            images={slug: embedded(text) for slug, text in drawn.items()},
        )
    )
    return page


def exploration_data(content: ExploreContent) -> dict[str, Any]:
    """The numbers of an exploration as JSON can hold them; what is not finite is None."""
    data = {
        "title": content.title,
        "summary": lead(content),
        "events": content.intake.total,
        "sound": content.intake.sound,
        "studied": len(content.intake.events),
        "problems": [dataclasses.asdict(problem) for problem in content.intake.problems],
        **_survey(content),
        "cuts": [dataclasses.asdict(cut) for cut in content.cuts],
        "threshold": content.threshold,
        "codecs": [_codec(row) for row in content.codecs],
        "chosen": content.chosen,
        "reasons": list(content.reasons),
        "notes": list(content.notes),
        "provenance": content.provenance,
    }
    numbers: dict[str, Any] = plain(data)
    return numbers


def _survey(content: ExploreContent) -> dict[str, Any]:
    survey, numbers = content.survey, content.intake.numbers
    return {
        "conditions": [dataclasses.asdict(row) for row in survey.conditions],
        "readouts": [dataclasses.asdict(row) for row in survey.readouts],
        "outliers": [
            dataclasses.asdict(o) | {"event": int(numbers[o.event])} for o in survey.outliers
        ],
        "far": survey.far,
        "correlations": dict(zip(survey.names, survey.correlations.tolist(), strict=True)),
    }


def _codec(row: CodecRow) -> dict[str, Any]:
    fields = {f.name: getattr(row, f.name) for f in dataclasses.fields(row) if f.name != "values"}
    return {
        name: value._asdict() if hasattr(value, "_asdict") else value
        for name, value in fields.items()
    }
