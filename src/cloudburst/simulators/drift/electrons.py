"""Electrons of a track segment, from where they are set free to where they reach the pads.

In the frame of a pad row, x runs along the row, y across it, and z towards the pads; the
segment goes through the origin, at an angle to y that the conditions give. All its electrons
drift on their own: they spread with the square root of their drift, across and along the field,
and each starts an avalanche whose size follows a Polya distribution.
"""

from __future__ import annotations

__all__ = ["Electrons", "Segments", "free_electrons"]

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...detectors import Chamber
from .ionisation import relative_ionisation

Floats = NDArray[np.float64]

# Electrons farther off than so many standard deviations reach no pad of the row.
_REACH = 4.0


@dataclasses.dataclass(frozen=True)
class Segments:
    """Track segments, each quantity with shape (n,).

    Attributes:
        x_slope: Step along the row for each step across it.
        z_slope: Step towards the pads, likewise.
        drift: Drift length at the middle of the row, in mm.
        reach: Half of the length, across the row, whose electrons may reach its pads, in mm.
        clusters: Mean number of clusters within it.
    """

    x_slope: Floats
    z_slope: Floats
    drift: Floats
    reach: Floats
    clusters: Floats

    @classmethod
    def at(cls, chamber: Chamber, conditions: NDArray[np.float64]) -> Segments:
        """The segments at conditions in the units of the chamber's detector, with shape (n, C)."""

        def condition(name: str) -> Floats:
            return conditions[:, chamber.detector.condition_index(name)]

        gas = chamber.gas
        crossing, dip = (np.radians(condition(f"{name}_angle")) for name in ("crossing", "dip"))
        height = np.asarray(chamber.pad_heights)[condition("pad_row").astype(int)]
        drift = condition("drift_length") * chamber.time_bin * gas.velocity
        spread = np.hypot(chamber.response_width, gas.transverse * np.sqrt(drift))
        reach = height / 2 + _REACH * spread
        path = 2 * reach / (np.cos(crossing) * np.cos(dip))
        momentum = condition("pt") / np.cos(dip)
        ionisation = relative_ionisation(momentum, chamber.mass, gas.rise)
        clusters = gas.cluster_density * ionisation * path
        return cls(np.tan(crossing), np.tan(dip) / np.cos(crossing), drift, reach, clusters)


@dataclasses.dataclass(frozen=True)
class Electrons:
    """Electrons as they reach the pads, each quantity with shape (electrons,).

    Attributes:
        segment: Number of their segment.
        x: Place along the row, from the middle of the segment, in mm.
        y: Place across the row, from its middle, in mm.
        z: Place along the field, likewise; those nearer to the pads come earlier.
        gain: Size of the avalanche, over the mean.
    """

    segment: NDArray[np.int64]
    x: Floats
    y: Floats
    z: Floats
    gain: Floats


def free_electrons(
    chamber: Chamber,
    sizes: Floats,
    segments: Segments,
    streams: Sequence[np.random.Generator],
) -> Electrons:
    """All electrons of some segments, at the pads.

    Args:
        chamber: The chamber.
        sizes: Cumulative probabilities of the sizes of clusters.
        segments: The segments.
        streams: Random numbers of each segment.
    """
    shape = chamber.polya + 1
    places, multiplicities, kicks, gains = [], [], [], []
    for mean, rng in zip(segments.clusters, streams, strict=True):
        uniform = rng.random((2, rng.poisson(mean)))
        places.append(uniform[0])
        multiplicities.append(np.searchsorted(sizes, uniform[1], side="right") + 1)
        count = int(multiplicities[-1].sum())
        kicks.append(rng.standard_normal((3, count)))
        gains.append(rng.standard_gamma(shape, count))
    cluster_segment = np.repeat(np.arange(len(places)), [len(p) for p in places])
    of_cluster = np.repeat(np.arange(len(cluster_segment)), np.concatenate(multiplicities))
    segment = cluster_segment[of_cluster]
    origin = (2 * np.concatenate(places) - 1) * segments.reach[cluster_segment]
    x, y, z = _drifted(chamber, segments, segment, origin[of_cluster], np.hstack(kicks))
    return Electrons(segment, x, y, z, np.concatenate(gains) / shape)


def _drifted(
    chamber: Chamber, segments: Segments, segment: NDArray[np.int64], y: Floats, kicks: Floats
) -> tuple[Floats, Floats, Floats]:
    """Where electrons that were set free at y reach the pads."""
    gas = chamber.gas
    z = segments.z_slope[segment] * y
    root = np.sqrt(np.maximum(segments.drift[segment] - z, 0.0))
    across, along = gas.transverse * root, gas.longitudinal * root
    x = segments.x_slope[segment] * y + across * kicks[0]
    return x, y + across * kicks[1], z + along * kicks[2]
