r"""Layer energies apart from the shape of each layer.

A shower with layer energies $E_0 \dots E_{L-1}$ at incident energy $E$ becomes

$$ u_0 = \sum_j E_j / E, \qquad u_{i+1} = E_i \Big/ \sum_{j \ge i} E_j \quad (i < L - 1), $$

each in a bounded range, followed by its cells divided by their layer's energy. A generator
that gets the few $u$ right has response and layer energies right to the last digit, whatever
it does to single cells: on the way back the cells of a layer are scaled to sum to its energy.

Krause and Shih, https://arxiv.org/abs/2106.05285, eq. 2.
"""

from __future__ import annotations

__all__ = ["LayerFractions"]

from collections.abc import Sequence

import torch
from torch import Tensor

from .. import units
from ..detector import Detector
from .base import Compose, Step, Transform

_TINY = 1e-30


class LayerFractions(Transform):
    """Cell energies (N, D) to energy fractions and cells, with shape (N, L + D).

    Args:
        sizes: Cells of each of the L layers.
        incident: Column of the incident energy among the conditions.
        unit: How many units of a cell make one unit of the incident energy.
        energies: Transform of the L fractions.
        cells: Transform of the D normalised cells.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        incident: int,
        unit: float,
        energies: Transform,
        cells: Transform,
    ) -> None:
        super().__init__()
        self.sizes = list(sizes)
        self.incident = incident
        self.unit = unit
        self.energies = energies
        self.cells = cells

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        energies: Sequence[Step],
        cells: Sequence[Step],
        condition: str = "energy",
    ) -> LayerFractions:
        """Fits the steps of the fractions and of the cells; one layer for each readout."""
        incident = detector.condition_index(condition)
        unit = units.ratio(detector.conditions[incident].unit, detector.readouts[0].unit)
        sizes = [readout.size for readout in detector.readouts]
        u, f = _split(x, c[:, incident] * unit, sizes)
        inner = [Compose.fit(v, c, detector, s) for v, s in ((u, energies), (f, cells))]
        return cls(sizes, incident, unit, *inner)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        u, f = _split(x, c[:, self.incident] * self.unit, self.sizes)
        return torch.cat([self.energies(u, c), self.cells(f, c)], dim=1)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        count = len(self.sizes)
        u = self.energies.inverse(x[:, :count], c)
        layers = self.cells.inverse(x[:, count:], c).split(self.sizes, dim=1)
        left = u[:, 0] * c[:, self.incident] * self.unit
        scaled = []
        for i, cells in enumerate(layers):
            share = u[:, i + 1] if i + 1 < count else torch.ones_like(left)
            factor = share * left / cells.sum(1).clamp(min=_TINY)
            scaled.append(cells * factor[:, None])
            left = left * (1 - share)
        return torch.cat(scaled, dim=1)

    def floor(self, low: Tensor) -> Tensor:
        free = low.new_full((len(self.sizes),), -torch.inf)
        return torch.cat([free, self.cells.floor(low)])


def _split(x: Tensor, incident: Tensor, sizes: list[int]) -> tuple[Tensor, Tensor]:
    """Fractions (N, L) and normalised cells (N, D) of cell energies; empty layers give zero."""
    layers = x.split(sizes, dim=1)
    sums = torch.stack([layer.sum(1) for layer in layers], dim=1)
    # energy of a layer and all behind it
    rest = sums.flip(1).cumsum(1).flip(1)
    u = torch.cat(
        [rest[:, :1] / incident[:, None], sums[:, :-1] / rest[:, :-1].clamp(min=_TINY)], 1
    )
    cells = [layer / sums[:, i : i + 1].clamp(min=_TINY) for i, layer in enumerate(layers)]
    return u, torch.cat(cells, dim=1)
