"""The verb that makes one data set of several files."""

from __future__ import annotations

__all__ = ["combine"]

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConditionError
from . import console
from .arguments import parse_conditions
from .options import Overwrite, Seed, journeys


def combine(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="File to write.")],
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="LABEL=FILE...",
            help="Files of events, as gamma=photons.h5; all of one label are put together as "
            "they are.",
        ),
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="The condition that tells labels apart.")
    ] = "particle",
    condition: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A condition where a file has none; repeatable."),
    ] = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Make one file of several, of one calorimeter, in an order that is drawn."""
    labelled = [_labelled(source) for source in sources]
    fixed = parse_conditions(condition or ())
    experiment = journeys()
    with console.Stages() as told:
        count = experiment.combine(labelled, output, name, fixed, seed, overwrite, told)
    console.say(f"{output}: {count:,} events")


def _labelled(text: str) -> tuple[str, str]:
    label, equals, file = text.partition("=")
    if not (label and equals and file):
        raise ConditionError(f"a file needs a label, as gamma=photons.h5, got '{text}'")
    return label, file
