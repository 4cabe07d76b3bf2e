"""Several files of one calorimeter into one, told apart by a condition."""

from __future__ import annotations

__all__ = ["combine", "combined"]

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..detector import Condition, Detector
from ..errors import ConditionError, DataError
from ..events import Events
from ..files import sha256
from ..formats import read_events
from ..storage import write
from .data import locate
from .runs import refuse_file
from .telling import Told, silent


def combine(
    sources: Sequence[tuple[str, str]],
    path: Path,
    name: str,
    fixed: Mapping[str, float | str],
    seed: int = 0,
    overwrite: bool = False,
    told: Told = silent,
) -> int:
    """Writes one file of events out of several; returns how many there are.

    Args:
        sources: Label and file of each; files of one label may be several.
        path: The new file.
        name: Name of the condition that tells labels apart.
        fixed: Values of conditions that some files do not have.
        seed: Of the order of events, which is drawn.
        overwrite: Whether a file already there is replaced.
        told: Hears how far it is.

    Raises:
        FileError: A file cannot be read, or the new file is there.
        DataError: The files are not of one calorimeter.
        ConditionError: A condition is missing that `fixed` does not name.
    """
    refuse_file(path, overwrite)
    found = []
    for number, (label, file) in enumerate(sources):
        told("reading", number, len(sources), file)
        found.append((label, read_events(locate(file))[0]))
    events = combined(found, name, fixed)
    order = np.random.default_rng(seed).permutation(len(events))
    files = [{"label": label, "file": f, "sha256": sha256(locate(f))} for label, f in sources]
    provenance = {"combined": files, "condition": name, "fixed": dict(fixed), "seed": seed}
    write(path, events[order], provenance, overwrite)
    return len(events)


def combined(
    parts: Sequence[tuple[str, Events]], name: str, fixed: Mapping[str, float | str]
) -> Events:
    """Events of several labels, one after the other, under one detector.

    Its conditions are those of the part that has most of them, with the label in the second
    place, so that the energy stays the first. If all have one label, it is left out.

    Args:
        parts: Labels and events.
        name: Name of the condition that tells labels apart.
        fixed: Values of conditions that some parts do not have.

    Raises:
        DataError: There are fewer than two parts, or readouts or conditions differ.
        ConditionError: A condition is missing that `fixed` does not name, or out of range.
    """
    labels = tuple(dict.fromkeys(label for label, _ in parts))
    if len(parts) < 2:
        raise DataError(f"one file alone cannot be combined, got {list(labels)}")
    detector = max((events.detector for _, events in parts), key=lambda d: len(d.conditions))
    if len(labels) > 1:
        detector = _labelled(detector, Condition(name, "", 0, len(labels) - 1, labels))
    _refuse_unknown(detector, fixed)
    moved = [_under(detector, e, {**fixed, name: labels.index(label)}) for label, e in parts]
    return Events.concatenate(moved)


def _labelled(detector: Detector, label: Condition) -> Detector:
    first, *others = detector.conditions
    return Detector(
        f"{detector.name}_by_{label.name}",
        (first, label, *others),
        detector.readouts,
        detector.source,
    )


def _refuse_unknown(detector: Detector, fixed: Mapping[str, float | str]) -> None:
    for name in fixed:
        detector.condition_index(name)


def _under(detector: Detector, events: Events, fixed: Mapping[str, float | str]) -> Events:
    """Events with the conditions of a wider detector."""
    own = {condition.name: condition for condition in events.detector.conditions}
    others = [c.name for c in own.values() if c not in detector.conditions]
    if others or events.detector.readouts != detector.readouts:
        raise DataError(
            f"'{events.detector.name}' is not the calorimeter of '{detector.name}': "
            f"{', '.join(others) or 'its readouts'} differ"
        )
    columns = []
    for condition in detector.conditions:
        if condition.name in own:
            columns.append(events.condition(condition.name))
        elif condition.name in fixed:
            value = fixed[condition.name]
            number = condition.category(value) if isinstance(value, str) else value
            columns.append(np.full(len(events), number, np.float32))
        else:
            raise ConditionError(
                f"events of '{events.detector.name}' have no '{condition.name}'; say what it was, "
                f"as --condition {condition.name}=0"
            )
    conditions = detector.check_conditions(np.stack(columns, axis=1))
    return Events(detector, conditions, events.readouts)
