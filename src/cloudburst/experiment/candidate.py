"""What is judged, and what it is held against."""

from __future__ import annotations

__all__ = ["Candidate", "FullSimulation", "load_candidate", "load_full_simulation"]

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from ..errors import ConditionError, FileError, RecipeError
from ..events import Events
from ..files import sha256
from ..formats import load_events, read_header
from ..surrogate import Surrogate
from ..validation.gates import Unusable
from .common import usable
from .data import locate
from .recipe import ValidationTable
from .runs import load_surrogate, read_history
from .salvage import salvage
from .telling import Told

# A surrogate makes several events at each test event's conditions, up to about this many.
_CANDIDATES = 10_000
_NONE = Unusable(0, 0)


@dataclasses.dataclass(frozen=True)
class FullSimulation:
    """What a candidate is held against.

    Attributes:
        events: Its events.
        provenance: Where they came from.
        digest: The SHA-256 of their file.
        unusable: Events of the file that had to be left out.
    """

    events: Events
    provenance: dict[str, Any]
    digest: str
    unusable: Unusable = _NONE

    @property
    def simulator(self) -> str:
        """What it is called."""
        return str(self.provenance.get("simulator", "Full simulation"))

    @property
    def ms_per_event(self) -> float | None:
        """Milliseconds that it took for an event, if that is known."""
        return _cost(self.provenance)


@dataclasses.dataclass(frozen=True)
class Candidate:
    """What is judged.

    Attributes:
        name: What it is called.
        events: Its events.
        provenance: Where they came from.
        surrogate: What made them, if it is at hand.
        history: History of its training, if it is at hand.
        unusable: Events that had to be left out.
        folder: Folder of the run or surrogate, None for a file.
    """

    name: str
    events: Events
    provenance: dict[str, Any]
    surrogate: Surrogate | None = None
    history: list[Any] | None = None
    unusable: Unusable = _NONE
    folder: Path | None = None

    @property
    def ms_per_event(self) -> float | None:
        """Milliseconds that an event of a file took, if its provenance says so."""
        return _cost(self.provenance)

    @property
    def origins(self) -> list[dict[str, Any]]:
        """What may tell of a training: the provenance, and that of the surrogate behind it."""
        # events carry the provenance of the surrogate that made them
        parts = (self.provenance, self.provenance.get("surrogate"))
        return [part for part in parts if isinstance(part, dict)]

    @property
    def trained_on(self) -> str | None:
        """The SHA-256 of the file that it learned from, if that is known."""
        for where in self.origins:
            data = where.get("data")
            if isinstance(data, dict) and "sha256" in data:
                return str(data["sha256"])
        return None

    @property
    def rules(self) -> ValidationTable:
        """How its recipe wants it judged; by default where no recipe is known.

        Raises:
            RecipeError: The recipe is known, and is none of this version's.
            ConditionError: It names a condition that there is not.
        """
        for where in self.origins:
            recipe = where.get("recipe")
            if isinstance(recipe, dict) and "validation" in recipe:
                rules = _rules(recipe["validation"], self.name)
                for condition in {name for pair in rules.pairs for name in pair}:
                    self.events.detector.condition_index(condition)
                return rules
        return ValidationTable()


def _cost(provenance: dict[str, Any]) -> float | None:
    known = provenance.get("cpu_ms_per_event")
    return float(known) if isinstance(known, int | float) and known > 0 else None


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


def load_full_simulation(name: str | Path, most: int | None = None) -> FullSimulation:
    """Full simulation by its path or "sample:NAME".

    Args:
        name: The path or sample.
        most: Largest number of events to read.

    Raises:
        FileError: It cannot be read.
        DataError: None of its events can be used.
    """
    path = locate(name)
    events, left_out = usable(load_events(path, slice(most)), str(name))
    return FullSimulation(events, read_header(path).provenance, sha256(path), left_out)


def load_candidate(
    path: Path,
    reference: Events,
    seed: int,
    packages: Collection[str],
    told: Told,
    most: int | None = None,
) -> Candidate:
    """A file of events, or those that a surrogate makes at the conditions of a reference.

    Args:
        path: A file of events, or the folder of a run or surrogate.
        reference: Events of the full simulation.
        seed: Seed of the noise.
        packages: Packages besides cloudburst whose classes a surrogate may use.
        told: Hears how far it is.
        most: Largest number of events to read or make.

    Raises:
        FileError: It cannot be read.
        DataError: None of its events can be used.
        ConditionError: The reference lacks a condition of the surrogate, or is out of its range.
    """
    if not path.exists():
        raise FileError(f"{path}: no such file of events, run or surrogate")
    if not path.is_dir():
        events, left_out = usable(load_events(path, slice(most)), str(path))
        return Candidate(path.name, events, read_header(path).provenance, unusable=left_out)
    surrogate = load_surrogate(path, packages)
    conditions = _conditions(surrogate, reference)[:most]
    made = salvage(
        surrogate, conditions, seed, lambda done: told("sampling", done, len(conditions))
    )
    recipe = surrogate.provenance.get("recipe")
    name = str(recipe.get("name", path.name)) if isinstance(recipe, dict) else path.name
    return Candidate(
        name, made.events, surrogate.provenance, surrogate, read_history(path), made.unusable, path
    )


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
