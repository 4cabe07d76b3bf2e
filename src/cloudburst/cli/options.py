"""Options that several verbs share, and the way to the journeys."""

from __future__ import annotations

__all__ = [
    "Allow",
    "Cluster",
    "Made",
    "Overwrite",
    "Ranges",
    "Seed",
    "Settings",
    "Workers",
    "flag",
    "journeys",
]

from pathlib import Path
from typing import Annotated, Any

import typer

from . import console


def flag(name: str, text: str, **options: Any) -> Any:
    """An option without a value."""
    return typer.Option(name, help=text, metavar="", **options)


Made = Annotated[
    Path,
    typer.Argument(
        metavar="SURROGATE", help="Folder of a run or a surrogate, or zoo:NAME for a shipped one."
    ),
]
Overwrite = Annotated[bool, flag("--overwrite", "Replace an output that exists.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PACKAGE", help="Trust a package whose classes the surrogate uses; repeatable."
    ),
]
Seed = Annotated[int, typer.Option(metavar="S", help="Same seed, same bytes.", min=0)]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change the recipe, as training.steps=500; repeatable.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="W", min=1, help="Worker processes here, one a core if left out."),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="local|ADDRESS|FILE.toml",
        help="Use Dask: here, by a running scheduler, or a batch system.",
    ),
]
Ranges = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=LOW:HIGH",
        help="Narrow a condition, as energy=1:10, or fix it, as energy=50. Repeatable.",
    ),
]


def journeys() -> Any:
    """The journeys, imported only when a verb runs, so that `--help` comes at once."""
    with console.working("starting"):
        from .. import experiment
    return experiment
