"""The sampling journey: a surrogate makes a file of events."""

from __future__ import annotations

__all__ = ["Request", "conditions_from", "draw_conditions", "sample", "sample_journey"]

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import units
from ..detector import Detector
from ..errors import ConditionError
from ..events import Events
from ..formats import iterate_events, read_header
from ..storage import Writer
from ..surrogate import Surrogate
from .environment import environment
from .runs import load_surrogate, refuse_file
from .telling import Told, silent


class Request(NamedTuple):
    """Which events are wanted.

    Attributes:
        events: How many, or None for one for each event of `source`.
        fixed: Values of conditions that are the same in all events, in the detector's units, or
            names of categories.
        source: File whose events' conditions are taken, or None to draw them.
    """

    events: int | None
    fixed: Mapping[str, float | str]
    source: Path | None

    def conditions(self, detector: Detector, seed: int) -> NDArray[np.float32]:
        """The conditions of the wanted events, with shape (N, C)."""
        if self.source is not None:
            return conditions_from(self.source, detector, self.events)
        return draw_conditions(detector, self.events or 0, seed, self.fixed)


def sample_journey(
    folder: Path,
    path: Path,
    request: Request,
    seed: int = 0,
    batch: int = 1024,
    extrapolate: bool = False,
    packages: Collection[str] = (),
    overwrite: bool = False,
    told: Told = silent,
    engine: str = "eager",
) -> int:
    """Loads a surrogate and writes the wanted events; returns how many.

    Args:
        folder: Folder of a run or surrogate.
        path: The file of events.
        request: Which events.
        seed: Seed of drawn conditions and of the noise.
        batch: Events made at once; the bytes do not depend on it.
        extrapolate: Whether conditions outside the trained range are let through.
        packages: Packages besides cloudburst whose classes the surrogate may use.
        overwrite: Whether a file already there is replaced.
        told: Hears how far it is.
        engine: Name of what makes the events, "auto" for the fastest here.

    Raises:
        FileError: The surrogate cannot be read, or the file is there.
        ConditionError: A condition is unknown or outside the trained range.
    """
    refuse_file(path, overwrite)
    told("loading", 0, None)
    surrogate = load_surrogate(folder, packages)
    conditions = request.conditions(surrogate.detector, seed)
    n = len(conditions)

    def heard(done: int) -> None:
        told("sampling", done, n)

    if engine == "auto":
        told("choosing", 0, None)
        engine = surrogate.choose_engine().engine
    sample(surrogate, path, conditions, seed, batch, extrapolate, overwrite, heard, engine)
    return n


def draw_conditions(
    detector: Detector, n: int, seed: int, fixed: Mapping[str, float | str]
) -> NDArray[np.float32]:
    """Conditions drawn uniformly over their ranges, with shape (n, C).

    Args:
        detector: Whose conditions they are.
        n: How many events.
        seed: Seed of the draw.
        fixed: Values of conditions that are the same in all events, in the detector's units, or
            names of categories.

    Raises:
        ConditionError: The detector has no such condition, or n is not positive.
    """
    if n < 1:
        raise ConditionError(f"needs at least one event, got {n}")
    conditions = detector.draw_conditions(n, np.random.default_rng(seed))
    for name, value in fixed.items():
        column = detector.condition_index(name)
        named = isinstance(value, str)
        conditions[:, column] = detector.conditions[column].category(value) if named else value
    return conditions


def conditions_from(path: Path, detector: Detector, n: int | None) -> NDArray[np.float32]:
    """The conditions of the events of a file, from the first on and over again up to n.

    Raises:
        FileError: The file cannot be read.
        ConditionError: Its events have other conditions than the detector.
        DataError: They have one in a unit that cannot be converted.
    """
    header = read_header(path)
    missing = {c.name for c in detector.conditions} - {c.name for c in header.detector.conditions}
    if missing:
        raise ConditionError(
            f"{path}: its events have no {', '.join(sorted(missing))}, "
            f"which '{detector.name}' needs"
        )
    columns = np.concatenate([_columns(events, detector) for events in iterate_events(path)])
    return np.resize(columns, (n or len(columns), columns.shape[1]))


def _columns(events: Events, detector: Detector) -> NDArray[np.float32]:
    """The conditions of events in a detector's order and units, with shape (N, C)."""
    given = {c.name: c.unit for c in events.detector.conditions}
    columns = [
        events.condition(c.name) * np.float32(units.ratio(given[c.name], c.unit))
        for c in detector.conditions
    ]
    return np.stack(columns, axis=1)


def sample(
    surrogate: Surrogate,
    path: Path,
    conditions: NDArray[np.float32],
    seed: int,
    batch: int = 1024,
    extrapolate: bool = False,
    overwrite: bool = False,
    report: Callable[[int], None] | None = None,
    engine: str = "eager",
) -> None:
    """Writes events of a surrogate to a file, holding one batch in memory.

    Args:
        surrogate: What makes them.
        path: The file.
        conditions: Physical conditions, with shape (N, C).
        seed: Seed of the noise.
        batch: Events made at once; the bytes do not depend on it.
        extrapolate: Whether conditions outside the trained range are let through.
        overwrite: Whether a file already there is replaced.
        report: Told how many events are done.
        engine: Name of what makes the events.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        ConditionError: A condition is outside the trained range.
    """
    surrogate.check_conditions(conditions, extrapolate)
    provenance = {
        "simulator": "cloudburst surrogate",
        "seed": seed,
        "engine": engine,
        "surrogate": surrogate.provenance,
        "environment": environment(),
    }
    with Writer(path, surrogate.detector, provenance, overwrite) as writer:
        for events in surrogate.iterate(conditions, seed, 0, batch, extrapolate, engine):
            writer.append(events)
            if report:
                report(writer.events)
