"""The verb that judges a candidate by full simulation."""

from __future__ import annotations

__all__ = ["validate"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Allow, Overwrite, Seed, flag, journeys


def validate(
    candidate: Annotated[
        str,
        typer.Argument(
            metavar="CANDIDATE", help="Run, surrogate, zoo:NAME or file of events to judge."
        ),
    ],
    test: Annotated[
        str,
        typer.Argument(
            metavar="TEST.h5",
            help="Full simulation that it never saw: a file, or a shipped one as sample:NAME.",
        ),
    ],
    report: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the report; made anew.")],
    gate: Annotated[
        bool, flag("--gate", "End with 1 if a gate of the release fails, and say which.")
    ] = False,
    quick: Annotated[
        bool, flag("--quick", "A first look in seconds: fewer events, trainings and figures.")
    ] = False,
    keep_speed: Annotated[
        bool, flag("--keep-speed", "Keep these timings in the run, to hold later ones against.")
    ] = False,
    seed: Seed = 0,
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Judge a surrogate by full simulation; writes report.html, report.json and figures."""
    experiment = journeys()
    effort = experiment.QUICK if quick else experiment.FULL
    orders = experiment.Orders(seed, overwrite, effort, keep_speed)
    with console.Stages() as told:
        verdict = experiment.validate_journey(candidate, test, report, orders, allow or (), told)
    console.verdict(verdict)
    console.say(f"report: {report / 'report.html'}")
    if not gate:
        return
    for line in verdict.undecided():
        console.say(f"undecided: {line}")
    for line in verdict.failures():
        console.say(f"failed: {line}")
    if not verdict.passes:
        raise typer.Exit(1)
