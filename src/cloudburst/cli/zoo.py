"""`cloudburst zoo`: what is shipped, ready to sample."""

from __future__ import annotations

__all__ = ["zoo"]

from typing import Annotated

import typer

from . import console
from .options import journeys


def zoo(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Whose card to show; all if left out.")
    ] = None,
) -> None:
    """List the trained surrogates that are shipped; zoo:NAME stands for one in other commands."""
    experiment = journeys()
    if name is None:
        console.section("Shipped surrogates", experiment.zoo_table())
        return
    for title, rows in experiment.card_sections(experiment.shipped_card(name)):
        console.section(title, rows)
