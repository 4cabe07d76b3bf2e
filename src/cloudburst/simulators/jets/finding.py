r"""Jets of calorimeter towers, trimmed, by FastJet (https://arxiv.org/abs/1111.6097).

Jets are found by the anti-k_T algorithm (Cacciari, Salam, Soyez, https://arxiv.org/abs/0802.1189)
and trimmed: their towers are clustered again, by k_T into small subjets, and subjets below a
fraction of the jet's transverse momentum are dropped (Krohn, Thaler, Wang,
https://arxiv.org/abs/0912.1342).
"""

from __future__ import annotations

__all__ = ["Finder", "Jet", "tau21"]

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...extras import require

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Jet:
    """A trimmed jet.

    Attributes:
        towers: Numbers of the towers that were kept, among those that were clustered.
        subjets: Axes (eta, phi in rad) of their subjets, the hardest first, (subjets, 2).
        pt: Transverse momentum before trimming, in GeV.
        direction: (eta, phi in rad) before trimming, with shape (2,).
    """

    towers: NDArray[np.int64]
    subjets: Floats
    pt: float
    direction: Floats


class Finder:
    """Finds and trims jets.

    Args:
        radius: Of the anti-k_T jets.
        subjet_radius: Of the k_T subjets.
        fraction: Least transverse momentum of a subjet, over that of its jet.

    Raises:
        MissingExtraError: FastJet is not installed.
    """

    def __init__(self, radius: float, subjet_radius: float, fraction: float) -> None:
        # the plain interface: that of the package itself is one for arrays of events
        self._fastjet: Any = require("fastjet._swig", "jets")
        # keeps the banner off standard output
        self._fastjet.ClusterSequence.set_fastjet_banner_stream(None)
        self._jets = self._fastjet.JetDefinition(self._fastjet.antikt_algorithm, radius)
        self._subjets = self._fastjet.JetDefinition(self._fastjet.kt_algorithm, subjet_radius)
        self._fraction = fraction

    def jets(self, momenta: Floats, least: float) -> Iterator[Jet]:
        """The jets of at least some transverse momentum before trimming, the hardest first.

        Args:
            momenta: px, py, pz, E of the towers in GeV, with shape (towers, 4).
            least: In GeV.
        """
        clusters = self._fastjet.ClusterSequence(self._points(momenta), self._jets)
        for jet in self._fastjet.sorted_by_pt(clusters.inclusive_jets(least)):
            yield self._trimmed(jet)

    def axes(self, momenta: Floats, n: int) -> Floats:
        """Axes (rapidity, azimuth) of n exclusive k_T subjets, with shape (n, 2)."""
        wide = self._fastjet.JetDefinition(self._fastjet.kt_algorithm, 10.0)
        clusters = self._fastjet.ClusterSequence(self._points(momenta), wide)
        jets = clusters.exclusive_jets(n)
        return np.array([(jet.rap(), jet.phi()) for jet in jets], np.float64)

    def _trimmed(self, jet: Any) -> Jet:
        parts = self._fastjet.ClusterSequence(list(jet.constituents()), self._subjets)
        kept = self._fastjet.sorted_by_pt(parts.inclusive_jets(self._fraction * jet.pt()))
        towers = [tower.user_index() for subjet in kept for tower in subjet.constituents()]
        subjets = np.array([(s.eta(), s.phi()) for s in kept], np.float64)
        return Jet(np.array(towers, np.int64), subjets, jet.pt(), np.array([jet.eta(), jet.phi()]))

    def _points(self, momenta: Floats) -> list[Any]:
        points = [self._fastjet.PseudoJet(*row) for row in momenta.tolist()]
        for number, point in enumerate(points):
            point.set_user_index(number)
        return points


def tau21(finder: Finder, momenta: Floats) -> float:
    r"""2-subjettiness over 1-subjettiness, about the axes of exclusive k_T subjets, beta = 1.

    tau_N = sum_k p_T,k min_a dR(k, axis a) / sum_k p_T,k; zero where tau_1 is.

    Args:
        finder: Finds the axes.
        momenta: px, py, pz, E of a jet's constituents in GeV, with shape (constituents, 4).

    Source: Thaler, Van Tilburg, https://arxiv.org/abs/1011.2268.
    """
    if len(momenta) < 2:
        return 0.0
    px, py, pz, energy = momenta.T
    pt, rapidity = np.hypot(px, py), 0.5 * np.log((energy + pz) / (energy - pz))
    phi = np.arctan2(py, px)
    spread = []
    for n in (1, 2):
        axes = finder.axes(momenta, n)
        turn = np.angle(np.exp(1j * (phi[:, None] - axes[:, 1])))
        distance = np.hypot(rapidity[:, None] - axes[:, 0], turn)
        spread.append(float((pt * distance.min(axis=1)).sum()))
    return spread[1] / spread[0] if spread[0] > 0 else 0.0
