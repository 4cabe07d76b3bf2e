"""The verb that puts several candidates side by side."""

from __future__ import annotations

__all__ = ["compare"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Allow, Overwrite, Seed, flag, journeys


def compare(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REFERENCE",
            help="Full simulation that no candidate saw: a file, or a shipped one as sample:NAME.",
        ),
    ],
    candidates: Annotated[
        list[str],
        typer.Argument(metavar="CANDIDATE...", help="Runs, surrogates or files of events."),
    ],
    report: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the report; made anew.")],
    quick: Annotated[bool, flag("--quick", "A first look: fewer events and resamplings.")] = False,
    seed: Seed = 0,
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Put several candidates side by side: one table, overlaid figures, speed and likeness."""
    experiment = journeys()
    effort = experiment.QUICK if quick else experiment.FULL
    orders = experiment.Orders(seed, overwrite, effort)
    with console.Stages() as told:
        lines = experiment.compare_journey(
            reference, candidates, report, orders, allow or (), told
        )
    console.rows(lines)
    console.say(f"report: {report / 'report.html'}")
