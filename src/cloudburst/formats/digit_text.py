"""Text files of digits, as lines of events and as tables, without any meaning of a window."""

from __future__ import annotations

__all__ = ["PARAMETERS", "Digits", "dat_text", "csv_text", "read_csv", "read_dat"]

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import FileError, FormatError

PARAMETERS: tuple[str, ...] = (
    *("crossing_angle", "dip_angle", "drift_length", "pad_coordinate", "row", "pT"),
)
_DIGIT = ("evtId", "ipad", "itime", "amp")
_MARK = "params:"
# what is larger is no signal of a chamber, and overflows
_LARGEST = 1e9

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Digits:
    """Digits of events.

    Attributes:
        parameters: Of each event, with shape (N, P), as the file gives them.
        event: The number of each digit's event, in order, with shape (K,).
        cells: Pad, time bin and amplitude of each digit, with shape (K, 3).
    """

    parameters: Floats
    event: NDArray[np.int64]
    cells: Floats


def read_dat(path: Path) -> Digits:
    """Lines of digits, "ipad itime amp" over and over; each after a line of parameters, if any.

    Raises:
        FileError: The file cannot be read.
        FormatError: A line is cut off or no numbers; says which.
    """
    lines = _lines(path)
    if not lines or not lines[0].startswith(_MARK):
        return _events(path, list(enumerate(lines, 1)), np.zeros((len(lines), 0)))
    if len(lines) % 2:
        raise FormatError(
            f"{path}: {len(lines)} lines, but each event has two, of parameters and of digits; "
            "the last event is cut off"
        )
    told = [_parameters(path, i, line) for i, line in enumerate(lines[::2])]
    for i, values in enumerate(told):
        if len(values) != len(told[0]):
            raise FormatError(
                f"{path}, line {2 * i + 1}: {len(values)} parameters, where the first event has "
                f"{len(told[0])}"
            )
    digits = [(2 * i + 2, line) for i, line in enumerate(lines[1::2])]
    return _events(path, digits, np.stack(told))


def read_csv(path: Path) -> Digits:
    """A table with a row for each digit: evtId, ipad, itime, amp and the event's parameters.

    Raises:
        FileError: The file cannot be read.
        FormatError: The columns are others, a row is cut off or no numbers, or the rows of an
            event do not agree; says which.
    """
    header, *lines = _lines(path) or [""]
    names = header.split(",")
    wanted = [*_DIGIT, *PARAMETERS][: len(names)]
    if len(names) < len(_DIGIT) or names != wanted:
        raise FormatError(f"{path}: columns are {header!r}, not {','.join(wanted)!r}")
    rows = [_numbers(path, i, line.split(",")) for i, line in enumerate(lines, 2)]
    for i, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise FormatError(f"{path}, line {i}: {len(row)} of {len(names)} columns; cut off?")
    table = np.array(rows).reshape(len(rows), len(names))
    starts = np.flatnonzero(np.r_[True, np.diff(table[:, 0]) != 0][: len(table)])
    if len(np.unique(table[:, 0])) != len(starts):
        raise FormatError(f"{path}: rows of an event are not together; sort the file by evtId")
    event = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(table)]))
    parameters = table[starts, 4:]
    differs = (parameters[event] != table[:, 4:]).any(axis=1)
    if differs.any():
        line = int(differs.argmax()) + 2
        raise FormatError(f"{path}, line {line}: other parameters than its event has above")
    return _whole(path, Digits(parameters, event, table[:, 1:4]))


def dat_text(digits: Digits) -> Iterator[str]:
    """The lines of a file of digits."""
    bounds = np.searchsorted(digits.event, np.arange(len(digits.parameters) + 1))
    for i, values in enumerate(digits.parameters):
        if len(values):
            yield f"{_MARK} {' '.join(map(_plain, values))}\n"
        cells = digits.cells[bounds[i] : bounds[i + 1]]
        yield " ".join(_plain(v) for v in cells.ravel()) + "\n"


def csv_text(digits: Digits, first: int = 0) -> Iterator[str]:
    """The rows of a table; a line of names before the event of number zero."""
    if first == 0:
        yield ",".join((*_DIGIT, *PARAMETERS[: digits.parameters.shape[1]])) + "\n"
    for event, cells in zip(digits.event, digits.cells, strict=True):
        values = (*cells, *digits.parameters[event])
        yield ",".join([str(event + first), *map(_plain, values)]) + "\n"


def _plain(value: float) -> str:
    # nine digits give back every float32
    return f"{value:.9g}"


def _lines(path: Path) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not a text file of digits") from error
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from error


def _parameters(path: Path, event: int, line: str) -> Floats:
    if not line.startswith(_MARK):
        raise FormatError(f"{path}, line {2 * event + 1}: no parameters of event {event}")
    return _numbers(path, 2 * event + 1, line.removeprefix(_MARK).split())


def _events(path: Path, lines: list[tuple[int, str]], parameters: Floats) -> Digits:
    found = [_numbers(path, number, line.split()) for number, line in lines]
    for (number, _), values in zip(lines, found, strict=True):
        if len(values) % 3:
            raise FormatError(
                f"{path}, line {number}: {len(values)} numbers, but a digit has three; cut off?"
            )
    event = np.repeat(np.arange(len(found)), [len(values) // 3 for values in found])
    cells = np.concatenate([np.zeros(0), *found]).reshape(-1, 3)
    return _whole(path, Digits(parameters, event, cells))


def _numbers(path: Path, line: int, words: list[str]) -> Floats:
    try:
        values = np.array(words, dtype=np.float64)
    except ValueError as error:
        raise FormatError(f"{path}, line {line}: not a number: {error}") from error
    if not (np.abs(values) < _LARGEST).all():
        raise FormatError(f"{path}, line {line}: numbers must be finite and below {_LARGEST:g}")
    return values


def _whole(path: Path, digits: Digits) -> Digits:
    places = digits.cells[:, :2]
    odd = (places != np.rint(places)).any(axis=1)
    if odd.any():
        first = int(odd.argmax())
        raise FormatError(
            f"{path}: pad {places[first, 0]:g} and time bin {places[first, 1]:g} of event "
            f"{digits.event[first]} are no whole numbers"
        )
    return digits
