"""The verb of studies: many trainings, each judged alike, in one table and a few figures."""

from __future__ import annotations

__all__ = ["study"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Cluster, Settings, flag, journeys


def study(
    source: Annotated[
        Path, typer.Argument(metavar="STUDY.toml", help="What to change along which axes.")
    ],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of all runs, table and figures.")
    ],
    settings: Settings = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Trainings at once, one a core if left out."),
    ] = None,
    cluster: Cluster = None,
    table: Annotated[
        bool, flag("--table", "Train nothing; make the table of what is done.")
    ] = False,
) -> None:
    """Train a grid of recipes with several seeds; go on where it was interrupted."""
    experiment = journeys()
    with console.Stages() as told:
        summary = experiment.study(
            source, folder, settings or [], jobs, cluster, not table, told, console.warn
        )
    console.rows(experiment.study_rows(summary))
    console.say(f"{folder}: {summary.trainings:,} trainings, in table.md and figures")
