"""What each incident particle starts: a shower at the front face, or two behind it.

Electrons and positrons start a shower where they enter. A photon converts after a depth that is
exponentially distributed with mean 9/7 radiation lengths, and its electron and positron start a
shower each. They share its energy as x and 1 - x with the density of complete screening,
1 - 4/3 x (1 - x) (Review of Particle Physics, https://pdg.lbl.gov, "Passage of particles through
matter", section on photons), of which the integral is x - 2/3 x^2 + 4/9 x^3 over 7/9.
"""

from __future__ import annotations

__all__ = ["PRIMARIES", "Start", "charged", "photon"]

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

_MEAN_FREE_PATH = 9 / 7  # radiation lengths
_FRACTIONS = np.linspace(0, 1, 2001)
_CUMULATED = (_FRACTIONS - 2 / 3 * _FRACTIONS**2 + 4 / 9 * _FRACTIONS**3) / (7 / 9)


class Start(NamedTuple):
    """One shower's share of the energy, and where it starts in radiation lengths."""

    share: float
    depth: float


Primary = Callable[[np.random.Generator], tuple[Start, ...]]


def charged(_: np.random.Generator) -> tuple[Start, ...]:
    """The shower of an electron or positron."""
    return (Start(1.0, 0.0),)


def photon(rng: np.random.Generator) -> tuple[Start, ...]:
    """The two showers of a photon."""
    depth = rng.exponential(_MEAN_FREE_PATH)
    share = float(np.interp(rng.random(), _CUMULATED, _FRACTIONS))
    return Start(share, depth), Start(1 - share, depth)


PRIMARIES: Mapping[str, Primary] = MappingProxyType(
    {"e-": charged, "e+": charged, "gamma": photon}
)
