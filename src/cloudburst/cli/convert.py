"""The verb that turns one layout into another."""

from __future__ import annotations

__all__ = ["convert"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Overwrite, journeys


def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="File of any known layout; it is recognised.")
    ],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="File to write.")],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="LAYOUT", help="A published layout, as calogan or root; ours if left out."
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option("--from", metavar="LAYOUT", help="The layout of IN; it is recognised."),
    ] = None,
    binning: Annotated[
        str | None,
        typer.Option(
            metavar="X.xml",
            help="CaloChallenge: binning file, or calochallenge1-photons, calochallenge1-pions, "
            "calochallenge2, calochallenge3 with their published thresholds.",
        ),
    ] = None,
    particle: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="CaloChallenge: particle, if X.xml is of several."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(metavar="MEV", help="CaloChallenge: cells below it are read as zero.", min=0),
    ] = None,
    sampling_fraction: Annotated[
        float,
        typer.Option(metavar="F", help="CaloChallenge: energies of cells are divided by it."),
    ] = 1.0,
    alpha_start: Annotated[
        float | None,
        typer.Option(
            metavar="RAD", help="CaloChallenge: where the first sector begins; -pi if left out."
        ),
    ] = None,
    energies: Annotated[
        str | None,
        typer.Option(metavar="LOW:HIGH", help="CaloChallenge: range of energies, in MeV."),
    ] = None,
    detector: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="ROOT: a file of events of the same detector."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="MPD digits: refuse those outside the window."),
    ] = False,
    write_binning: Annotated[
        Path | None,
        typer.Option(metavar="X.xml", help="Write a binning file for a CaloChallenge OUT too."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Turn a published layout into ours, or back."""
    experiment = journeys()
    reading = experiment.Reading(
        layout=layout,
        binning=binning,
        particle=particle,
        threshold=threshold,
        sampling_fraction=sampling_fraction,
        alpha_start=alpha_start,
        energies=energies,
        detector=detector,
        strict=strict,
    )
    with console.Stages() as told:
        count = experiment.convert(source, output, to, overwrite, told, reading, write_binning)
    console.say(f"{output}: {count:,} events")
