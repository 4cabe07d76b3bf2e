r"""A shower made of spots of energy.

A shower is carried by N spots (equations 31-33; E in GeV, c the sampling fluctuations):

    N = 93 ln(Z) E^0.876 in a homogeneous, N = (10.3 / c) E^0.959 in a sampling calorimeter,

of which the second is here never taken above the first.

They follow a longitudinal distribution of their own. The spots of a step of depth are evenly
spaced in it and share the energy that the shower leaves there, so that all spots sum to the energy
of the shower.

Sampling fluctuations act on the energy dE of each step of depth, which becomes a random number of
a gamma distribution with mean dE and variance c^2 dE: whatever the steps, the sum has the relative
spread c / sqrt(E).

Grindhammer and Peters, https://arxiv.org/abs/hep-ex/0001020.
"""

from __future__ import annotations

__all__ = ["STEP", "Grid", "Placed", "grid", "place", "spot_counts"]

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from .longitudinal import Profile
from .medium import Medium, Number

Floats = NDArray[np.float64]

# Steps of half a radiation length follow a profile that is several of them wide.
STEP = 0.5
# Ten times as deep as any calorimeter; what is left behind the back lies there.
_FAR = 400.0


class Placed(NamedTuple):
    """The spots of one shower along its axis, step after step.

    Attributes:
        steps: Steps that have spots, with shape (m,).
        numbers: How many each has, with shape (m,).
        depth: Depths of spots in radiation lengths, with shape (sum(numbers),).
        energy: Energies of spots in GeV, with the same shape.
    """

    steps: NDArray[np.int64]
    numbers: NDArray[np.int64]
    depth: Floats
    energy: Floats


@dataclasses.dataclass(frozen=True)
class Grid:
    """Cumulated profiles of n showers at the ends of m steps.

    Attributes:
        depths: Depths from the showers' start, in radiation lengths, with shape (n, m + 1).
        energy: Energy in GeV up to there, with shape (n, m + 1).
        spots: Share of the spots up to there, with shape (n, m + 1).
    """

    depths: Floats
    energy: Floats
    spots: Floats

    def fluctuate(self, resolution: Number, streams: Sequence[np.random.Generator]) -> Grid:
        """The same with sampling fluctuations of c = `resolution`, in sqrt(GeV), (n, 1)."""
        quantum = resolution**2
        shapes = np.diff(self.energy, axis=1) / quantum
        drawn = np.array([s.standard_gamma(k) for s, k in zip(streams, shapes, strict=True)])
        energy = np.zeros_like(self.energy)
        np.cumsum(drawn * quantum, axis=1, out=energy[:, 1:])
        return dataclasses.replace(self, energy=energy)


def grid(profile: Profile, energy: Floats, lengths: Floats, steps: int) -> Grid:
    """Cumulated profiles, and behind the calorimeter's back one step with all that is left.

    Args:
        profile: Longitudinal profiles of n showers.
        energy: Energies in GeV, with shape (n, 1).
        lengths: Depth of the calorimeter behind the showers' starts, in radiation lengths,
            with shape (n, 1).
        steps: Number of steps inside the calorimeter.
    """
    inside = lengths * np.linspace(0, 1, steps + 1)
    shares = gammainc(profile.shape, profile.scale * inside)
    spots = gammainc(profile.spot_shape, profile.spot_scale * inside)
    one = np.ones((len(energy), 1))
    return Grid(
        np.hstack([inside, _FAR * one]),
        energy * np.hstack([shares, one]),
        np.hstack([spots, one]),
    )


def spot_counts(energy: Floats, medium: Medium, factor: float) -> NDArray[np.int64]:
    """Numbers of spots of showers of energies in GeV of any shape; at least ten."""
    number = 93 * np.log(medium.z) * energy**0.876
    if medium.layered:
        # sampling cannot show more than there is
        number = np.minimum(number, 10.3 / medium.resolution * energy**0.959)
    counts: NDArray[np.int64] = np.maximum(np.rint(factor * number), 10).astype(np.int64)
    return counts


def place(grid: Grid, shower: int, count: int) -> Placed:
    """The spots of one shower.

    Args:
        grid: Cumulated profiles of n showers.
        shower: Which of them.
        count: Number of spots.
    """
    numbers = np.diff(np.rint(count * grid.spots[shower]).astype(np.int64))
    steps = np.flatnonzero(numbers)
    numbers = numbers[steps]
    # what lies in a step without spots goes to the next one that has some
    energy = np.diff(grid.energy[shower][np.append(steps[:-1] + 1, -1)], prepend=0.0)
    low, high = grid.depths[shower][steps], grid.depths[shower][steps + 1]
    space = (high - low) / numbers
    first = np.cumsum(numbers) - numbers
    depth = np.repeat(low + (0.5 - first) * space, numbers)
    depth += np.arange(numbers.sum()) * np.repeat(space, numbers)
    return Placed(steps, numbers, depth, np.repeat(energy / numbers, numbers))
