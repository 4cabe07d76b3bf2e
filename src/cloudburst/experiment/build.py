"""From the tables of a recipe to components."""

from __future__ import annotations

__all__ = ["build_codec", "build_objective", "build_steps"]

from collections.abc import Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor

from ..classes import construct, resolve
from ..codec import Batch, Codec, Features
from ..critics import Critic
from ..detector import Detector
from ..errors import SpecError
from ..events import Events
from ..generators import Generator
from ..objectives import Objective
from ..spec import Component
from ..transforms import Step, Transform
from .recipe import Recipe, Table

T = TypeVar("T")


def build_codec(recipe: Recipe, events: Events) -> Codec:
    """The recipe's codec, fitted to events; raises SpecError for a class that does not fit."""
    return build_steps(recipe.codec.steps, recipe.codec.features, events, recipe.packages)


def build_steps(
    steps: Sequence[Table], features: Table, events: Events, packages: Sequence[str] = ()
) -> Codec:
    """A codec of these steps and features, as in a recipe's tables, fitted to events."""
    cls = resolve(_name(features), Features, packages)
    options = {k: v for k, v in features.items() if k != "class"}
    told = construct(cls.for_detector, {"detector": events.detector, **options})
    return Codec.fit(events, [_step(step, packages) for step in steps], told)


def build_objective(recipe: Recipe, codec: Codec, batch: Batch) -> Objective:
    """The recipe's objective with its players, initialised from the training's seed.

    Args:
        recipe: What to build.
        codec: What the networks' values mean.
        batch: Training events, for objectives that take numbers from data.
    """
    packages = recipe.packages
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.training.seed)
        parts: dict[str, Any] = {"generator": _generator(recipe, codec, batch)}
        if recipe.critic is not None:
            parts["critic"] = _make(recipe.critic, Critic, codec, packages)
        options = _options(recipe.objective, codec, packages)
        cls = resolve(_name(recipe.objective), Objective, packages)
        arguments = {"codec": codec, **parts, **options}
        if hasattr(cls, "for_data"):
            return construct(cls.for_data, {"batch": batch, **arguments})
        return construct(cls, arguments)


def _generator(recipe: Recipe, codec: Codec, batch: Batch) -> Generator:
    """The recipe's generator; one that takes numbers from data is told of them."""
    cls = resolve(_name(recipe.generator), Generator, recipe.packages)
    if not hasattr(cls, "for_data"):
        return _make(recipe.generator, Generator, codec, recipe.packages)
    options = _options(recipe.generator, codec, recipe.packages)
    made: Generator = construct(cls.for_data, {"codec": codec, "batch": batch, **options})
    return made


def _make(table: Table, kind: type[T], codec: Codec, packages: Sequence[str]) -> T:
    """A component; one whose sizes depend on the codec is told of it."""
    cls = resolve(_name(table), kind, packages)
    options = _options(table, codec, packages)
    if hasattr(cls, "for_codec"):
        return construct(cls.for_codec, {"codec": codec, **options})
    return construct(cls, options)


def _options(table: Table, codec: Codec, packages: Sequence[str]) -> dict[str, Any]:
    """The options of a component; tables among them, and in lists, become components."""

    def value(given: Any) -> Any:
        if isinstance(given, dict):
            return _make(given, Component, codec, packages)
        return [value(v) for v in given] if isinstance(given, list) else given

    return {key: value(given) for key, given in table.items() if key != "class"}


def _step(table: Table, packages: Sequence[str]) -> Step:
    """A transform, or the fit of one that needs data; lists of tables are steps themselves."""
    cls = resolve(_name(table), Transform, packages)
    options = {
        key: [_step(v, packages) if isinstance(v, dict) else v for v in value]
        if isinstance(value, list)
        else value
        for key, value in table.items()
        if key != "class"
    }
    if not hasattr(cls, "fit"):
        return construct(cls, options)

    def fit(x: Tensor, c: Tensor, detector: Detector) -> Transform:
        return construct(cls.fit, {"x": x, "c": c, "detector": detector, **options})

    return fit


def _name(table: Table) -> str:
    if "class" not in table:
        raise SpecError(f"a component needs a 'class' such as 'cloudburst.nn:MLP', got {table}")
    return str(table["class"])
