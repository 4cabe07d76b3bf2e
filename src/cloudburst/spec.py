"""Components as plain data, and back.

A component is described as `{"class": "module:Name", argument: value, ...}`. Building one
runs no code of a class that is not of the wanted kind: modules outside the trusted packages
are never imported, and the class is checked before any argument is built.
"""

from __future__ import annotations

__all__ = ["Component", "build", "describe"]

import functools
import inspect
from collections.abc import Collection
from typing import Any, TypeVar

import torch

from .classes import construct, resolve
from .errors import SpecError

T = TypeVar("T")


class Component:
    """A class whose instances remember the arguments that they were built with."""

    arguments: dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" not in cls.__dict__:
            return
        init = cls.__init__
        signature = inspect.signature(init)

        @functools.wraps(init)
        def recorded(self: Component, *args: Any, **kwargs: Any) -> None:
            if "arguments" not in self.__dict__:
                bound = signature.bind(self, *args, **kwargs)
                bound.apply_defaults()
                self.__dict__["arguments"] = dict(list(bound.arguments.items())[1:])
            init(self, *args, **kwargs)

        cls.__init__ = recorded  # type: ignore[method-assign]


def describe(value: Any) -> Any:
    """Plain data for a component; of tensors only the shape, their values travel apart.

    Raises:
        SpecError: An argument is no plain data, or a class is not at the top of a module.
    """
    if isinstance(value, Component):
        # a class without a constructor of its own has no arguments to remember
        arguments = value.__dict__.get("arguments", {})
        return {"class": _name(type(value)), **{k: describe(v) for k, v in arguments.items()}}
    if isinstance(value, torch.Tensor):
        return {"tensor": list(value.shape)}
    if isinstance(value, list | tuple):
        return [describe(v) for v in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise SpecError(f"a {type(value).__name__} cannot be written down as plain data")


def build(data: Any, kind: type[T], packages: Collection[str] = ()) -> T:
    """The component that `data` describes.

    Args:
        data: What `describe` returned.
        kind: Class that the component must be a subclass of.
        packages: Packages besides cloudburst whose classes may be used.

    Raises:
        SpecError: The class is unknown, of another kind or from an untrusted package, or its
            arguments do not fit.
    """
    if not isinstance(data, dict) or "class" not in data:
        raise SpecError(f"a {kind.__name__} is described by a table with a 'class', not {data!r}")
    cls = resolve(data["class"], kind, packages)
    arguments = {k: _value(v, packages) for k, v in data.items() if k != "class"}
    return construct(cls, arguments)


def _name(cls: type) -> str:
    if "." in cls.__qualname__:
        raise SpecError(f"'{cls.__qualname__}' must be defined at the top of its module")
    return f"{cls.__module__}:{cls.__name__}"


def _value(data: Any, packages: Collection[str]) -> Any:
    if isinstance(data, list):
        return [_value(v, packages) for v in data]
    if isinstance(data, dict) and "tensor" in data:
        return _zeros(data["tensor"])
    if isinstance(data, dict):
        return build(data, Component, packages)
    return data


def _zeros(shape: Any) -> torch.Tensor:
    try:
        return torch.zeros(shape)
    except (TypeError, RuntimeError) as error:
        raise SpecError(f"{shape!r} is not the shape of a tensor: {error}") from error
