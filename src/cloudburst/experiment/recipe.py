"""Recipes: one TOML file that says data, codec, networks, objective, training and validation."""

from __future__ import annotations

__all__ = [
    "CodecTable",
    "DataTable",
    "Recipe",
    "ValidationTable",
    "load_recipe",
    "shipped_recipes",
]

import copy
import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import tomli_w
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..errors import DataError, RecipeError, TrainingError, nearest
from ..settings import parse_setting
from ..training import PlayerConfig, Schedule, TrainConfig
from ..validation.gates import GateLimits

Table = dict[str, Any]
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _signs(mirror: Any) -> Any:
    """Axes with the conditions that change sign; a list is of axes with none."""
    return dict.fromkeys(mirror, ()) if isinstance(mirror, list) else mirror


class DataTable(_Table):
    """What is learned from."""

    file: str = Field(description="events: a path, or 'sample:NAME' for one that is shipped")
    readouts: list[str] | None = Field(None, description="readouts to learn; all if left out")
    events: int | None = Field(None, ge=1, description="how many events to use; all if left out")
    validation: float = Field(
        0.1, gt=0, lt=1, description="share kept from training, to choose the best step by"
    )
    left_out: dict[str, tuple[float, float]] = Field(
        {}, description="slices of conditions kept from training, to see how well it interpolates"
    )
    mirror: Annotated[dict[str, list[str]], BeforeValidator(_signs)] = Field(
        {},
        description="axes along which training events are mirrored too, each with the conditions "
        "that change sign, or a list of axes; only true symmetries",
    )


class CodecTable(_Table):
    """How events become network values."""

    steps: list[Table] = Field(description="transforms, each with its 'class', in order")
    features: Table = Field(
        default={"class": "cloudburst.codec:ScaledFeatures"},
        description="what the networks are told of the conditions",
    )


class ValidationTable(_Table):
    """How the result is judged."""

    rounds: int = Field(1, ge=1, description="rounds of five trainings of each classifier")
    events: int | None = Field(None, ge=1, description="largest number of test events to use")
    pairs: list[dict[str, float]] = Field(
        [],
        description="conditions at which pairs of events are shown; over the range if left out",
    )
    gates: GateLimits = Field(
        default_factory=GateLimits, description="what a release is allowed, gate by gate"
    )


class Recipe(_Table):
    """Everything that a training needs to know."""

    name: str = Field(description="what it is called")
    description: str = Field("", description="one line on what it makes")
    packages: list[str] = Field(
        [], description="packages besides cloudburst whose classes it names"
    )
    data: DataTable
    codec: CodecTable
    generator: Table = Field(description="'class' of a generator and its options")
    critic: Table | None = Field(None, description="'class' of a critic, if the objective has one")
    objective: Table = Field(description="'class' of an objective, its options and penalties")
    training: TrainConfig = Field(default_factory=TrainConfig)
    validation: ValidationTable = Field(default_factory=ValidationTable)

    def to_toml(self) -> str:
        """The recipe, with every default written out, as a TOML document."""
        return tomli_w.dumps(self.model_dump(exclude_none=True))


def shipped_recipes() -> dict[str, Path]:
    """The recipes that the package ships, by name."""
    folder = Path(str(resources.files("cloudburst") / "recipes"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def load_recipe(
    name: str | Path, settings: Sequence[str] = (), changes: Sequence[tuple[str, Any]] = ()
) -> Recipe:
    """Reads a recipe.

    Args:
        name: A path, or the name of a shipped recipe.
        settings: Changes to it, as "training.steps=500"; values are TOML, or else text.
        changes: Keys as "training.steps" and their values, which are changed before.

    Raises:
        RecipeError: There is no such recipe, or it has an unknown key or a wrong value.
    """
    shipped = shipped_recipes()
    path = Path(name) if Path(name).is_file() else shipped.get(str(name))
    if path is None:
        raise RecipeError(f"{name}: no such file or shipped recipe; {nearest(str(name), shipped)}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: not a TOML file: {error}") from error
    for key, value in (*changes, *map(_parsed, settings)):
        _set(data, key, value)
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        raise RecipeError(f"{path}: {_explain(error)}") from error
    except (TrainingError, DataError) as error:
        raise RecipeError(f"{path}: {error}") from error


def _parsed(setting: str) -> tuple[str, Any]:
    return parse_setting(setting, "training.steps=500")


def _set(data: Table, key: str, value: Any) -> None:
    *tables, last = key.split(".")
    for table in tables:
        data = data.setdefault(table, {})
        if not isinstance(data, dict):
            raise RecipeError(f"{key} cannot be set: '{table}' is not a table")
    # what is changed later must not change what others share
    data[last] = copy.deepcopy(value)


def _explain(error: ValidationError) -> str:
    """The first problem of a recipe in one line, with the nearest known key."""
    # a key that is misspelt is missing too: the first is what helps
    first = min(error.errors(), key=lambda each: each["type"] not in _UNKNOWN)
    where = [str(part) for part in first["loc"]]
    key = ".".join(where)
    if first["type"] in _UNKNOWN:
        return f"unknown key '{key}'; {nearest(where[-1], _known(where[:-1]))}"
    if first["type"] == "missing":
        return f"'{key}' is missing"
    return f"{key}: {first['msg']}"


def _known(where: list[str]) -> list[str]:
    """The keys that a table of the recipe may have."""
    tables: dict[str, Any] = {
        "": Recipe,
        "data": DataTable,
        "codec": CodecTable,
        "validation": ValidationTable,
        "validation.gates": GateLimits,
        "training": TrainConfig,
        "training.players": PlayerConfig,
        "training.players.schedule": Schedule,
    }
    parts = [part for i, part in enumerate(where) if not (i == 2 and where[1] == "players")]
    table = tables.get(".".join(parts), Recipe)
    return list(getattr(table, "model_fields", None) or table.__dataclass_fields__)
