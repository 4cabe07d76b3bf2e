r"""How the energy of a shower is spread in depth, and how that differs between showers.

With t the depth along the shower axis in radiation lengths, y = E / E_c and T the depth of the
maximum, the energy follows a gamma distribution (equations 2-4),

    dE/dt = E beta (beta t)^(alpha - 1) exp(-beta t) / Gamma(alpha),  beta = (alpha - 1) / T,

whose ln T and ln alpha are drawn from two correlated normal distributions (equations 9-11 and
appendices A.1.2, A.2.3):

    <ln T>     = ln(ln y - 0.812 - 0.55 / F_S - 0.69 (1 - e))
    <ln alpha> = ln(0.81 + (0.458 + 2.26 / Z) ln y - 0.476 / F_S)
    sigma      = 1 / (s1 + s2 ln y),  rho = r1 + r2 ln y.

F_S is the number of samplings in a radiation length and e the ratio of the signals of electrons
and of minimum-ionising particles; a homogeneous block has 1 / F_S = 0, e = 1 and spreads of its
own. The spots that carry the energy are spread by a gamma distribution too, a little nearer to
the front (equations 32, 33 and appendices A.1.4, A.2.5).

Grindhammer and Peters, https://arxiv.org/abs/hep-ex/0001020.
"""

from __future__ import annotations

__all__ = ["HOMOGENEOUS", "LEAST_LOG_ENERGY", "SAMPLING", "Profile", "Spreads", "profile"]

import dataclasses

import numpy as np
from numpy.typing import NDArray

from .medium import Medium
from .tuning import Tuning

Floats = NDArray[np.float64]

# Below ln y = 3, about 0.16 GeV in lead, the spreads of the paper grow without bound.
LEAST_LOG_ENERGY = 3.0
# The energy falls off from its maximum in every shower, however it fluctuates.
_LEAST_SHAPE = 1.1
_LEAST_DEPTH = 0.5


@dataclasses.dataclass(frozen=True)
class Spreads:
    """Coefficients of what differs between homogeneous and sampling calorimeters.

    Attributes:
        depth: s1, s2 of the spread of ln T.
        shape: s1, s2 of the spread of ln alpha.
        correlation: r1, r2 of their correlation.
        spot_depth: a, b of T_spot / T = a + b Z.
        spot_shape: a, b of alpha_spot / alpha = a + b Z.
    """

    depth: tuple[float, float]
    shape: tuple[float, float]
    correlation: tuple[float, float]
    spot_depth: tuple[float, float]
    spot_shape: tuple[float, float]


HOMOGENEOUS = Spreads(
    (-1.4, 1.26), (-0.58, 0.86), (0.705, -0.023), (0.698, 0.00212), (0.639, 0.00334)
)
SAMPLING = Spreads((-2.5, 1.25), (-0.82, 0.79), (0.784, -0.023), (0.813, 0.0019), (0.844, 0.0026))


@dataclasses.dataclass(frozen=True)
class Profile:
    """Longitudinal profiles of n showers.

    Attributes:
        depth: Depth T of the maximum, in radiation lengths, with shape (n, 1).
        shape: alpha, with shape (n, 1).
        mean_shape: exp of the mean ln alpha at the shower's energy, with shape (n, 1).
        spot_depth: T of the spots, in radiation lengths, with shape (n, 1).
        spot_shape: alpha of the spots, with shape (n, 1).
    """

    depth: Floats
    shape: Floats
    mean_shape: Floats
    spot_depth: Floats
    spot_shape: Floats

    @property
    def scale(self) -> Floats:
        """beta, per radiation length, with shape (n, 1)."""
        return (self.shape - 1) / self.depth

    @property
    def spot_scale(self) -> Floats:
        """beta of the spots, per radiation length, with shape (n, 1)."""
        return (self.spot_shape - 1) / self.spot_depth

    def relative(self, t: Floats) -> Floats:
        """The depth tau of equation 34 at depths (n, m) in radiation lengths: 1 near T."""
        mean = self.shape / self.scale
        stretch = self.mean_shape / (self.mean_shape - 1)
        return t * (stretch / mean)


def profile(energy: Floats, normals: Floats, medium: Medium, tuning: Tuning) -> Profile:
    """Profiles of n showers.

    Args:
        energy: Energies in GeV, with shape (n, 1).
        normals: Standard normal noise, with shape (n, 2).
        medium: What the shower develops in.
        tuning: Corrections to the published coefficients.
    """
    log_y = np.maximum(np.log(1000 * energy / medium.critical_energy), LEAST_LOG_ENERGY)
    spreads = SAMPLING if medium.layered else HOMOGENEOUS
    mean_depth = log_y - 0.812 - 0.55 * medium.inverse_frequency - 0.69 * (1 - medium.e_mip)
    mean_depth = np.maximum(mean_depth + tuning.depth, _LEAST_DEPTH)
    mean_shape = 0.81 + (0.458 + 2.26 / medium.z) * log_y - 0.476 * medium.inverse_frequency
    mean_shape = np.maximum(tuning.shape * mean_shape, _LEAST_SHAPE)
    common, opposite = _correlated(normals, _line(spreads.correlation, log_y))
    depth = mean_depth * np.exp(tuning.depth_spread / _line(spreads.depth, log_y) * common)
    shape = mean_shape * np.exp(tuning.shape_spread / _line(spreads.shape, log_y) * opposite)
    depth, shape = np.maximum(depth, _LEAST_DEPTH), np.maximum(shape, _LEAST_SHAPE)
    return Profile(
        depth,
        shape,
        mean_shape,
        depth * _line(spreads.spot_depth, medium.z),
        np.maximum(shape * _line(spreads.spot_shape, medium.z), _LEAST_SHAPE),
    )


def _line(coefficients: tuple[float, float], x: Floats | float) -> Floats | float:
    return coefficients[0] + coefficients[1] * x


def _correlated(normals: Floats, rho: Floats | float) -> tuple[Floats, Floats]:
    """Two standard normal columns with correlation rho (equation 11)."""
    same, different = np.sqrt((1 + rho) / 2), np.sqrt((1 - rho) / 2)
    first, second = normals[:, :1], normals[:, 1:]
    return same * first + different * second, same * first - different * second
