"""Where in the slabs of a calorimeter the energy at a depth of the uniform material is."""

from __future__ import annotations

__all__ = ["Depths"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ...detectors.sampling import Calorimeter, Slab, Stack
from .medium import Medium, minimum_loss

Floats = NDArray[np.float64]

# Outside any block, in mm and in radiation lengths.
_FAR = 1e5


@dataclasses.dataclass(frozen=True)
class Depths:
    """Tables between depths in radiation lengths, in mm, and within slabs.

    Attributes:
        lengths: Radiation lengths up to the ends of the stacks, with shape (stacks + 2,); the
            last is far behind the block.
        ends: The same in mm.
        smooth: Rising depths in mm of the uniform material, from far before to far behind.
        slabs: The depths in mm within slabs that they stand for.
        visible: Share of the deposited energy that counts, with shape (stacks,).
    """

    lengths: Floats
    ends: Floats
    smooth: Floats
    slabs: Floats
    visible: Floats

    @classmethod
    def of(cls, calorimeter: Calorimeter, response: float = 1.0) -> Depths:
        """The tables of a calorimeter, the visible share times `response`."""
        stacks = calorimeter.stacks
        media = [Medium.of(stack.slabs) for stack in stacks]
        ends = np.cumsum([0.0, *(s.repeats * _thickness(s.slabs) for s in stacks)])
        lengths = np.diff(ends) / [medium.radiation_length for medium in media]
        smooth, slabs = _tables(stacks, calorimeter.counts_absorber)
        counts = calorimeter.counts_absorber
        visible = np.array([1.0 if counts else min(response * m.visible, 1.0) for m in media])
        return cls(
            np.cumsum([0.0, *lengths, _FAR]),
            np.append(ends, ends[-1] + _FAR),
            smooth,
            slabs,
            visible,
        )

    @property
    def radiation_lengths(self) -> float:
        """Depth of the whole block in radiation lengths."""
        return float(self.lengths[-2])

    def along(self, lengths: Floats) -> Floats:
        """Depths in mm of depths in radiation lengths; those behind the back stay behind it."""
        found: Floats = np.interp(lengths, self.lengths, self.ends)
        return found

    def within(self, depths: Floats) -> Floats:
        """Depths in mm within those slabs that count; those outside the block stay outside."""
        found: Floats = np.interp(depths, self.smooth, self.slabs)
        return found

    def share(self, depths: Floats) -> Floats:
        """Share of the energy at depths in mm that counts, with their shape or (1,)."""
        if len(self.visible) == 1:
            return self.visible
        shares: Floats = self.visible[np.searchsorted(self.ends[1:-2], depths, side="right")]
        return shares


def _thickness(slabs: tuple[Slab, ...]) -> float:
    return sum(slab.thickness for slab in slabs)


def _tables(stacks: tuple[Stack, ...], counts_absorber: bool) -> tuple[Floats, Floats]:
    """Both ends of each slab, in the uniform material and in the block.

    The energy of a period is shared by its slabs as a minimum-ionising particle loses it.
    """
    smooth, slabs = [-_FAR, 0.0], [-_FAR, 0.0]
    start = 0.0
    for stack in stacks:
        period = _thickness(stack.slabs)
        shares = _shares(stack.slabs, counts_absorber)
        sharp = np.cumsum([0.0, *(slab.thickness for slab in stack.slabs)])
        even = period * np.cumsum([0.0, *shares])
        for low in start + period * np.arange(stack.repeats):
            for i, share in enumerate(shares):
                if share > 0:
                    smooth += [low + even[i], low + even[i + 1]]
                    slabs += [low + sharp[i], low + sharp[i + 1]]
        start += stack.repeats * period
    return np.array([*smooth, start, start + _FAR]), np.array([*slabs, start, start + _FAR])


def _shares(slabs: tuple[Slab, ...], counts_absorber: bool) -> list[float]:
    medium = Medium.of(slabs)
    losses = [slab.thickness * minimum_loss(slab.material) for slab in slabs]
    visible = sum(loss for slab, loss in zip(slabs, losses, strict=True) if slab.active)
    hidden = sum(losses) - visible
    shares = []
    for slab, loss in zip(slabs, losses, strict=True):
        if not (counts_absorber or slab.active):
            shares.append(0.0)
        elif not (visible and hidden):
            shares.append(loss / sum(losses))
        elif not counts_absorber:
            shares.append(loss / visible)
        elif slab.active:
            shares.append(medium.visible * loss / visible)
        else:
            shares.append((1 - medium.visible) * loss / hidden)
    return shares
