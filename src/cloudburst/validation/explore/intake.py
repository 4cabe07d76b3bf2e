"""Reading a file that may be damaged: what is wrong is named and counted, the rest comes.

The whole file is looked through, block by block, so that memory holds no more than the events
that are kept. An event is left out if it cannot be read, has a condition out of range or a
value that is not finite or negative; repeated and empty ones are counted and kept.
"""

from __future__ import annotations

__all__ = ["Intake", "Problem", "take_in"]

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ... import storage
from ...detector import Detector
from ...errors import DataError, FileError
from ...events import Events
from ...formats import Format, read_header, recognise

_BLOCK_BYTES = 2**24
# Where a block cannot be read, it is halved down to this size: chunks of files are no smaller.
_SMALLEST = 16
_NAMED = 5

Bad = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True)
class Problem:
    """One kind of trouble.

    Attributes:
        what: What is wrong, as "layer_1 is negative".
        events: How many events have it.
        first: The numbers of the first of them in the file.
        lost: Whether they are left out of everything that follows.
    """

    what: str
    events: int
    first: tuple[int, ...]
    lost: bool = True


@dataclasses.dataclass(frozen=True)
class Intake:
    """What came of a file.

    Attributes:
        events: The sound events that were kept, evenly over the file.
        numbers: Their numbers in the file, with shape (N,).
        total: Events in the file.
        sound: Sound events in the file.
        problems: What is wrong, the most frequent first.
    """

    events: Events
    numbers: NDArray[np.int64]
    total: int
    sound: int
    problems: tuple[Problem, ...]


def take_in(path: Path, most: int = 10_000, progress: Progress | None = None) -> Intake:
    """Looks through a file of any known layout.

    Args:
        path: The file.
        most: How many events to keep for study, evenly over the file.
        progress: Told how many events were looked at, and how many there are.

    Raises:
        FileError: The file cannot be opened, or none of its events can be read.
        DataError: None of its events is sound.
    """
    layout = recognise(path)
    header = read_header(path, layout)
    found = _Found(header.detector, header.events, most)
    for first, part in _blocks(path, layout, header.events, _block(header.detector)):
        if isinstance(part, int):
            found.unreadable(first, part)
        else:
            found.add(first, part)
        if progress:
            progress(min(first + _length(part), header.events), header.events)
    return found.finish(path)


def _block(detector: Detector) -> int:
    return max(_SMALLEST, min(4096, _BLOCK_BYTES // (4 * (detector.cells + 1))))


def _length(part: Events | int) -> int:
    return part if isinstance(part, int) else len(part)


def _blocks(
    path: Path, layout: Format | None, total: int, size: int
) -> Iterator[tuple[int, Events | int]]:
    """Blocks with the number of their first event; of what cannot be read, only the length."""
    load = storage.load if layout is None else layout.load

    def read(start: int, stop: int) -> Iterator[tuple[int, Events | int]]:
        try:
            yield start, load(path, slice(start, stop))
        except (FileError, DataError):
            if stop - start <= _SMALLEST:
                yield start, stop - start
                return
            middle = (start + stop) // 2
            yield from read(start, middle)
            yield from read(middle, stop)

    for start in range(0, total, size):
        yield from read(start, min(start + size, total))


class _Found:
    """Collects events and what is wrong with them."""

    def __init__(self, detector: Detector, total: int, most: int) -> None:
        self.detector, self.total = detector, total
        self.step = max(1, -(-total // most))
        self.kept: list[Events] = []
        self.numbers: list[NDArray[np.int64]] = []
        self.seen: dict[bytes, int] = {}
        self.problems: dict[str, list[NDArray[np.int64]]] = {}
        self.sound = 0

    def unreadable(self, first: int, length: int) -> None:
        self._note("cannot be read: the file is damaged there", np.arange(first, first + length))

    def add(self, first: int, events: Events) -> None:
        numbers = np.arange(first, first + len(events))
        bad = np.zeros(len(events), np.bool_)
        for what, wrong in _wrong(events):
            self._note(what, numbers[wrong])
            bad |= wrong
        good, numbers = events[~bad], numbers[~bad]
        self.sound += len(good)
        flat = good.flat()
        self._note(_EMPTY, numbers[~(flat > 0).any(axis=1)])
        self._note(_REPEATED, numbers[self._repeated(good, flat, numbers)])
        chosen = numbers % self.step == 0
        if chosen.any():
            self.kept.append(good[chosen])
            self.numbers.append(numbers[chosen])

    def finish(self, path: Path) -> Intake:
        problems = [_problem(what, found) for what, found in self.problems.items()]
        problems.sort(key=lambda problem: -problem.events)
        if not self.kept:
            named = "; ".join(f"{p.what} ({p.events})" for p in problems) or "there are none"
            raise DataError(f"{path}: no sound event among {self.total}: {named}")
        events, numbers = Events.concatenate(self.kept), np.concatenate(self.numbers)
        return Intake(events, numbers, self.total, self.sound, tuple(problems))

    def _note(self, what: str, numbers: NDArray[np.int64]) -> None:
        if len(numbers):
            self.problems.setdefault(what, []).append(numbers)

    def _repeated(self, events: Events, flat: NDArray[np.float32], numbers: Numbers) -> Bad:
        """Which events are the same as an earlier one, to the last bit."""
        again = np.zeros(len(events), np.bool_)
        for i, (conditions, cells) in enumerate(zip(events.conditions, flat, strict=True)):
            digest = hashlib.blake2b(conditions.tobytes() + cells.tobytes(), digest_size=12)
            again[i] = self.seen.setdefault(digest.digest(), int(numbers[i])) != numbers[i]
        return again


_EMPTY = "no signal in any cell"
_REPEATED = "the same as an earlier event, to the last bit"


def _problem(what: str, found: list[NDArray[np.int64]]) -> Problem:
    numbers = np.concatenate(found)
    first = tuple(int(n) for n in numbers[:_NAMED])
    return Problem(what, len(numbers), first, what not in (_EMPTY, _REPEATED))


def _wrong(events: Events) -> Iterator[tuple[str, Bad]]:
    """Kinds of trouble, each with the events that have it, shape (N,)."""
    for condition, column in zip(events.detector.conditions, events.conditions.T, strict=True):
        finite: Bad = np.isfinite(column)
        yield f"{condition.name} is not finite", ~finite
        outside = finite & ~condition.allows(column)
        limits = f"{condition.low:g}..{condition.high:g} {condition.unit}".rstrip()
        yield f"{condition.name} is outside {limits}", outside
    for name, array in events.readouts.items():
        cells = array.reshape(len(array), -1)
        whole: Bad = np.asarray(np.isfinite(cells).all(axis=1))
        yield f"{name} is not finite", ~whole
        negative: Bad = np.asarray(cells.min(axis=1, initial=0) < 0)
        yield f"{name} is negative", whole & negative
