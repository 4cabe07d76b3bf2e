"""What a study trains: a recipe, changed along axes, with several seeds each.

```toml
name = "rates"
recipe = "mpd-tpc"                  # a path or the name of a shipped recipe
seeds = [0, 1, 2]                   # each point of the grid is trained with all of them

[changes]                           # of every training; keys as --set takes them
"training.steps" = 2000

[axes.rate]                         # every point takes one value of every axis, in order
slow = { "training.players.critic.rate" = 1e-4 }
fast = { "training.players.critic.rate" = 1e-3 }

[judge]                             # what the results are held against
file = "sample:mpd-tpc"
first = 800                         # events before it are left out, as training may use them
```
"""

from __future__ import annotations

__all__ = ["JudgeTable", "LimitTable", "Plan", "Point", "Trial", "load_plan"]

import itertools
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import RecipeError, nearest
from ..recipe import Recipe, load_recipe

Changes = dict[str, Any]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JudgeTable(_Table):
    """What the results are held against, and by what."""

    file: str = Field(description="events of the full simulation: a path, or 'sample:NAME'")
    first: int = Field(0, ge=0, description="the first event that is used")
    observables: list[str] | None = Field(
        None, description="observables of the trends' chi2; all of the detector if left out"
    )
    bins: int = Field(19, ge=2, description="bins of each condition that a trend has")
    splits: int = Field(5, ge=2, description="random halves of the events to average over")
    classifier: str = Field("quick", description="preset of classifiers; the hardest counts")


class LimitTable(_Table):
    """From where on a training counts as lost."""

    diverged: float = Field(
        1.5, gt=1, description="last validation figure over the smallest of the same training"
    )
    collapsed: float = Field(
        0.1, gt=0, lt=1, description="how far noise moves observables, over their whole spread"
    )


class Plan(_Table):
    """A study as its file says it."""

    name: str = Field(description="what it is called")
    description: str = Field("", description="one line on what it asks")
    recipe: str = Field(description="the recipe to start from: a path or a shipped one's name")
    seeds: list[int] = Field(
        [0, 1, 2], min_length=1, description="seeds of each point's trainings"
    )
    changes: Changes = Field({}, description="changes to the recipe for all trainings")
    axes: dict[str, dict[str, Changes]] = Field(description="by axis and value, changes to it")
    judge: JudgeTable
    limits: LimitTable = Field(default_factory=LimitTable)

    @property
    def points(self) -> list[Point]:
        """Every choice of one value for each axis, the last axis changing first."""
        return [Point(dict(zip(self.axes, one, strict=True))) for one in self._choices()]

    def _choices(self) -> list[tuple[str, ...]]:
        return list(itertools.product(*self.axes.values()))

    def trials(self, source: Path, settings: Sequence[str] = ()) -> list[Trial]:
        """All trainings, those with the first seed first.

        Args:
            source: The file of the study, for messages.
            settings: Changes on top of all others, as "training.steps=500".

        Raises:
            RecipeError: A change is none that the recipe knows.
        """
        pairs = itertools.product(sorted(set(self.seeds)), self.points)
        return [self._trial(source, point, seed, settings) for seed, point in pairs]

    def _trial(self, source: Path, point: Point, seed: int, settings: Sequence[str]) -> Trial:
        parts = [self.axes[axis][value] for axis, value in point.values.items()]
        own = {"training.seed": seed, "training.gauges": True}
        changes = [*self.changes.items(), *itertools.chain(*(p.items() for p in parts))]
        try:
            recipe = load_recipe(self.recipe, settings, [*changes, *own.items()])
        except RecipeError as error:
            raise RecipeError(f"{source}: {point.name}: {error}") from error
        return Trial(point, seed, recipe)


class Point(NamedTuple):
    """One value of each axis.

    Attributes:
        values: By axis, the value's name.
    """

    values: dict[str, str]

    @property
    def name(self) -> str:
        """As in messages and tables."""
        return ", ".join(f"{axis} = {value}" for axis, value in self.values.items())

    @property
    def folder(self) -> Path:
        """Where its runs lie, within the folder of all runs."""
        return Path(*map(_plain, self.values.values()))


class Trial(NamedTuple):
    """One training of a point.

    Attributes:
        point: The point.
        seed: Seed of everything random in it.
        recipe: All that it does.
    """

    point: Point
    seed: int
    recipe: Recipe

    @property
    def folder(self) -> Path:
        """The folder of the run, within the folder of all runs."""
        return self.point.folder / f"seed-{self.seed}"


def load_plan(path: Path) -> Plan:
    """Reads the file of a study.

    Raises:
        RecipeError: It cannot be read, or has an unknown key or a wrong value.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        plan = Plan.model_validate(data)
    except OSError as error:
        raise RecipeError(f"{path}: no such study ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: not a TOML file: {error}") from error
    except ValidationError as error:
        raise RecipeError(f"{path}: {_explain(error)}") from error
    _refuse_unclear(path, plan)
    return plan


def _refuse_unclear(path: Path, plan: Plan) -> None:
    """Raises RecipeError unless there is a grid whose points have folders of their own."""
    if not plan.axes or not all(plan.axes.values()):
        raise RecipeError(f"{path}: a study needs an axis, and a value of each, as [axes.rate]")
    for axis, values in plan.axes.items():
        folders = {value: _plain(value) for value in values}
        for value, folder in folders.items():
            same = [other for other in folders if folders[other] == folder]
            if not folder or len(same) > 1:
                raise RecipeError(
                    f"{path}: axes.{axis}: '{value}' needs letters or digits that tell it from "
                    "the others; choose another name"
                )
    if min(plan.seeds) < 0:
        raise RecipeError(f"{path}: seeds must not be negative, got {min(plan.seeds)}")


def _plain(name: str) -> str:
    """A name as one of a folder."""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")


def _explain(error: ValidationError) -> str:
    """The first problem in one line, with the nearest known key."""
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    key = ".".join(where)
    if first["type"] == "extra_forbidden":
        tables: dict[str, type[BaseModel]] = {"judge": JudgeTable, "limits": LimitTable}
        known = tables.get(where[0], Plan) if len(where) > 1 else Plan
        return f"unknown key '{key}'; {nearest(where[-1], known.model_fields)}"
    return f"'{key}' is missing" if first["type"] == "missing" else f"{key}: {first['msg']}"
