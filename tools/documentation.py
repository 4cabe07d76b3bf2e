"""What MkDocs does besides its own: pages made from elsewhere, and formulas as MathML.

MathML is part of HTML, so that the pages need no script and nothing from another site.
"""

from __future__ import annotations

__all__ = ["command_line_page", "on_files", "on_page_content", "recipe_page"]

import dataclasses
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import griffe
import typer
from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files
from pydantic import BaseModel
from typer.cli import get_docs_for_click

from cloudburst.cli import app
from cloudburst.experiment import Recipe, shipped_recipes
from cloudburst.training import PlayerConfig, Schedule, TrainConfig

ROOT = Path(__file__).parents[1]
_FORMULA = re.compile(r'<(span|div) class="arithmatex">(.*?)</\1>', re.DOTALL)


class Key(NamedTuple):
    """A key of a recipe as the page shows it."""

    name: str
    kind: str
    default: str
    meaning: str


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Adds the pages that are not written in `docs/`."""
    pages = {"reference/cli.md": command_line_page(), "reference/recipe.md": recipe_page()}
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pages[name.lower()] = text.replace("](docs/", "](")
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_content(html: str, **_: Any) -> str:
    """Turns the formulas of a page, written in TeX, into MathML."""
    return _FORMULA.sub(_mathml, html)


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
    return f"## {title}\n\n{summary}\n\n| key | value | default | meaning |\n|---|---|---|---|\n{rows}\n"


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


def _mathml(match: re.Match[str]) -> str:
    tag, formula = match.groups()
    display = "block" if tag == "div" else "inline"
    # without the delimiters \( \) or \[ \]
    return convert(unescape(formula).strip()[2:-2], display=display)
