"""`cloudburst benchmark`: how long an event takes."""

from __future__ import annotations

__all__ = ["benchmark"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Allow, Overwrite, flag, journeys


def benchmark(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN|NAME", help="Folder of a run or surrogate, zoo:NAME, or a shipped recipe."
        ),
    ],
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for tables, JSON and figure; made anew."),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="An engine to time; repeatable. All if left out."),
    ] = None,
    batch: Annotated[
        list[int] | None,
        typer.Option(
            metavar="N", min=1, help="Events at once; repeatable. [1 4 10 128 512 1024 10000]"
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(metavar="S", min=0.01, help="Time for each, up to 100 calls.")
    ] = 2.0,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, help="Whole jobs, as the CaloChallenge times.")
    ] = 10,
    test: Annotated[
        str, typer.Option(metavar="FILE", help="Full simulation whose recorded time is shown.")
    ] = "sample:calogan-eplus-test",
    alone: Annotated[bool, flag("--alone", "Leave out the published network and gflash.")] = False,
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Time a surrogate by its engines, beside full and parametric simulation."""
    experiment = journeys()
    wanted = experiment.Wanted(
        engine or (),
        batch or experiment.BATCHES,
        seconds=seconds,
        others=not alone,
        jobs=jobs,
        test=test,
    )
    with console.Stages() as told:
        result = experiment.benchmark_journey(name, wanted, report, allow or (), overwrite, told)
    console.rows(experiment.time_table(result.document()))
    if report is not None:
        console.say(f"report: {report / 'benchmark.md'}")
