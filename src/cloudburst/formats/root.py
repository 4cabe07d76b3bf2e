"""Trees of ROOT files, read and written without ROOT by uproot (extra `root`).

A file that is written holds one tree with an entry for each event, a branch of type `float` for
each condition, and the cells in one of two ways:

| layout       | branches of cells                                                       |
|--------------|-------------------------------------------------------------------------|
| `root`       | one for each readout, an array of fixed size, as `layer_0[3][96]`       |
| `root-cells` | one for each cell, `cell_0`, `cell_1`, ..., flat in the detector's order |

and the detector as JSON in the string `cloudburst_detector`, so that it is read back whole. A
third layout, `root-calogan`, is the tree `fancy_tree` that CaloGAN's simulation writes,
https://doi.org/10.17632/pvn3xc3wy5: `cell_0` ... `cell_506`, of which the last three are the
overflow, and `TotalEnergy` in GeV. All three are recognised by their branches.

Files of others, which carry no detector, are read for a detector that the caller gives.
"""

from __future__ import annotations

__all__ = ["ROOT_FORMATS", "Branches", "CellBranches", "ReadoutBranches", "RootFormat"]

import abc
import contextlib
import dataclasses
import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector
from ..detectors import CALOGAN
from ..errors import CloudburstError, DataError, FileError, FormatError
from ..events import Events
from ..extras import require
from ..files import atomic_file
from ..storage import Header
from .base import Format, uniform

_DETECTOR = "cloudburst_detector"
_TREE, _CALOGAN_TREE = "events", "fancy_tree"
_NAME = re.compile(r"[A-Za-z_]\w*")
# What uproot lets through where the bytes of a file make no sense.
_DAMAGED = (
    *(AttributeError, AssertionError, LookupError, NotImplementedError, OSError, RuntimeError),
    *(TypeError, ValueError, struct.error, zlib.error),
)
_MOST = 2048

Arrays = Mapping[str, NDArray[Any]]


class Branches(abc.ABC):
    """How the branches of a tree hold events."""

    @abc.abstractmethod
    def types(self, detector: Detector) -> dict[str, np.dtype[Any]]:
        """The branches and their types."""

    @abc.abstractmethod
    def arrays(self, events: Events) -> dict[str, NDArray[np.float32]]:
        """What the branches hold for these events."""

    @abc.abstractmethod
    def events(self, detector: Detector, arrays: Arrays) -> Events:
        """The events that the branches hold."""


@dataclasses.dataclass(frozen=True)
class ReadoutBranches(Branches):
    """One branch for each condition and one for each readout."""

    def types(self, detector: Detector) -> dict[str, np.dtype[Any]]:
        found = {c.name: np.dtype(np.float32) for c in detector.conditions}
        return found | {r.name: np.dtype((np.float32, r.shape)) for r in detector.readouts}

    def arrays(self, events: Events) -> dict[str, NDArray[np.float32]]:
        names = [c.name for c in events.detector.conditions]
        return dict(zip(names, events.conditions.T, strict=True)) | dict(events.readouts)

    def events(self, detector: Detector, arrays: Arrays) -> Events:
        columns = [_floats(arrays[c.name]) for c in detector.conditions]
        cells = {r.name: _floats(arrays[r.name]) for r in detector.readouts}
        return Events(detector, np.stack(columns, axis=1), cells)


@dataclasses.dataclass(frozen=True)
class CellBranches(Branches):
    """One branch for each condition and one for each cell, `cell_0`, `cell_1`, ...

    Args:
        names: By name of a condition, its branch where that is called otherwise.
    """

    names: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def types(self, detector: Detector) -> dict[str, np.dtype[Any]]:
        return dict.fromkeys(self._all(detector), np.dtype(np.float32))

    def arrays(self, events: Events) -> dict[str, NDArray[np.float32]]:
        columns = [*events.conditions.T, *events.flat().T]
        return dict(zip(self._all(events.detector), columns, strict=True))

    def events(self, detector: Detector, arrays: Arrays) -> Events:
        columns = [_floats(arrays[name]) for name in self._all(detector)]
        table = np.stack(columns, axis=1)
        first = len(detector.conditions)
        ends = first + np.cumsum([0, *(r.size for r in detector.readouts)])
        cells = {
            r.name: table[:, ends[i] : ends[i + 1]].reshape(len(table), *r.shape)
            for i, r in enumerate(detector.readouts)
        }
        return Events(detector, table[:, :first], cells)

    def _all(self, detector: Detector) -> list[str]:
        conditions = [self.names.get(c.name, c.name) for c in detector.conditions]
        return [*conditions, *(f"cell_{i}" for i in range(detector.cells))]


_CALOGAN_BRANCHES = CellBranches({"energy": "TotalEnergy"})


@dataclasses.dataclass(frozen=True)
class RootFormat(Format):
    """Reads any of the three layouts of trees and writes one of them.

    Args:
        name: What the command line calls the layout.
        description: One line on what it is.
        branches: How it holds events when it writes.
        tree: Name of the tree when it writes.
        detector: What the events of a file without a detector are responses of.
    """

    name: str = "root"
    description: str = "ROOT tree with a branch for each readout"
    branches: Branches = ReadoutBranches()
    tree: str = _TREE
    detector: Detector | None = None

    def recognises(self, path: Path) -> bool:
        try:
            with Path(path).open("rb") as file:
                return file.read(4) == b"root"
        except OSError:
            return False

    def read_header(self, path: Path) -> Header:
        with _opened(Path(path)) as file:
            detector, _, tree = self._described(file, Path(path))
            origin = {"file": Path(path).name, "layout": "root", "tree": tree.name}
            return Header(detector, int(tree.num_entries), origin)

    def load(self, path: Path, index: slice = slice(None)) -> Events:
        with _opened(Path(path)) as file:
            detector, branches, tree = self._described(file, Path(path))
            numbers = range(int(tree.num_entries))[index]
            upwards = numbers if numbers.step > 0 else numbers[::-1]
            arrays = tree.arrays(
                list(branches.types(detector)),
                entry_start=upwards.start,
                entry_stop=max(upwards.stop, upwards.start),
                library="np",
            )
            found = branches.events(detector, arrays)
        return found[:: upwards.step] if numbers.step > 0 else found[:: upwards.step][::-1]

    def write_parts(self, path: Path, parts: Iterable[Events], overwrite: bool = False) -> None:
        path = Path(path)
        uproot = require("uproot", "root")
        detector, each = uniform(path, parts)
        _refuse_names(path, detector)
        if self.tree == _CALOGAN_TREE and not _is_calogan(detector):
            raise DataError(f"{path}: CaloGAN's tree cannot hold events of '{detector.name}'")
        with atomic_file(path, overwrite) as temporary, uproot.recreate(temporary) as file:
            file[_DETECTOR] = json.dumps(detector.to_dict())
            tree = file.mktree(self.tree, self.branches.types(detector))
            for part in each:
                for start in range(0, len(part), _MOST):
                    tree.extend(self.branches.arrays(part[start : start + _MOST]))

    def _described(self, file: Any, path: Path) -> tuple[Detector, Branches, Any]:
        """Detector, branches and tree of a file; raises FormatError if it holds none."""
        tree = _tree(file, path)
        names = set(tree.keys(recursive=False))
        detector = self.detector or _detector(file, names, path)
        flat = _CALOGAN_BRANCHES if "TotalEnergy" in names else CellBranches()
        branches = flat if "cell_0" in names else ReadoutBranches()
        for name, wanted in branches.types(detector).items():
            if name not in names:
                raise FormatError(f"{path}: tree '{tree.name}' has no branch '{name}'")
            found = tree[name].interpretation.numpy_dtype
            if found.kind == "O" or found.shape != wanted.shape or found.base.kind not in "fiu":
                raise FormatError(
                    f"{path}: branch '{name}' holds {found}, needs numbers of shape {wanted.shape}"
                )
        return detector, branches, tree


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A ROOT file to read; any error in the block is the file's."""
    uproot = require("uproot", "root")
    if not path.is_file():
        raise FileError(f"{path}: {'a folder, not a file' if path.is_dir() else 'no such file'}")
    try:
        with uproot.open(path) as file:
            yield file
    except CloudburstError:
        raise
    except (*_DAMAGED, uproot.DeserializationError) as error:
        what = " ".join(str(error).split())[:200]
        message = f"{path}: damaged, cannot be read; copy or make it again ({what})"
        raise FileError(message) from error


def _tree(file: Any, path: Path) -> Any:
    """The only tree of a file, or the one that is called as we call it."""
    names = file.keys(filter_classname="TTree", cycle=False)
    known = [name for name in (_TREE, _CALOGAN_TREE) if name in names]
    if not known and len(set(names)) != 1:
        raise FormatError(f"{path}: needs one tree, has {', '.join(sorted(names)) or 'none'}")
    return file[known[0] if known else names[0]]


def _detector(file: Any, names: set[str], path: Path) -> Detector:
    if _DETECTOR in file:
        try:
            return Detector.from_dict(json.loads(str(file[_DETECTOR])))
        except (DataError, ValueError) as error:
            raise FormatError(f"{path}: its detector is damaged ({error})") from error
    if "TotalEnergy" in names and f"cell_{CALOGAN.cells - 1}" in names:
        return CALOGAN
    raise FormatError(
        f"{path}: a ROOT file that does not say its detector; "
        "give it with 'cloudburst convert --detector FILE'"
    )


def _is_calogan(detector: Detector) -> bool:
    return (detector.conditions, detector.readouts) == (CALOGAN.conditions, CALOGAN.readouts)


def _refuse_names(path: Path, detector: Detector) -> None:
    names = [c.name for c in detector.conditions] + [r.name for r in detector.readouts]
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong or len(set(names)) < len(names):
        raise DataError(
            f"{path}: branches of a ROOT tree need distinct names of letters, digits and '_', "
            f"got {', '.join(names)}"
        )


def _floats(array: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(array, np.float32)


ROOT_FORMATS = (
    RootFormat(),
    RootFormat("root-cells", "ROOT tree with a branch for each cell", CellBranches()),
    RootFormat(
        "root-calogan",
        "the ROOT tree of CaloGAN's simulation: cell_0 ... cell_506, TotalEnergy",
        _CALOGAN_BRANCHES,
        _CALOGAN_TREE,
    ),
)
"""The layouts of trees that can be written."""
