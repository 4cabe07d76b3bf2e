"""The verb that trains what an objective may ask for: a regressor of conditions."""

from __future__ import annotations

__all__ = ["regress"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .arguments import parse_mirrors
from .options import Overwrite, Seed, journeys


def regress(
    source: Annotated[
        str,
        typer.Argument(metavar="FILE", help="File of events of any layout, or sample:NAME."),
    ],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="File of the regressor.")],
    steps: Annotated[int, typer.Option(metavar="N", min=1, help="Steps of training.")] = 2000,
    batch: Annotated[int, typer.Option(metavar="B", min=2, help="Events of a step.")] = 128,
    mirror: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AXIS=NAMES",
            help="Learn from mirrored events too, as x=px,x; named are the conditions whose "
            "sign the mirror turns; repeatable.",
        ),
    ] = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Train a regressor that reads the conditions off events, for a recipe to name."""
    mirrors = parse_mirrors(mirror or ())
    experiment = journeys()
    with console.Stages(steps) as told:
        made = experiment.regress(source, output, steps, batch, mirrors, seed, overwrite, told)
    for name, error, spread in zip(made.names, made.errors, made.spreads, strict=True):
        console.say(f"{name}: error {error:.3f} of half the range; the mean alone {spread:.3f}")
    console.say(f"{output}: sha256 {made.sha256}")
