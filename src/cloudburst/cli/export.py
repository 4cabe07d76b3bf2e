"""`cloudburst export`: a graph and a card for a C++ framework."""

from __future__ import annotations

__all__ = ["export"]

from pathlib import Path
from typing import Annotated

import typer

from . import console
from .options import Allow, Made, Overwrite, journeys


def export(
    surrogate: Made,
    output: Annotated[
        Path,
        typer.Argument(metavar="MODEL.onnx", help="Graph to write; its card is MODEL.json."),
    ],
    host: Annotated[
        str,
        typer.Option(
            metavar="HOST", help="Whose inputs and outputs it has: plain, fastcalosim or par04."
        ),
    ] = "plain",
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a surrogate as one ONNX graph with a card, for C++ and other programs."""
    experiment = journeys()
    with console.Stages() as told:
        done = experiment.export_journey(surrogate, output, host, allow or (), overwrite, told)
    console.say(
        f"{done.graph} and {done.card}: as torch within {done.agreement.mean:.1e} of an "
        "event's energy"
    )
