"""What each published system is measured to be, in the form that docs/systems.md is made from.

Each file beside this one has `measure(runs) -> System`, which reads the folders of finished runs
and writes its pictures by `picture`.
"""

from __future__ import annotations

__all__ = ["IMAGES", "Cost", "Picture", "Row", "System", "cost_of", "picture"]

import dataclasses
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

from cloudburst.experiment import load_recipe
from cloudburst.validation.plots import to_svg

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images" / "systems"
_COLOURS = 128


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure of one system.

    Attributes:
        system: Its short name, as "calogan".
        quantity: What is measured, with its unit.
        published: What the source gives, as text; empty if it gives nothing.
        ours: What is measured here, in the unit that `quantity` names.
        error: Its statistical error.
        floor: What full simulation gets against itself, or reads of itself; None if there is no
            such thing, as for a time.
        note: What a reader has to know to compare.
    """

    system: str
    quantity: str
    published: str
    ours: float
    error: float
    floor: float | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a training took.

    Attributes:
        run: Name of the run's folder.
        minutes: Processor time, in minutes, on one core.
        events: Events that it learned from.
        steps: Steps, as the recipe counts them.
        batch: Events in a batch.
        published: What the source took, as text.
        changes: What its recipe says other than the shipped one of that name.
    """

    run: str
    minutes: float
    events: int
    steps: int
    batch: int
    published: str = ""
    changes: str = ""


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture of docs/images/systems.

    Attributes:
        name: Its file's name.
        caption: What it shows, in one or two sentences.
    """

    name: str
    caption: str


@dataclasses.dataclass(frozen=True)
class System:
    """A published system as it works here.

    Attributes:
        name: Its short name, as in its rows.
        title: Heading of its section.
        source: What it is, who published it, with a link; one or two sentences.
        rows: Its figures.
        costs: What its trainings took.
        pictures: One or two of them.
        shortfall: One paragraph on where it falls short, and why.
    """

    name: str
    title: str
    source: str
    rows: tuple[Row, ...]
    costs: tuple[Cost, ...]
    pictures: tuple[Picture, ...]
    shortfall: str


def cost_of(run: Path, published: str = "") -> Cost:
    """The cost of a finished run: what its folder says, and the processor time kept beside it.

    Args:
        run: Folder of the run; RUN.seconds beside it, as systems.training writes it, has the
            processor seconds of each part of the training, one a line.
        published: What the source took, as text.
    """
    seconds = run.with_name(f"{run.name}.seconds").read_text(encoding="utf-8").split()
    minutes = sum(map(float, seconds)) / 60
    recipe = tomllib.loads((run / "recipe.toml").read_text(encoding="utf-8"))["training"]
    data = json.loads((run / "run.json").read_text(encoding="utf-8"))["data"]
    steps, batch = recipe["steps"], recipe["batch"]
    changes = _changes(run / "recipe.toml")
    return Cost(run.name, minutes, data["training"], steps, batch, published, changes)


def _changes(path: Path) -> str:
    """What a run's recipe says other than the shipped one, as settings of the command line.

    What it does not say and the shipped one does comes last, in parentheses.
    """
    own = load_recipe(path).model_dump(exclude_none=True)
    shipped = load_recipe(own["name"]).model_dump(exclude_none=True)
    known, told = dict(_flat(shipped)), dict(_flat(own))
    left_out = ("data.file", "training.log_every", "training.gauges")
    changed = [
        f"{key}={value}"
        for key, value in told.items()
        if known.get(key) != value and key not in left_out
    ]
    return ", ".join(changed + [f"(no {key})" for key in known if key not in told])


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested tables, by their keys with points."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def picture(name: str, drawn: Figure, caption: str) -> Picture:
    """Draws a figure into docs/images/systems.

    Args:
        name: The file's name; ".svg" for lines, ".png" for images of many cells.
        drawn: The figure.
        caption: What it shows, in one or two sentences.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / name
    if path.suffix == ".svg":
        path.write_text(to_svg(drawn), encoding="utf-8")
    else:
        # a palette takes a third of the room
        buffer = io.BytesIO()
        drawn.savefig(buffer, format="png", dpi=100)
        image = Image.open(buffer).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        image.save(path, optimize=True)
    return Picture(name, caption)
