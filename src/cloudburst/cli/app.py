"""The verbs: each reads its arguments, calls one journey and tells what came of it."""

from __future__ import annotations

__all__ = ["app", "demo", "info", "options", "sample", "train"]

from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from . import console
from .arguments import parse_conditions, parse_count, refuse_contradictions
from .benchmark import benchmark
from .combine import combine
from .compare import compare
from .convert import convert
from .explore import explore
from .export import export
from .options import Allow, Made, Overwrite, Seed, Settings, flag, journeys
from .produce import merge, produce, verify
from .regress import regress
from .simulate import simulate
from .study import study
from .validate import validate
from .zoo import zoo

app = typer.Typer(
    name="cloudburst",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Fewer cannot be validated.
_DEMO_EVENTS = 100


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cloudburst {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, flag("--debug", "Show the traceback of an error.")] = False,
    version: Annotated[
        bool, flag("--version", "Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Learned surrogates of detector simulations: train, prove, sample."""
    # --debug is read where errors end up


@app.command()
def train(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A TOML file, or a shipped recipe as 'demo'.")
    ],
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of the run; made anew.")],
    settings: Settings = None,
    resume: Annotated[
        bool, flag("--resume", "Go on where this run was stopped, to the same weights.")
    ] = False,
) -> None:
    """Train a surrogate by a recipe; everything about it stays in the run's folder."""
    experiment = journeys()
    loaded = experiment.load_recipe(recipe, settings or [])
    with experiment.joined_processes() as processes:
        if not processes.leads:
            experiment.train(loaded, run, resume, processes=processes)
            return
        with console.Stages(loaded.training.steps) as told:
            told("preparing", 0, None)
            surrogate = experiment.train(loaded, run, resume, told.training, processes=processes)
    console.say(console.trained(run, surrogate.provenance))


@app.command()
def sample(
    surrogate: Made,
    output: Annotated[
        Path, typer.Argument(metavar="OUT.h5", help="File of events to write (HDF5).")
    ],
    events: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="How many events, as 1000 or 1e6; with --conditions-from, as many as it has "
            "if left out.",
        ),
    ] = None,
    seed: Seed = 0,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Fix a condition, as energy=50 or particle=gamma; the others are drawn "
            "uniformly. Repeatable.",
        ),
    ] = None,
    conditions_from: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use the conditions of a file's events.")
    ] = None,
    batch: Annotated[
        int, typer.Option(metavar="N", help="Events made at once; changes no byte.", min=1)
    ] = 1024,
    extrapolate: Annotated[
        bool, flag("--extrapolate", "Allow conditions outside the trained range.")
    ] = False,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What makes them: eager, openvino, ...; auto is the fastest here."
        ),
    ] = "eager",
    allow: Allow = None,
    overwrite: Overwrite = False,
) -> None:
    """Make events with a surrogate, in physical units."""
    refuse_contradictions(condition or (), conditions_from, events)
    wanted = None if events is None else parse_count(events)
    fixed = parse_conditions(condition or ())
    experiment = journeys()
    request = experiment.Request(wanted, fixed, conditions_from)
    with console.Stages() as told:
        count = experiment.sample_journey(
            surrogate,
            output,
            request,
            seed,
            batch,
            extrapolate,
            allow or (),
            overwrite,
            told,
            engine,
        )
    console.say(f"{output}: {count:,} events")


@app.command()
def info(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="File of events, run or surrogate, sample:NAME or zoo:NAME."
        ),
    ],
    allow: Allow = None,
) -> None:
    """Say what a file or run is: detector, conditions and ranges, counts, provenance."""
    experiment = journeys()
    with console.working(f"reading {path}"):
        content = experiment.info(experiment.locate(path), allow or ())
    console.tree(path, content)


app.command()(validate)
app.command()(compare)
app.command()(convert)
app.command()(combine)
app.command()(explore)
app.command()(export)
app.command()(benchmark)
app.command()(simulate)
app.command()(produce)
app.command()(regress)
app.command()(study)
app.command()(zoo)
app.command()(merge)
app.command()(verify)


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of everything that it makes.")
    ],
    settings: Settings = None,
    events: Annotated[
        int, typer.Option(metavar="N", help="Showers to sample.", min=_DEMO_EVENTS)
    ] = 20_000,
    overwrite: Overwrite = False,
) -> None:
    """Train, sample and validate on shipped Geant4 showers: the whole way in one go."""
    experiment = journeys()
    recipe = experiment.load_recipe("demo", settings or [])
    with console.Stages(recipe.training.steps) as told:
        told("preparing", 0, None)
        verdict = experiment.demo(recipe, folder, events, told, overwrite)
    console.verdict(verdict)
    console.say(f"report: {folder / 'report.html'}")
