r"""Layer energies apart from the cells of each layer.

A shower with layer energies $E_0 \dots E_{L-1}$ at incident energy $E$ becomes

$$ u_0 = \sum_j E_j / E, \qquad u_{i+1} = E_i \Big/ \sum_{j \ge i} E_j \quad (i < L - 1), $$

each in a bounded range, followed by its cells. A generator that gets the few $u$ right has
response and layer energies right to the last digit, whatever it does to single cells: on the
way back the cells of a layer are scaled to sum to its energy. The transform of the cells is
told the layer energies beside the conditions.

A cell of energy x is scaled by $r\, e^{\kappa w}$ with $w = x / (x + a)$: what is missing is made
up by cells well above the `stiffness` a, and small ones keep their energy, and with it the lines
of their spectrum. To first order $\kappa = \log(E_i / \sum x) \sum x / \sum w x$, and r does the
rest.

Krause and Shih, https://arxiv.org/abs/2106.05285, eq. 2.
"""

from __future__ import annotations

__all__ = ["LayerFractions"]

from collections.abc import Sequence

import torch
from torch import Tensor

from .. import units
from ..detector import Detector
from ..streams import Stream
from .base import Compose, Step, Transform

_TINY = 1e-30
# Its square is still a number in float32, so that gradients of an empty layer are, too.
_LEAST = 1e-12
# Largest logarithm of the factor of a hot cell.
_STRONGEST = 3.0


class LayerFractions(Transform):
    """Cell energies (N, D) to L energy fractions and D cells, with shape (N, L + D).

    Args:
        sizes: Cells of each of the L layers.
        incident: Column of the incident energy among the conditions.
        unit: How many units of a cell make one unit of the incident energy.
        energies: Transform of the L fractions; sees the conditions, with shape (N, C).
        cells: Transform of the D cells, in their unit; sees conditions and layer energies, in
            the cells' unit and no smaller than `softening`, with shape (N, C + L).
        softening: Smallest layer energy that `cells` is told of.
        stiffness: The energy a, in the cells' unit; cells well below it are not scaled.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        incident: int,
        unit: float,
        energies: Transform,
        cells: Transform,
        softening: float = 1.0,
        stiffness: float = 0.0,
    ) -> None:
        super().__init__()
        self.sizes = list(sizes)
        self.incident = incident
        self.unit = unit
        self.energies = energies
        self.cells = cells
        self.softening = softening
        self.stiffness = stiffness

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        energies: Sequence[Step],
        cells: Sequence[Step],
        condition: str = "energy",
        softening: float = 1.0,
        stiffness: float = 0.0,
    ) -> LayerFractions:
        """Fits the steps of the fractions and of the cells; one layer for each readout."""
        incident = detector.condition_index(condition)
        unit = units.ratio(detector.conditions[incident].unit, detector.readouts[0].unit)
        sizes = [readout.size for readout in detector.readouts]
        sums = _layer_sums(x, sizes)
        u = _fractions(sums, c[:, incident] * unit)
        told = _tell(c, sums, softening)
        inner = Compose.fit(u, c, detector, energies), Compose.fit(x, told, detector, cells)
        return cls(sizes, incident, unit, *inner, softening, stiffness)

    def columns(self, n: int) -> int:
        return self.energies.columns(len(self.sizes)) + self.cells.columns(n)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        sums = _layer_sums(x, self.sizes)
        u = _fractions(sums, c[:, self.incident] * self.unit)
        cells = self.cells(x, _tell(c, sums, self.softening))
        return torch.cat([self.energies(u, c), cells], dim=1)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        sums = self.layer_energies(x, c)
        cells = self.cells.inverse(x[:, len(self.sizes) :], _tell(c, sums, self.softening))
        if self.stiffness:
            layers = zip(cells.split(self.sizes, dim=1), sums.split(1, dim=1), strict=True)
            cells = torch.cat([self._pull(layer, total) for layer, total in layers], dim=1)
        factors = sums / _layer_sums(cells, self.sizes).clamp(min=_LEAST)
        layers = zip(cells.split(self.sizes, dim=1), factors.split(1, dim=1), strict=True)
        return torch.cat([layer * factor for layer, factor in layers], dim=1)

    @property
    def redraws(self) -> bool:
        return bool(self.cells.redraws)

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        count = len(self.sizes)
        told = _tell(c, self.layer_energies(x, c), self.softening)
        return torch.cat([x[:, :count], self.cells.settle(x[:, count:], told)], dim=1)

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        energies, cells = x.split([len(self.sizes), x.shape[1] - len(self.sizes)], dim=1)
        told = _tell(c, self.layer_energies(x, c), self.softening)
        drawn = self.energies.redraw(energies, c, rng), self.cells.redraw(cells, told, rng)
        return torch.cat(drawn, dim=1)

    def layer_energies(self, x: Tensor, c: Tensor) -> Tensor:
        """Energies of the layers, in the cells' unit, with shape (N, L), of network values."""
        u = self.energies.inverse(x[:, : len(self.sizes)], c)
        left = u[:, :1].clamp(min=0) * c[:, self.incident, None] * self.unit
        sums = []
        for i in range(1, len(self.sizes)):
            share = u[:, i : i + 1].clamp(0, 1)
            sums.append(left * share)
            left = left * (1 - share)
        return torch.cat([*sums, left], dim=1)

    def _pull(self, layer: Tensor, total: Tensor) -> Tensor:
        """Cells (N, n) of one layer; hot ones scaled so that all nearly sum to its energy."""
        weights = layer / (layer + self.stiffness)
        had, could = layer.sum(1, keepdim=True), (layer * weights).sum(1, keepdim=True)
        wanted = (total.clamp(min=_LEAST) / had.clamp(min=_LEAST)).log()
        pull = (wanted * had / could.clamp(min=_LEAST)).clamp(-_STRONGEST, _STRONGEST)
        return layer * (pull * weights).exp()


def _layer_sums(x: Tensor, sizes: list[int]) -> Tensor:
    return torch.stack([layer.sum(1) for layer in x.split(sizes, dim=1)], dim=1)


def _fractions(sums: Tensor, incident: Tensor) -> Tensor:
    """The fractions u, with shape (N, L), of layer energies; an empty rest gives zero."""
    rest = sums.flip(1).cumsum(1).flip(1)
    shares = sums[:, :-1] / rest[:, :-1].clamp(min=_TINY)
    return torch.cat([rest[:, :1] / incident[:, None], shares], dim=1)


def _tell(c: Tensor, sums: Tensor, softening: float) -> Tensor:
    return torch.cat([c, sums.clamp(min=softening)], dim=1)
