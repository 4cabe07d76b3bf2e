"""Packages that come with an extra: imported where they are there, else asked for by name."""

from __future__ import annotations

__all__ = ["require"]

import importlib
from types import ModuleType

from .errors import MissingExtraError


def require(module: str, extra: str) -> ModuleType:
    """The module of a package that an extra installs.

    Args:
        module: Its full name, as "dask.distributed".
        extra: The extra of cloudburst that brings it, as "cluster".

    Raises:
        MissingExtraError: It is not installed; the text says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        raise MissingExtraError(
            f"'{error.name}' is not installed: pip install 'cloudburst[{extra}]'"
        ) from error
