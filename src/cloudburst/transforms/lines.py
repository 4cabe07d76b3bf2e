r"""Spectral lines, spread out.

A photon that is absorbed whole leaves one energy and no other: 511 keV from an annihilation, 88
keV from a K shell of lead. Such a line is a number that very many cells share to the last digit;
no smooth map of noise makes it, and a classifier sees at once where it is missing. Here a line at
l that holds as many hits as the spectrum beside it does in a factor g of energy is given that
room:

$$ y = x \;(x < l), \qquad y \in [l, g l] \;(x = l), \qquad y = g x \;(x > l), $$

after which the spectrum is smooth. The way back is $x = \min(y, \max(l, y / g))$: what falls into
the room is the line again, exactly.
"""

from __future__ import annotations

__all__ = ["SpectralLines"]

import math

import torch
from torch import Tensor

from ..detector import Detector
from .base import Transform

# Relative distance from a line at which a value still is on it.
_NEAR = 2e-4
# The spectrum beside a line: this much of a logarithm on either side.
_BESIDE = 0.15
# A line keeps at most this factor of room, however bare the spectrum around it.
_ROOM = 8.0
# Irrational, so that values on a line are spread evenly over columns and conditions.
_GOLDEN = 0.6180339887
_SPREAD = 997.0


class SpectralLines(Transform):
    """Gives lines of the spectrum of each readout as much room as they have hits.

    Args:
        lines: Energies that many cells share, rising, with shape (L,).
        rooms: Factors g >= 1 for each of them and each column, with shape (L, D).
    """

    lines: Tensor
    rooms: Tensor

    def __init__(self, lines: Tensor, rooms: Tensor) -> None:
        super().__init__()
        self.register_buffer("lines", lines)
        self.register_buffer("rooms", rooms)

    @classmethod
    def fit(
        cls, x: Tensor, c: Tensor, detector: Detector, share: float = 1e-3, most: int = 3
    ) -> SpectralLines:
        """Finds the values that a share of all hits has in common.

        Args:
            x: Values >= 0, with shape (N, D).
            c: Conditions, with shape (N, C).
            detector: Says which columns are of one readout.
            share: Least share of all hits that makes a line.
            most: How many lines there are at most; the strongest are kept.
        """
        lines = _find(x[x > 0], share, most)
        rooms = [
            torch.stack([_room(part[part > 0], line) for line in lines]).expand(size, -1).T
            if len(lines)
            else x.new_ones(0, size)
            for part, size in zip(x.split(_sizes(detector), dim=1), _sizes(detector), strict=True)
        ]
        return cls(lines, torch.cat(rooms, dim=1).contiguous())

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        for line, room in zip(self.lines.flip(0), self.rooms.flip(0), strict=True):
            on = (x / line - 1).abs() < _NEAR
            spread = line * room ** self._places(c)
            x = torch.where(on, spread, torch.where(x > line, x * room, x))
        return x

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        for line, room in zip(self.lines, self.rooms, strict=True):
            x = torch.minimum(x, torch.maximum(x / room, line))
        return x

    def _places(self, c: Tensor) -> Tensor:
        """Where in its room a value on a line is put, from 0 to 1, with shape (N, D)."""
        columns = torch.arange(self.rooms.shape[1], device=c.device, dtype=c.dtype)
        place = (c.sum(1, keepdim=True) * _SPREAD + columns * _GOLDEN).frac()
        # well inside, so that rounding leaves it there
        return 0.001 + 0.998 * place


def _sizes(detector: Detector) -> list[int]:
    return [readout.size for readout in detector.readouts]


def _find(hits: Tensor, share: float, most: int) -> Tensor:
    """The lines among all hits, rising."""
    values, counts = hits.unique(return_counts=True)
    lines: list[float] = []
    for number in counts.argsort(descending=True)[: 10 * most]:
        line = float(values[number])
        near = counts[(values / line - 1).abs() < _NEAR].sum()
        if near < share * len(hits) or len(lines) == most:
            break
        if all(abs(line / other - 1) > _BESIDE / 3 for other in lines):
            lines.append(line)
    return hits.new_tensor(sorted(lines))


def _room(hits: Tensor, line: Tensor) -> Tensor:
    """The factor of energy in which the spectrum beside a line has as many hits as the line."""
    distance = (hits / line).log().abs()
    on = distance < _NEAR
    beside = ((distance < _BESIDE) & ~on).sum().clamp(min=1)
    room = (2 * _BESIDE * on.sum() / beside).clamp(max=math.log(_ROOM))
    return room.exp().to(hits)
