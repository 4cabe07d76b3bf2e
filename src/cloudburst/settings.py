"""Settings given as text."""

from __future__ import annotations

__all__ = ["parse_setting"]

import tomllib
from typing import Any

from .errors import RecipeError


def parse_setting(setting: str, example: str) -> tuple[str, Any]:
    """Key and value of "KEY=VALUE"; the value is TOML, or else text.

    Args:
        setting: The text.
        example: A setting that makes sense, for the message.

    Raises:
        RecipeError: It is not of that form.
    """
    key, equals, text = setting.partition("=")
    if not equals or not key.strip():
        raise RecipeError(f"--set needs KEY=VALUE as '{example}', got '{setting}'")
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        parsed = {}
    # text of several lines may hold more keys
    return key.strip(), parsed["value"] if len(parsed) == 1 else text
