"""What is judged, and what it is held against."""

from __future__ import annotations

__all__ = ["Candidate", "FullSimulation", "load_candidate", "load_full_simulation"]

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from ..errors import ConditionError, FileError, RecipeError
from ..events import Events
from ..files import sha256
from ..formats import read_events
from ..surrogate import Surrogate
from .data import locate
from .recipe import ValidationTable
from .runs import load_surrogate, read_history
from .telling import Told

# A surrogate makes several events at each test event's conditions, up to about this many.
_CANDIDATES = 10_000


class FullSimulation(NamedTuple):
    """What a candidate is held against.

    Attributes:
        events: Its events.
        provenance: Where they came from.
        digest: The SHA-256 of their file.
    """

    events: Events
    provenance: dict[str, Any]
    digest: str

    @property
    def simulator(self) -> str:
        """What it is called."""
        return str(self.provenance.get("simulator", "Full simulation"))

    @property
    def ms_per_event(self) -> float | None:
        """Milliseconds that it took for an event, if that is known."""
        known = self.provenance.get("cpu_ms_per_event")
        return float(known) if isinstance(known, int | float) and known > 0 else None


class Candidate(NamedTuple):
    """What is judged.

    Attributes:
        name: What it is called.
        events: Its events.
        provenance: Where they came from.
        surrogate: What made them, if it is at hand.
        history: History of its training, if it is at hand.
    """

    name: str
    events: Events
    provenance: dict[str, Any]
    surrogate: Surrogate | None = None
    history: list[Any] | None = None

    @property
    def trained_on(self) -> str | None:
        """The SHA-256 of the file that it learned from, if that is known."""
        # events carry the provenance of the surrogate that made them
        for where in (self.provenance, self.provenance.get("surrogate")):
            data = where.get("data") if isinstance(where, dict) else None
            if isinstance(data, dict) and "sha256" in data:
                return str(data["sha256"])
        return None

    @property
    def rules(self) -> ValidationTable:
        """How its recipe wants it judged; by default where no recipe is known.

        Raises:
            RecipeError: The recipe is known, and is none of this version's.
        """
        for where in (self.provenance, self.provenance.get("surrogate")):
            recipe = where.get("recipe") if isinstance(where, dict) else None
            if isinstance(recipe, dict) and "validation" in recipe:
                return _rules(recipe["validation"], self.name)
        return ValidationTable()


def _rules(table: Any, name: str) -> ValidationTable:
    try:
        return ValidationTable.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, ("validation", *first["loc"])))
        raise RecipeError(
            f"{name}: its provenance holds a recipe that this version cannot follow "
            f"({key}: {first['msg']}); make it anew with this version"
        ) from error


def load_full_simulation(name: str | Path) -> FullSimulation:
    """Full simulation by its path or "sample:NAME"; raises FileError if it cannot be read."""
    path = locate(name)
    return FullSimulation(*read_events(path), sha256(path))


def load_candidate(
    path: Path, reference: Events, seed: int, packages: Collection[str], told: Told
) -> Candidate:
    """A file of events, or those that a surrogate makes at the conditions of a reference.

    Args:
        path: A file of events, or the folder of a run or surrogate.
        reference: Events of the full simulation.
        seed: Seed of the noise.
        packages: Packages besides cloudburst whose classes a surrogate may use.
        told: Hears how far it is.

    Raises:
        FileError: It cannot be read.
        ConditionError: The reference lacks a condition of the surrogate, or is out of its range.
    """
    if not path.exists():
        raise FileError(f"{path}: no such file of events, run or surrogate")
    if not path.is_dir():
        return Candidate(path.name, *read_events(path))
    surrogate = load_surrogate(path, packages)
    conditions = _conditions(surrogate, reference)
    parts = []
    for part in surrogate.iterate(conditions, seed):
        parts.append(part)
        told("sampling", sum(map(len, parts)), len(conditions))
    events = Events.concatenate(parts)
    recipe = surrogate.provenance.get("recipe")
    name = str(recipe.get("name", path.name)) if isinstance(recipe, dict) else path.name
    return Candidate(name, events, surrogate.provenance, surrogate, read_history(path))


def _conditions(surrogate: Surrogate, reference: Events) -> np.ndarray:
    names = [c.name for c in surrogate.detector.conditions]
    missing = set(names) - {c.name for c in reference.detector.conditions}
    if missing:
        raise ConditionError(
            f"the full simulation has no condition {', '.join(sorted(missing))}, "
            f"which the surrogate of '{surrogate.detector.name}' needs"
        )
    columns = np.stack([reference.condition(name) for name in names], axis=1)
    try:
        checked = surrogate.detector.check_conditions(columns)
    except ConditionError as error:
        raise ConditionError(f"{error}; judge a surrogate only where it was trained") from error
    return np.tile(checked, (max(1, _CANDIDATES // max(len(reference), 1)), 1))
