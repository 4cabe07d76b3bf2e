"""The verb that looks at a file before anything is trained on it."""

from __future__ import annotations

__all__ = ["explore"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Overwrite, journeys


def explore(
    source: Annotated[
        str,
        typer.Argument(metavar="FILE", help="File of events of any layout, or sample:NAME."),
    ],
    report: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the report; made anew.")],
    events: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Events to study closely; all are looked through."),
    ] = 10_000,
    overwrite: Overwrite = False,
) -> None:
    """Look at events before training; writes explore.html and a recipe to start from."""
    experiment = journeys()
    with console.Stages() as told:
        explored = experiment.explore(source, report, events, overwrite, told)
    console.say(explored.summary)
    for text in explored.warnings:
        console.say(f"note: {text}")
    console.say(f"report: {report / 'explore.html'}")
    if explored.recipe:
        console.say(f"recipe: {report / 'recipe.toml'}")
