"""The exploration journey: what a file holds, what codecs do to it, and a recipe for it."""

from __future__ import annotations

__all__ = ["Explored", "explore"]

import dataclasses
from pathlib import Path
from typing import Any

from ..errors import CloudburstError, ExistsError
from ..events import Events
from ..files import check_destination
from ..formats import read_header
from ..validation.explore import (
    CodecRow,
    ExploreContent,
    cuts,
    propose_threshold,
    survey,
    take_in,
    write_exploration,
)
from ..validation.explore.tables import lead, warnings
from .codecs import Trial, try_codec
from .data import locate
from .environment import environment
from .proposal import choose, features, propose, trials, used_readouts
from .telling import Told, counter, silent

_REPORT = {"explore.html", "explore.json", "figures", "recipe.toml"}


@dataclasses.dataclass(frozen=True)
class Explored:
    """What came of an exploration.

    Attributes:
        summary: One paragraph.
        warnings: What is wrong with the file, or could not be done.
        recipe: Whether there is a recipe.
    """

    summary: str
    warnings: list[str]
    recipe: bool


def explore(
    source: str | Path,
    folder: Path,
    events: int = 10_000,
    overwrite: bool = False,
    told: Told = silent,
) -> Explored:
    """Looks at a file of events and writes the report.

    Args:
        source: A file of any known layout, or "sample:NAME".
        folder: Folder of explore.html, explore.json, the figures and recipe.toml.
        events: How many events to study closely; all are looked through for troubles.
        overwrite: Whether an exploration already there is replaced.
        told: Hears how far it is.

    Raises:
        FileError: The file cannot be opened, or the folder is there and no exploration.
        DataError: No event is sound.
    """
    _refuse_folder(Path(folder), overwrite)
    path = locate(source)
    intake = take_in(path, events, lambda done, total: told("reading", done, total))
    told("surveying", 0, 1)
    content = ExploreContent(
        title=path.name,
        intake=intake,
        survey=survey(intake.events),
        cuts=cuts(intake.events),
        threshold=propose_threshold(intake.events),
        provenance={
            "file": str(source),
            **read_header(path).provenance,
            "exploration": {"environment": environment()},
        },
    )
    told("surveying", 1, 1)
    content = _with_codecs(content, _named(source, path), told)
    write_exploration(Path(folder), content, overwrite, counter(told, "drawing"))
    told("drawing", 1, 1)
    return Explored(lead(content), warnings(content), bool(content.recipe))


def _refuse_folder(folder: Path, overwrite: bool) -> None:
    """Raises ExistsError if a folder is there and must be kept."""
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if folder.exists() and held - _REPORT:
        raise ExistsError(f"{folder} holds more than an exploration; choose another folder")
    check_destination(folder, overwrite)


def _named(source: str | Path, path: Path) -> str:
    """What a recipe calls the file, wherever it is trained."""
    return str(source) if str(source).startswith("sample:") else str(path.resolve())


def _with_codecs(content: ExploreContent, file: str, told: Told) -> ExploreContent:
    """The content with codecs that were tried and a recipe; with a note where that fails."""
    used = used_readouts(content.intake.events.detector)
    events = content.intake.events.select(used)
    notes = list(content.notes)
    try:
        tried = trials(events, content.threshold)
        rows = _try_all(tried, events, content.threshold, notes, told)
        name, why = choose(rows)
        chosen = next(trial for trial in tried if trial.name == name)
        proposal = propose(events, file, chosen, why, content.threshold)
    except CloudburstError as error:
        return dataclasses.replace(content, notes=[*notes, f"No recipe can be proposed: {error}."])
    if any(problem.lost for problem in content.intake.problems):
        notes.append("A training refuses a file with such events: make one of the sound ones.")
    changes: dict[str, Any] = {
        "codecs": rows,
        "chosen": name,
        "recipe": proposal.recipe.to_toml(),
        "reasons": [*_left_out(content, used), *proposal.reasons],
        "notes": notes,
    }
    return dataclasses.replace(content, **changes)


def _try_all(
    tried: list[Trial], events: Events, threshold: float, notes: list[str], told: Told
) -> list[CodecRow]:
    """What each codec does; one that fails becomes a note."""
    rows = []
    told_of = features(events.detector)
    for number, trial in enumerate(tried):
        told("codecs", number, len(tried), trial.name)
        try:
            rows.append(try_codec(trial, events, threshold, told_of))
        except CloudburstError as error:
            notes.append(f"The codec '{trial.name}' cannot be used here: {error}.")
    told("codecs", len(tried), len(tried))
    return rows


def _left_out(content: ExploreContent, used: list[str]) -> list[str]:
    others = [row.name for row in content.survey.readouts if row.name not in used]
    return [f"Readouts: the layers, without {', '.join(others)}."] if others else []
