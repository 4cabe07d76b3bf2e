"""The published files of the MPD chamber's digits, `digits.dat` and `digits.csv`.

Each event is one track segment: a list of digits (pad, time bin, amplitude) and, in later
versions, parameters; `cloudburst.detectors.DIGITS_VERSIONS` says which window each version's
digits are put into. Digits outside it are left out and counted in the provenance, or refused.
"""

from __future__ import annotations

__all__ = ["MPD_DIGITS", "MPD_DIGITS_TABLE", "DigitsFormat"]

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..detectors import DIGITS_VERSIONS, DigitsVersion
from ..errors import DataError, FormatError
from ..events import Events
from ..files import atomic_file
from ..storage import Header
from .base import Format, uniform
from .digit_text import Digits, csv_text, dat_text, read_csv, read_dat


@dataclasses.dataclass(frozen=True)
class DigitsFormat(Format):
    """Reads and writes digits as text; the number of parameters says which version it is.

    Args:
        name: What the command line calls the layout.
        description: One line on what it is.
        table: Whether it is a table with a row for each digit.
        strict: Whether digits outside the window are refused.
    """

    name: str
    description: str
    table: bool
    strict: bool = False

    def recognises(self, path: Path) -> bool:
        try:
            with Path(path).open("rb") as file:
                line = file.readline(4096).decode("ascii")
        except (OSError, UnicodeDecodeError):
            return False
        if self.table:
            return line.startswith("evtId,ipad,itime,amp")
        return line.startswith("params:") or _triplets(line)

    def read_header(self, path: Path) -> Header:
        path = Path(path)
        digits, version = self._digits(path)
        _, inside = _placed(digits, version)
        outside = int((~inside).sum())
        provenance = {"file": path.name, "layout": self.name, "digits": len(inside)}
        provenance["digits_outside"] = outside
        return Header(version.detector, len(digits.parameters), provenance)

    def load(self, path: Path, index: slice = slice(None)) -> Events:
        path = Path(path)
        digits, version = self._digits(path)
        cells, inside = _placed(digits, version)
        if self.strict and not inside.all():
            raise FormatError(_outside(path, digits, version, inside))
        count, shape = len(digits.parameters), version.detector.readouts[0].shape
        flat = np.ravel_multi_index(tuple(cells[inside].T), (count, *shape))
        if len(np.unique(flat)) != len(flat):
            raise FormatError(f"{path}: a pad has two digits in one time bin")
        images = np.zeros((count, *shape), np.float32)
        images.reshape(-1)[flat] = digits.cells[inside, 2]
        conditions = _conditions(digits, version)
        return Events(version.detector, conditions, {"pads": images})[index]

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        """Writes digits above zero; errors as any, and for tables of events without digits."""
        path = Path(path)
        detector, each = uniform(path, parts)
        known = {v.detector: v for v in DIGITS_VERSIONS.values()}
        if detector not in known:
            raise DataError(
                f"{path}: digits are written of {', '.join(d.name for d in known)}, not of "
                f"'{detector.name}' with such conditions and readouts"
            )
        with atomic_file(path, overwrite) as temporary, temporary.open("w") as file:
            file.writelines(self._lines(path, each, known[detector]))

    def _digits(self, path: Path) -> tuple[Digits, DigitsVersion]:
        digits = (read_csv if self.table else read_dat)(path)
        count = digits.parameters.shape[1]
        if count not in DIGITS_VERSIONS:
            known = ", ".join(map(str, DIGITS_VERSIONS))
            raise FormatError(f"{path}: {count} parameters an event; known are {known}")
        return digits, DIGITS_VERSIONS[count]

    def _lines(self, path: Path, parts: Iterable[Events], version: DigitsVersion) -> Iterator[str]:
        first = 0
        for part in parts:
            digits = _taken(part, version)
            empty = np.setdiff1d(np.arange(len(part)), digits.event)
            if self.table and len(empty):
                raise DataError(
                    f"{path}: event {first + empty[0]} has no digits, and a table no row for it; "
                    "write digits.dat, or leave such events out"
                )
            yield from csv_text(digits, first) if self.table else dat_text(digits)
            first += len(part)


def _triplets(line: str) -> bool:
    words = line.split()
    return len(words) >= 3 and all(map(_is_number, words[:3]))


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _conditions(digits: Digits, version: DigitsVersion) -> NDArray[np.float32]:
    if digits.parameters.shape[1]:
        return digits.parameters.astype(np.float32)
    # versions without parameters: the smallest amplitude of the file is its threshold
    smallest = digits.cells[:, 2].min(initial=np.inf, where=digits.cells[:, 2] > 0)
    value = smallest if np.isfinite(smallest) else version.detector.conditions[0].low
    return np.full((len(digits.parameters), 1), value, np.float32)


def _placed(digits: Digits, version: DigitsVersion) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Event, row and column of each digit in its window, (K, 3), and whether it is inside."""
    corner = version.corner(_conditions(digits, version))
    place = [digits.cells[:, i].astype(np.int64) - corner[i][digits.event] for i in range(2)]
    shape = version.detector.readouts[0].shape
    inside = np.logical_and.reduce([(p >= 0) & (p < n) for p, n in zip(place, shape, strict=True)])
    return np.stack([digits.event, *place], axis=1), inside


def _taken(events: Events, version: DigitsVersion) -> Digits:
    """The digits of events."""
    images = events.readouts["pads"]
    event, pad, time = np.nonzero(images)
    corner = version.corner(events.conditions)
    places = np.stack([pad + corner[0][event], time + corner[1][event]], axis=1)
    cells = np.column_stack([places, images[event, pad, time].astype(np.float64)])
    parameters = events.conditions.astype(np.float64)
    if events.detector.conditions[0].name == "threshold":
        parameters = parameters[:, :0]
    return Digits(parameters, event, cells)


def _outside(path: Path, digits: Digits, version: DigitsVersion, inside: NDArray[np.bool_]) -> str:
    first = int((~inside).argmax())
    pad, time, _ = digits.cells[first]
    rows, columns = version.detector.readouts[0].shape
    return (
        f"{path}: {(~inside).sum()} of {len(inside)} digits are outside the window of {rows} x "
        f"{columns}, first that of pad {pad:g} and time bin {time:g} in event "
        f"{digits.event[first]}; read without strict to leave them out"
    )


MPD_DIGITS = DigitsFormat(
    "mpd-digits", "digits.dat of the MPD chamber, with 0 to 6 parameters", False
)
"""A line of digits for each event, after one of parameters if there are any."""

MPD_DIGITS_TABLE = DigitsFormat(
    "mpd-digits-csv", "digits.csv of the MPD chamber, a row a digit", True
)
"""A table with a row for each digit."""
