"""What is known of a candidate's training: its events, and what was left out of them."""

from __future__ import annotations

__all__ = ["learned_from"]

from typing import Any

from pydantic import ValidationError

from ..errors import CloudburstError
from ..files import sha256
from .candidate import Candidate
from .data import load_data, locate
from .evidence import Learned
from .recipe import DataTable


def learned_from(judged: Candidate) -> Learned:
    """The events that a candidate was trained on, if their file is where its recipe says."""
    for where in judged.origins:
        recipe = where.get("recipe")
        if isinstance(recipe, dict) and isinstance(recipe.get("data"), dict):
            return _from_recipe(recipe, judged.trained_on)
    return Learned()


def _from_recipe(recipe: dict[str, Any], digest: str | None) -> Learned:
    try:
        table = DataTable.model_validate(recipe["data"])
        seed = int(recipe["training"]["seed"])
        known = Learned(left_out={k: (low, high) for k, (low, high) in table.left_out.items()})
        if sha256(locate(table.file)) != digest:
            return known
        return Learned(load_data(table, seed).training, known.left_out)
    except (ValidationError, CloudburstError, OSError, KeyError, TypeError, ValueError):
        # a report must not fail for want of what it can do without
        return Learned()
