r"""Primary ionisation along a track.

The number of clusters is Poisson distributed; its mean rises with the path and, with beta and
gamma of the particle, as

    [1 + r (ln(beta^2 gamma^2) - beta^2)] / beta^2,

which is lowest near beta gamma = 3.5 (Rieke and Prepejchal, Phys. Rev. A 6 (1972) 1507,
https://doi.org/10.1103/PhysRevA.6.1507). The number of electrons in a cluster is drawn from a
measured table, with a tail of 1 / n^2 for the knock-on electrons beyond it (Fischle, Heintze,
Schmidt, Nucl. Instrum. Meth. A 301 (1991) 202, https://doi.org/10.1016/0168-9002(91)90460-8).
"""

from __future__ import annotations

__all__ = ["cluster_sizes", "relative_ionisation"]

import numpy as np
from numpy.typing import NDArray

from ...detectors import Gas

Floats = NDArray[np.float64]


def relative_ionisation(momentum: Floats, mass: float, rise: float) -> Floats:
    """Clusters for each length of path, over those of a minimum-ionising particle.

    Args:
        momentum: In GeV, above zero, with any shape.
        mass: In GeV.
        rise: M^2 / C of the gas.

    >>> relative_ionisation(np.array([0.05, 0.5, 50.0]), 0.1396, 0.11).round(2)
    array([5.28, 1.  , 1.72])
    """
    grid = np.geomspace(0.5, 50.0, 1000)
    lowest = float(_ionisation(grid, rise).min())
    return _ionisation(momentum / mass, rise) / lowest


def _ionisation(beta_gamma: Floats, rise: float) -> Floats:
    square = beta_gamma**2
    beta2 = square / (1 + square)
    values: Floats = (1 + rise * (np.log(square) - beta2)) / beta2
    return values


def cluster_sizes(gas: Gas) -> Floats:
    """The cumulative probabilities of at most 1, 2, ... electrons, with shape (largest,)."""
    sizes = np.arange(1, gas.largest + 1, dtype=np.float64)
    probabilities = gas.tail / sizes**2
    probabilities[: len(gas.cluster_sizes)] = gas.cluster_sizes
    cumulative: Floats = np.cumsum(probabilities) / probabilities.sum()
    cumulative[-1] = 1
    return cumulative
