"""`cloudburst simulate`: training data from a simulator."""

from __future__ import annotations

__all__ = ["simulate"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .arguments import parse_count, parse_ranges
from .options import Allow, Overwrite, Ranges, Seed, Workers, flag, journeys


def simulate(
    detector: Annotated[
        str,
        typer.Argument(
            metavar="DETECTOR", help="A shipped detector as 'calogan', or a TOML file."
        ),
    ],
    output: Annotated[
        Path, typer.Argument(metavar="OUT.h5", help="File of events to write (HDF5).")
    ],
    events: Annotated[str, typer.Option(metavar="N", help="How many events, as 1000 or 1e6.")],
    simulator: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="gflash, geant4, drift, jets, or one of yours as module:Class."
        ),
    ] = "gflash",
    seed: Seed = 0,
    workers: Workers = None,
    condition: Ranges = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Set an option of the simulator."),
    ] = None,
    allow: Allow = None,
    sparse: Annotated[bool, flag("--sparse", "Leave empty cells out of the file.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Make events by full or parametric simulation; go on where it was interrupted."""
    count, ranges = parse_count(events), parse_ranges(condition or ())
    from ..production import Simulation

    wanted = Simulation(
        simulator, detector, count, seed, ranges, settings or (), allow or (), sparse
    )
    wanted.job()  # what cannot start is refused before anything heavy is loaded
    experiment = journeys()
    with console.Stages() as told:
        experiment.simulate(wanted, output, workers, overwrite, told, console.warn)
    console.say(f"{output}: {count:,} events")
