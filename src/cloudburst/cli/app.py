"""The verbs: each reads its arguments, calls one journey and tells what came of it.

Journeys are imported when their verb runs, so that `--help` comes at once.
"""

from __future__ import annotations

__all__ = ["app", "main"]

import sys
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..errors import CloudburstError
from . import console

app = typer.Typer(
    name="cloudburst",
    help="Learned surrogates of detector simulations: train, prove, sample.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that exists.")]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="PACKAGE", help="Let a surrogate use classes of a package."),
]
Seed = Annotated[int, typer.Option(help="Seed: same seed, same bytes.", min=0)]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cloudburst {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Learned surrogates of detector simulations: train, prove, sample."""
    # --debug is read in `main`, where errors end up


@app.command()
def train(
    recipe: Annotated[
        str, typer.Argument(help="Recipe: a TOML file, or a shipped one as 'demo'.")
    ],
    run: Annotated[Path, typer.Argument(help="Folder of the run; made anew.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change the recipe: training.steps=500."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint.")] = False,
) -> None:
    """Train a surrogate by a recipe; everything about it stays in the run folder."""
    from ..experiment import load_recipe
    from ..experiment import train as journey

    loaded = load_recipe(recipe, settings or [])
    with console.training(loaded.training.steps) as report:
        surrogate = journey(loaded, run, resume, report)
    console.say(console.trained(run, surrogate.provenance))


@app.command()
def sample(
    surrogate: Annotated[Path, typer.Argument(help="Folder of a run or a surrogate.")],
    output: Annotated[Path, typer.Argument(help="File of events to write (HDF5).")],
    events: Annotated[int | None, typer.Option(help="How many events.", min=1)] = None,
    seed: Seed = 0,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            "--condition",
            metavar="NAME=VALUE",
            help="Fix a condition, as energy=50; the others are drawn over their ranges.",
        ),
    ] = None,
    conditions_from: Annotated[
        Path | None,
        typer.Option("--conditions-from", help="Take the conditions of a file's events."),
    ] = None,
    batch: Annotated[int, typer.Option(help="Events made at once.", min=1)] = 1024,
    extrapolate: Annotated[
        bool, typer.Option("--extrapolate", help="Allow conditions outside the trained range.")
    ] = False,
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Make events with a surrogate."""
    from ..experiment import sample_journey
    from .arguments import parse_conditions

    request = parse_conditions(condition, conditions_from, events)
    with console.progress("sampling") as report:
        count = sample_journey(
            surrogate, output, request, seed, batch, extrapolate, allow or (), overwrite, report
        )
    console.say(f"{output}: {count:,} events")


@app.command()
def validate(
    candidate: Annotated[str, typer.Argument(help="Run, surrogate or file of events to judge.")],
    test: Annotated[str, typer.Argument(help="Full simulation it never saw, or sample:NAME.")],
    report: Annotated[Path, typer.Option("--report", help="Folder of the report.")],
    seed: Seed = 0,
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare a surrogate with full simulation; writes report.html, report.json, figures."""
    from ..experiment import validate_journey

    with console.stages() as told:
        verdict = validate_journey(candidate, test, report, seed, allow or (), overwrite, told)
    console.verdict(verdict)
    console.say(f"report: {report / 'report.html'}")


@app.command()
def info(
    path: Annotated[str, typer.Argument(help="A file of events, a run, or sample:NAME.")],
    allow: Allow = None,
) -> None:
    """Say what a file or run is: detector, conditions and ranges, counts, provenance."""
    from ..experiment import info as journey
    from ..experiment import locate

    console.tree(path, journey(locate(path), allow or ()))


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="File of any known layout; it is recognised.")],
    output: Annotated[Path, typer.Argument(help="File to write.")],
    to: Annotated[
        str | None, typer.Option(help="A published layout, as 'calogan'; ours if left out.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Turn a published layout into ours, or back."""
    from ..experiment import convert as journey

    with console.working(f"converting {source.name}"):
        count = journey(source, output, to, overwrite)
    console.say(f"{output}: {count:,} events")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder of everything the demo makes.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change the recipe: training.steps=500."),
    ] = None,
    events: Annotated[int, typer.Option(help="Showers to sample.", min=1)] = 20_000,
    overwrite: Overwrite = False,
) -> None:
    """Train, sample and validate on shipped Geant4 showers: the whole way in one go."""
    from ..experiment import demo as journey
    from ..experiment import load_recipe

    recipe = load_recipe("demo", settings or [])
    with console.Stages(recipe.training.steps) as told:
        verdict = journey(recipe, folder, events, told, overwrite)
    console.verdict(verdict)
    console.say(f"report: {folder / 'report.html'}")


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line: errors are one line on standard error and exit code 2."""
    words = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in words
    try:
        app([word for word in words if word != "--debug"])
    except CloudburstError as error:
        if debug:
            raise
        console.fail(error)
        sys.exit(getattr(error, "exit_code", 2))
