"""The verbs of mass production: shards by a surrogate, their checks, and one file of them."""

from __future__ import annotations

__all__ = ["merge", "produce", "verify"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .arguments import parse_count, parse_ranges
from .options import Allow, Cluster, Made, Overwrite, Ranges, Seed, Workers, flag, journeys

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="Folder of the shards.")]


def produce(
    surrogate: Made,
    folder: Folder,
    events: Annotated[str, typer.Option(metavar="N", help="How many events, as 1000000 or 1e9.")],
    seed: Seed = 0,
    workers: Workers = None,
    cluster: Cluster = None,
    condition: Ranges = None,
    shard_events: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Events in a shard.")
    ] = None,
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="What computes: eager, or auto for the fastest.")
    ] = "eager",
    batch: Annotated[
        int, typer.Option(metavar="N", min=1, help="Events made at once; changes no byte.")
    ] = 1024,
    sparse: Annotated[bool, flag("--sparse", "Leave empty cells out of the files.")] = False,
    trust: Annotated[
        bool, flag("--trust", "Go on without verifying the checksums of finished shards.")
    ] = False,
    allow: Allow = None,
) -> None:
    """Make many events in shards; go on where it was interrupted."""
    count, ranges = parse_count(events), parse_ranges(condition or ())
    experiment = journeys()
    wanted = experiment.Production(
        surrogate, count, seed, ranges, shard_events, engine, batch, allow or (), sparse
    )
    with console.Stages() as told:
        manifest = experiment.produce_journey(
            wanted, folder, workers, cluster, not trust, told, console.warn
        )
    console.say(f"{folder}: {manifest.events:,} events in {manifest.job.shards:,} shards")


def merge(
    folder: Folder,
    output: Annotated[
        Path, typer.Argument(metavar="FILE.h5", help="File of events to write (HDF5).")
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write the events of all shards to one file."""
    experiment = journeys()
    with console.Stages() as told:
        count = experiment.merge_journey(folder, output, overwrite, told)
    console.say(f"{output}: {count:,} events")


def verify(folder: Folder) -> None:
    """Check every shard against the manifest; names those that are not in order."""
    experiment = journeys()
    with console.Stages() as told:
        manifest, problems = experiment.verify_journey(folder, told)
    for line in problems:
        console.say(line)
    if problems:
        console.say(f"{len(problems)} not in order; run the command that made them to mend it")
        raise typer.Exit(1)
    console.say(
        f"{folder}: {manifest.events:,} events in {manifest.job.shards:,} shards, in order"
    )
