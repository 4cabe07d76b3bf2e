r"""How the energy of a shower is spread around its axis.

At each depth a core and a tail (equation 23), with r in Moliere radii:

    f(r) = p 2 r R_C^2 / (r^2 + R_C^2)^2 + (1 - p) 2 r R_T^2 / (r^2 + R_T^2)^2.

With tau = t / T and the energy in GeV (equations 24-26, appendices A.1.3 and A.2.4):

    R_C = 0.0251 + 0.00319 ln E + (0.1162 - 0.000381 Z) tau
          - 0.0203 (1 - e) + 0.0397 exp(-tau) / F_S
    R_T = k1 [exp(-2.59 (tau - 0.645)) + exp(k4 (tau - 0.645))]
          - 0.14 (1 - e) - 0.495 exp(-tau) / F_S
    p   = p1 exp(u - exp(u)) + (1 - e) [0.348 - 0.642 exp(-(tau - 1)^2) / F_S]

    k1 = 0.659 - 0.00309 Z,  k4 = 0.3585 + 0.0421 ln E,  p1 = 2.632 - 0.00094 Z,
    u = (0.401 + 0.00187 Z - tau) / (1.313 - 0.0686 ln E).

The cumulative distribution of either part is r^2 / (r^2 + R^2), so that r = R sqrt(v / (1 - v))
with v uniform (equation 28). Nothing limits r in the paper; a tuning may, as 1 % of the energy
would else lie beyond ten times R_T.

Grindhammer and Peters, https://arxiv.org/abs/hep-ex/0001020.
"""

from __future__ import annotations

__all__ = ["Radial", "radial", "radii"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

from .medium import Medium
from .tuning import Tuning

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

# A tail is wider than nothing; the sampling terms can push it below zero at the front.
_LEAST_RADIUS = 0.005


@dataclasses.dataclass(frozen=True)
class Radial:
    """Radial profiles at m depths.

    Attributes:
        core: R_C in Moliere radii, with shape (..., m).
        tail: R_T in Moliere radii, with shape (..., m).
        weight: Share p of the core, with shape (..., m).
    """

    core: Floats
    tail: Floats
    weight: Floats


def radial(tau: Floats, energy: Floats, medium: Medium, tuning: Tuning) -> Radial:
    """Radial profiles.

    Args:
        tau: Depths in units of that of the maximum, with shape (n, m).
        energy: Energies in GeV, with shape (n, 1).
        medium: What the shower develops in.
        tuning: Corrections to the published coefficients.
    """
    log_e, lost, sparse = np.log(energy), 1 - medium.e_mip, medium.inverse_frequency
    early = sparse * np.exp(-tau)
    core = 0.0251 + 0.00319 * log_e + (0.1162 - 0.000381 * medium.z) * tau
    core += 0.0397 * early - 0.0203 * lost
    rise = np.exp(-2.59 * (tau - 0.645)) + np.exp((0.3585 + 0.0421 * log_e) * (tau - 0.645))
    tail = (0.659 - 0.00309 * medium.z) * rise - 0.495 * early - 0.14 * lost
    u = (0.401 + 0.00187 * medium.z - tau) / np.maximum(1.313 - 0.0686 * log_e, 0.1)
    weight = (2.632 - 0.00094 * medium.z) * np.exp(u - np.exp(np.minimum(u, 50.0)))
    weight += lost * (0.348 - 0.642 * sparse * np.exp(-((tau - 1) ** 2)))
    return Radial(
        tuning.core * np.maximum(core, _LEAST_RADIUS),
        tuning.tail * np.maximum(tail, _LEAST_RADIUS),
        np.clip(weight + tuning.weight, 0.0, 1.0),
    )


def radii(
    uniforms: Floats32, core: Floats32, tail: Floats32, weight: Floats32, reach: float
) -> Floats32:
    """Distances from the axis, in the unit of `core`, `tail` and `reach`, with shape (n,).

    One uniform number in [0, 1) both chooses between core and tail and, stretched, places the
    spot within the chosen part, up to the distance `reach`.
    """
    inside = uniforms < weight
    share = np.where(inside, weight, 1 - weight)
    low = np.where(inside, np.float32(0), weight)
    radius = np.where(inside, core, tail)
    v = np.minimum((uniforms - low) / share, np.float32(1 - 2.0**-22))
    v /= 1 + np.square(radius / np.float32(reach))
    distances: Floats32 = radius * np.sqrt(v / (1 - v))
    return distances
