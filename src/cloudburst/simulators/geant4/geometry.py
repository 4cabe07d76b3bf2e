"""How a calorimeter is cut into volumes so that volumes are cells.

Slabs are cut where a section begins or ends. Neighbouring pieces of one section that count form
one block, divided into columns through all of its pieces: a step across a slab then leaves one
volume only, and the numbers of block and column tell the cell. A block of one piece is itself of
its material, and pieces that do not count are not divided at all.
"""

from __future__ import annotations

__all__ = ["Block", "Part", "Piece", "blocks", "is_polar", "parts"]

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np

from ...detector import Axis, Readout
from ...detectors.cells import cell_in, divisions
from ...detectors.materials import Material
from ...detectors.sampling import Calorimeter

_CLOSE = 6  # digits of a mm within which two planes are one


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of a slab: its material, and where it begins and ends within its block, in mm."""

    material: Material
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Block:
    """Pieces one behind the other that are divided like the readout `layer`, if there is one."""

    pieces: tuple[Piece, ...]
    layer: Readout | None

    @property
    def depth(self) -> float:
        """How thick it is, in mm."""
        return self.pieces[-1].high


@dataclasses.dataclass(frozen=True)
class Part:
    """A bin in x or r, from `low` to `high` mm, of columns in y or alpha.

    Attributes:
        low: Where it begins.
        high: Where it ends.
        edges: Where its columns begin and end, in mm or rad, one more than there are columns.
        cells: The number of each column's cell within the section; -1 for none.
    """

    low: float
    high: float
    edges: tuple[float, ...]
    cells: tuple[int, ...]


def blocks(calorimeter: Calorimeter) -> list[tuple[float, int, Block]]:
    """The blocks, from the front: where each begins in mm, its section (or -1), and itself."""
    found = []
    for section, group in itertools.groupby(_pieces(calorimeter), lambda piece: piece[0]):
        pieces = [piece for _, piece in group]
        start = pieces[0].low
        layer = calorimeter.layers[section] if section >= 0 else None
        found.append((start, section, Block(tuple(_moved(p, -start) for p in pieces), layer)))
    return found


def _moved(piece: Piece, by: float) -> Piece:
    low, high = (round(plane + by, _CLOSE) for plane in (piece.low, piece.high))
    return Piece(piece.material, low, high)


def _pieces(calorimeter: Calorimeter) -> Iterator[tuple[int, Piece]]:
    """All pieces, and the section that each counts in, or -1."""
    sections = [calorimeter.sections[layer.name] for layer in calorimeter.layers]
    planes = [*calorimeter.edges, *itertools.chain.from_iterable(sections)]
    cuts = np.unique(np.round(np.clip(planes, 0, calorimeter.depth), _CLOSE)).tolist()
    for low, high in itertools.pairwise(cuts):
        middle = (low + high) / 2
        slab = int(np.searchsorted(calorimeter.edges, middle)) - 1
        inside = [i for i, (begin, end) in enumerate(sections) if begin < middle < end]
        counts = bool(inside) and bool(calorimeter.counted[slab])
        yield inside[0] if counts else -1, Piece(calorimeter.slabs[slab].material, low, high)


def is_polar(layer: Readout) -> bool:
    """Whether a section is divided around an axis."""
    return bool(layer.axes) and {axis.name for axis in layer.axes} <= {"alpha", "r"}


def parts(layer: Readout, half_width: float) -> tuple[Part, ...]:
    """How a block is divided: slices in x that fill it, or rings that leave its corners.

    What is beside the cells of the layer is in columns of no cell.
    """
    first, second = divisions(layer, half_width)
    if is_polar(layer):
        rings = _filled(second, 0.0, second.edges[-1])
        return tuple(_ring(layer, first, *ring, half_width) for ring in itertools.pairwise(rings))
    slices = _filled(first, -half_width, half_width)
    rows = _filled(second, -half_width, half_width)
    return tuple(_slice(layer, rows, *x, half_width) for x in itertools.pairwise(slices))


def _filled(axis: Axis, low: float, high: float) -> list[float]:
    """The edges of an axis, and of what is beside it between `low` and `high`."""
    edges: list[float] = np.unique(np.round([low, *axis.edges, high], _CLOSE)).tolist()
    return edges


def _slice(layer: Readout, rows: list[float], low: float, high: float, width: float) -> Part:
    y = (np.array(rows[1:]) + rows[:-1]) / 2
    cells = cell_in(layer, np.full_like(y, (low + high) / 2), y, width)
    if (cells < 0).all():
        return Part(low, high, (-width, width), (-1,))
    return Part(low, high, tuple(rows), tuple(cells.tolist()))


def _ring(layer: Readout, sectors: Axis, low: float, high: float, width: float) -> Part:
    r, angle = (low + high) / 2, sectors.centers
    cells = cell_in(layer, r * np.cos(angle), r * np.sin(angle), width)
    return Part(low, high, sectors.edges, tuple(cells.tolist()))
