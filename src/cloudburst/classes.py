"""Classes by name: the only import by name that there is, and only from trusted packages."""

from __future__ import annotations

__all__ = ["construct", "resolve"]

import importlib
import inspect
import sys
from collections.abc import Collection
from typing import Any, TypeVar

from .errors import CloudburstError, SpecError, nearest

T = TypeVar("T")


def resolve(name: str, kind: type[T], packages: Collection[str] = ()) -> type[T]:
    """The class called "module:Name"; imports only trusted packages.

    Raises:
        SpecError: There is no such class, or it is not a `kind`.
    """
    module, _, attribute = str(name).partition(":")
    root = module.partition(".")[0]
    if root not in {"cloudburst", *packages}:
        raise SpecError(
            f"'{name}' is not part of cloudburst; if you trust the package '{root}', "
            f"name it under `packages` of the recipe or pass --allow {root}"
        )
    try:
        found = getattr(
            sys.modules.get(module) or importlib.import_module(module), attribute, None
        )
    except ImportError as error:
        raise SpecError(f"'{name}' cannot be imported: {error}") from error
    if not (isinstance(found, type) and issubclass(found, kind)):
        raise SpecError(f"'{name}' is not a {kind.__name__}")
    if inspect.isabstract(found):
        raise SpecError(f"'{name}' is abstract; name one of its subclasses")
    return found


def construct(function: Any, arguments: dict[str, Any]) -> Any:
    """Calls a class or its classmethod; wrong arguments become a SpecError with a hint."""
    name = getattr(function, "__qualname__", repr(function))
    parameters = inspect.signature(function).parameters
    for key in arguments:
        if key not in parameters:
            raise SpecError(f"{name} has no argument '{key}'; {nearest(key, parameters)}")
    try:
        return function(**arguments)
    except CloudburstError:
        raise
    except (TypeError, ValueError, RuntimeError) as error:
        raise SpecError(f"{name}: {error}") from error
