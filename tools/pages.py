"""Pages of the documentation that are made from the code."""

from __future__ import annotations

__all__ = ["command_line_page", "recipe_page", "reference_pages"]

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import griffe
import typer
from pydantic import BaseModel
from typer.cli import get_docs_for_click

from cloudburst.cli.app import app
from cloudburst.experiment import Recipe, shipped_recipes
from cloudburst.training import PlayerConfig, Schedule, TrainConfig

ROOT = Path(__file__).parents[1]


class Page(NamedTuple):
    """A page of the reference.

    Attributes:
        title: Its title.
        text: What stands at its top.
        parts: The modules and packages of cloudburst that it shows.
    """

    title: str
    text: str
    parts: tuple[str, ...]


_PAGES = {
    "events": Page(
        "Events and files",
        "The physics core: it imports neither torch nor any network.",
        (
            "detector",
            "events",
            "storage",
            "formats",
            "detectors",
            "simulators",
            "tpc",
            "hdf5",
            "files",
            "units",
            "extras",
            "settings",
            "errors",
        ),
    ),
    "networks": Page(
        "Networks",
        "From events to network values and back, and what is trained in between.",
        (
            "codec",
            "transforms",
            "generators",
            "critics",
            "lipschitz",
            "networks",
            "nn",
            "noise",
            "streams",
            "spec",
            "classes",
            "testing",
        ),
    ),
    "training": Page(
        "Training",
        "What is learned from what loss, the one loop, and the journeys around it.",
        ("objectives", "training", "experiment"),
    ),
    "surrogate": Page(
        "Surrogates",
        "What is shipped, and what runs it.",
        ("surrogate", "zoo", "engines", "export", "bundle", "machine", "benchmark"),
    ),
    "production": Page(
        "Production",
        "Many events on many processes, here or on a cluster.",
        ("production",),
    ),
    "validation": Page(
        "Validation",
        "How far a surrogate can be trusted. Figures are functions of arrays and see no model.",
        ("observables", "distances", "binning", "validation", "classifier"),
    ),
}


class Key(NamedTuple):
    """A key of a recipe as the page shows it."""

    name: str
    kind: str
    default: str
    meaning: str


def reference_pages() -> dict[str, str]:
    """One page for each part of the library; raises ValueError for a part that has none."""
    package = ROOT / "src" / "cloudburst"
    parts = {
        p.stem for p in package.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()
    }
    homeless = (
        parts
        - {"__init__", "__main__", "cli"}
        - {part for page in _PAGES.values() for part in page.parts}
    )
    if homeless:
        raise ValueError(f"no page of the reference shows {', '.join(sorted(homeless))}")
    return {
        f"reference/{name}.md": f"# {page.title}\n\n{page.text}\n\n"
        + "".join(f"::: {module}\n" for part in page.parts for module in _modules(package, part))
        for name, page in _PAGES.items()
    }


def _modules(package: Path, part: str) -> list[str]:
    """The modules of a part that is there, a package's interface first."""
    if (package / f"{part}.py").is_file():
        return [f"cloudburst.{part}"]
    files = [f for f in (package / part).rglob("*.py") if f.name != "__init__.py"]
    files.sort(key=lambda f: (len(f.parts), f.stem != "base", f))
    return [".".join(f.relative_to(package.parent).with_suffix("").parts) for f in files]


def command_line_page() -> str:
    """What `--help` says of every command."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="cloudburst")
    return get_docs_for_click(obj=command, ctx=context, name="cloudburst", title="Command line")


def recipe_page() -> str:
    """Every key of a recipe, and the recipes that are shipped."""
    parts = [
        "# Recipe\n",
        "A recipe is one TOML file with everything that a training needs to know. "
        "`cloudburst train` takes its path, or the name of one that is shipped; "
        "`--set table.key=value` changes single keys. An unknown key is an error.\n",
        _section("The top level", Recipe, _model_keys(Recipe)),
        *(_section(f"[{name}]", model, _model_keys(model)) for name, model in _tables(Recipe)),
        _section("[training]", TrainConfig, _dataclass_keys(TrainConfig)),
        _section("[training.players.NAME]", PlayerConfig, _dataclass_keys(PlayerConfig)),
        _section("[training.players.NAME.schedule]", Schedule, _dataclass_keys(Schedule)),
        "## Recipes that are shipped\n",
    ]
    for name, path in shipped_recipes().items():
        parts.append(f"### {name}\n\n```toml\n{path.read_text(encoding='utf-8')}```\n")
    return "\n".join(parts)


def _section(title: str, cls: type, keys: Iterator[Key]) -> str:
    summary = (cls.__doc__ or "").split("Attributes:")[0].strip()
    rows = "\n".join(f"| `{k.name}` | {k.kind} | {k.default} | {k.meaning} |" for k in keys)
    summary = "\n".join(line.strip() for line in summary.splitlines())
    head = "| key | value | default | meaning |\n|---|---|---|---|"
    return f"## {title}\n\n{summary}\n\n{head}\n{rows}\n"


def _tables(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def _model_keys(model: type[BaseModel]) -> Iterator[Key]:
    tables = {*dict(_tables(model)), "training"}
    for name, field in model.model_fields.items():
        if name in tables:
            yield Key(name, "table", "", "see below")
            continue
        default = "required" if field.is_required() else _shown(field.default)
        yield Key(name, _kind(str(field.annotation)), default, field.description or "")


def _dataclass_keys(cls: type) -> Iterator[Key]:
    """The fields of a dataclass; their meaning stands in its docstring."""
    sections = griffe.Docstring(cls.__doc__ or "").parse("google")
    attributes = [s for s in sections if s.kind is griffe.DocstringSectionKind.attributes]
    meaning = {a.name: " ".join(a.description.split()) for s in attributes for a in s.value}
    for field in dataclasses.fields(cls):
        factory = field.default is dataclasses.MISSING
        default = "" if factory or dataclasses.is_dataclass(field.default) else field.default
        yield Key(field.name, _kind(str(field.type)), _shown(default), meaning[field.name])


def _kind(annotation: str) -> str:
    """A type in the words of TOML."""
    names = {"<class '": "", "'>": "", " | None": "", "dict[str, typing.Any]": "table"}
    for old, new in {**names, "Mapping[str, PlayerConfig]": "tables", "Schedule": "table"}.items():
        annotation = annotation.replace(old, new)
    return f"`{annotation}`"


def _shown(default: Any) -> str:
    if isinstance(default, dict):
        return ", ".join(f"`{key} = {value!r}`" for key, value in default.items())
    return "" if default in (None, "", []) else f"`{default}`"
