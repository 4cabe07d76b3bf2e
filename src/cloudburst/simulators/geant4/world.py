"""A calorimeter as volumes of Geant4, with scorers that sum the energy in each cell.

Energy is summed by `G4PSEnergyDeposit3D` inside Geant4, over steps within one column; no Python
runs while an event is tracked. A sum is known by the numbers of its section, slice or ring, and
column, which `cell_numbers` turns into a cell.
"""

from __future__ import annotations

__all__ = ["World", "cell_numbers"]

import itertools
import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...detectors.materials import MATERIALS, Material
from ...detectors.sampling import Calorimeter
from .geometry import Block, Part, Piece, blocks, is_polar, parts
from .materials import Materials

# A solid of a given half thickness.
Shape: TypeAlias = Callable[[float], Any]

_TURN = 2 * math.pi
_MARGIN = 1.2  # by which the world is wider than the block


def cell_numbers(calorimeter: Calorimeter) -> NDArray[np.int64]:
    """The cell of each sum, counted through all readouts, or -1, with shape (sections, m, n)."""
    starts, overflow = calorimeter.starts, calorimeter.overflow
    found = [parts(layer, calorimeter.half_width) for layer in calorimeter.layers]
    # the corners beside rings come after the rings
    m = max(len(section) for section in found) + 1
    n = max(len(part.cells) for section in found for part in section)
    numbers = np.full((len(found), m, n), -1, np.int64)
    for i, (layer, section) in enumerate(zip(calorimeter.layers, found, strict=True)):
        if overflow is not None:
            numbers[i] = starts[overflow] + i
        for j, part in enumerate(section):
            cells = np.array(part.cells)
            row = numbers[i, j, : len(cells)]
            row[cells >= 0] = starts[layer.name] + cells[cells >= 0]
    return numbers


def _regular(rings: tuple[Part, ...]) -> bool:
    """Whether rings are equally wide, from the axis on, and sectors equal."""
    widths = [ring.high - ring.low for ring in rings]
    angles = np.diff(rings[0].edges)
    return rings[0].low == 0 and bool(np.ptp(widths) < 1e-6 and np.ptp(angles) < 1e-9)


class World:
    """Builds the volumes of a calorimeter.

    Args:
        g4: The module of the bindings.
        calorimeter: What to build.
        scored: Whether it is divided into cells whose energies are summed.
    """

    def __init__(self, g4: Any, calorimeter: Calorimeter, scored: bool = True) -> None:
        self._g4 = g4
        self._calorimeter = calorimeter
        self._scored = scored
        self._materials = Materials(g4)
        # columns of one piece, and pieces of columns
        self._sensitive: tuple[list[Any], list[Any]] = ([], [])
        # the bindings delete what nothing in Python refers to
        self._kept: list[Any] = []

    def build(self) -> Any:
        """The physical volume of the world, with the front face of the block at z = 0."""
        width = self._calorimeter.half_width
        size = _MARGIN * max(width, self._calorimeter.depth)
        world = self._volume(self._box(size, size)(size), MATERIALS["vacuum"])
        made: dict[Block, Any] = {}
        for start, section, block in blocks(self._calorimeter):
            if block.layer is None or not self._scored:
                self._stack(world, self._box(width, width), block.pieces, start)
                continue
            if block not in made:
                made[block] = self._space(self._box(width, width), block)
                self._fill(made[block], block, section)
            self._put(made[block], world, z=start + block.depth / 2, copy=section)
        return self._put(world, None)

    def make_sensitive(self) -> None:
        """Attaches the scorers, in the phase that Geant4 has for it."""
        g4 = self._g4
        for above, volumes in enumerate(self._sensitive):
            detector = g4.G4MultiFunctionalDetector(f"cells{above}")
            # how many volumes up the block is, the slice or ring, and the column
            up = above + 2, above + 1, above
            scorer = g4.G4PSEnergyDeposit3D("energy", *cell_numbers(self._calorimeter).shape, *up)
            detector.RegisterPrimitive(scorer)
            g4.G4SDManager.GetSDMpointer().AddNewDetector(detector)
            for volume in volumes:
                volume.SetSensitiveDetector(detector)
            self._kept += [detector, scorer]

    def _fill(self, mother: Any, block: Block, section: int) -> None:
        assert block.layer is not None
        found = parts(block.layer, self._calorimeter.half_width)
        if not is_polar(block.layer):
            for number, part in enumerate(found):
                self._slice(mother, block, part, number)
            return
        if len(block.pieces) == 1 and _regular(found):
            self._disc(mother, block, found, section)
        else:
            for number, part in enumerate(found):
                self._ring(mother, block, part, number)
        if len(block.pieces) > 1 or self._calorimeter.overflow is not None:
            shape = self._corners(found[-1].high)
            outer = self._space(shape, block)
            self._put(outer, mother, copy=len(found))
            self._put(self._column(shape, block), outer)

    def _slice(self, mother: Any, block: Block, part: Part, number: int) -> None:
        half = (part.high - part.low) / 2
        outer = self._space(self._box(half, self._calorimeter.half_width), block)
        self._put(outer, mother, x=(part.high + part.low) / 2, copy=number)
        made: dict[float, Any] = {}
        for column, (low, high) in enumerate(itertools.pairwise(part.edges)):
            size = round((high - low) / 2, 9)
            if size not in made:
                made[size] = self._column(self._box(half, size), block)
            self._put(made[size], outer, y=(low + high) / 2, copy=column)

    def _ring(self, mother: Any, block: Block, part: Part, number: int) -> None:
        outer = self._space(self._tube(part.low, part.high, _TURN), block)
        self._put(outer, mother, copy=number)
        made: dict[float, Any] = {}
        for column, (low, high) in enumerate(itertools.pairwise(part.edges)):
            angle = round(high - low, 12)
            if angle not in made:
                made[angle] = self._column(self._tube(part.low, part.high, angle), block)
            self._put(made[angle], outer, turn=(low + high) / 2, copy=column)

    def _disc(self, mother: Any, block: Block, found: tuple[Part, ...], section: int) -> None:
        """Equal rings and sectors, which Geant4 tells apart faster than many volumes."""
        g4, sectors = self._g4, len(found[0].cells)
        width, angle = found[0].high, _TURN / sectors
        whole = self._space(self._tube(0.0, found[-1].high, _TURN), block)
        # it stands where the block is in the other cases, two volumes above a cell
        self._put(whole, mother, turn=found[0].edges[0], copy=section)
        ring = self._space(self._tube(0.0, width, _TURN), block)
        cell = self._column(self._tube(0.0, width, angle), block)
        self._kept.append(g4.G4PVReplica("", ring, whole, g4.kRho, len(found), width))
        self._kept.append(g4.G4PVReplica("", cell, ring, g4.kPhi, sectors, angle))

    def _column(self, shape: Shape, block: Block) -> Any:
        """A column filled with the pieces of a block."""
        outer = self._space(shape, block)
        if len(block.pieces) == 1:
            self._sensitive[0].append(outer)
        else:
            self._sensitive[1].extend(self._stack(outer, shape, block.pieces, -block.depth / 2))
        return outer

    def _stack(
        self, mother: Any, shape: Shape, pieces: tuple[Piece, ...], start: float
    ) -> list[Any]:
        """Places pieces, and tells the different volumes that they are."""
        made: dict[tuple[float, Material], Any] = {}
        for piece in pieces:
            key = round((piece.high - piece.low) / 2, 9), piece.material
            if key not in made:
                made[key] = self._volume(shape(key[0]), piece.material)
            self._put(made[key], mother, z=start + (piece.low + piece.high) / 2)
        return list(made.values())

    def _box(self, x: float, y: float) -> Shape:
        return lambda z: self._g4.G4Box("box", x, y, z)

    def _tube(self, low: float, high: float, angle: float) -> Shape:
        """A ring, or the part of it that is centred on the x axis."""
        return lambda z: self._g4.G4Tubs("tube", low, high, z, -angle / 2, angle)

    def _corners(self, radius: float) -> Shape:
        """The block without a cylinder."""

        def shape(z: float) -> Any:
            width = self._calorimeter.half_width
            outer, inner = self._box(width, width)(z), self._tube(0.0, radius, _TURN)(2 * z)
            self._kept += [outer, inner]
            return self._g4.G4SubtractionSolid("corners", outer, inner)

        return shape

    def _space(self, shape: Shape, block: Block) -> Any:
        """A volume as thick as a block, of its material, or for others to fill."""
        alone = block.pieces[0].material if len(block.pieces) == 1 else MATERIALS["vacuum"]
        return self._volume(shape(block.depth / 2), alone)

    def _volume(self, solid: Any, material: Material) -> Any:
        volume = self._g4.G4LogicalVolume(solid, self._materials[material], material.name)
        self._kept += [solid, volume]
        return volume

    def _put(
        self,
        volume: Any,
        mother: Any,
        *,
        x: float = 0.0,
        y: float = 0.0,
        z: float = 0.0,
        turn: float = 0.0,
        copy: int = 0,
    ) -> Any:
        g4 = self._g4
        rotation = g4.G4RotationMatrix()
        rotation.rotateZ(turn)
        place = g4.G4Transform3D(rotation, g4.G4ThreeVector(x, y, z))
        placed = g4.G4PVPlacement(place, volume, "", mother, False, copy)
        self._kept += [rotation, placed]
        return placed
