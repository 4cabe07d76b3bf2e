"""Learning by proper scores: one player, no critic, stable from the first step."""

from __future__ import annotations

__all__ = ["EnergyScoring"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ..codec import Batch, Codec
from ..generators import ChainGenerator
from ..spec import Component
from .base import Objective
from .scores import column_score, energy_score
from .summaries import ShowerSummaries


class EnergyScoring(Component, Objective):
    """Energy scores of coarse values, of fine values given the real coarse, and of summaries.

    Giving the fine generator the real event's coarse values (layer energies) makes its task a
    conditional one in which each real event counts fully; in use it follows the coarse values
    that were generated.

    Args:
        generator: What is being trained.
        codec: What turns its values into cells.
        summaries: What of the cells is scored besides the values themselves.
        occupancy: Cell energy, in the cell's unit, that counts as half occupied.
        weights: Of the scores of coarse values, fine values, occupancy and summaries.
    """

    turns = ("generator",)

    def __init__(
        self,
        generator: ChainGenerator,
        codec: Codec,
        summaries: ShowerSummaries,
        occupancy: float,
        weights: Sequence[float],
    ) -> None:
        super().__init__()
        self.generator: ChainGenerator = generator
        self.codec = codec
        self.summaries = summaries
        self.occupancy = occupancy
        self.weights = list(weights)

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        generator: ChainGenerator,
        thresholds: Sequence[float] = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0),
        occupancy: float = 0.1,
        weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    ) -> EnergyScoring:
        """Standardises the summaries by real events."""
        cells = codec.transform.inverse(batch.x, batch.conditions)
        summaries = ShowerSummaries.fit(codec, cells, batch.conditions, thresholds)
        return cls(generator, codec, summaries, occupancy, weights)

    def loss(self, turn: str, batch: Batch, rng: torch.Generator) -> Tensor:
        split = self.generator.split
        given = batch.x[:, :split]
        drawn = [
            self.generator.guided(self.normal(len(given), rng), batch.c, given) for _ in range(2)
        ]
        coarse = energy_score(drawn[0][0], drawn[1][0], given)
        x = [self._settle(torch.cat([given, f], 1), batch.conditions) for _, f in drawn]
        fine = energy_score(*(v[:, split:] for v in (*x, batch.x)))
        cells = [self.codec.transform.inverse(v, batch.conditions) for v in (*x, batch.x)]
        occupied = energy_score(*(v / (v + self.occupancy) for v in cells))
        told = self.summaries.told(cells[2], batch.conditions)
        summaries = [self.summaries(v, told) for v in cells]
        physics = energy_score(*summaries) + column_score(*summaries)
        terms = zip(self.weights, (coarse, fine, occupied, physics), strict=True)
        return torch.stack([weight * term for weight, term in terms]).sum()

    def _settle(self, x: Tensor, conditions: Tensor) -> Tensor:
        """Settled values with the gradient of the unsettled.

        The score of an empty cell that should sometimes be hit pulls it up, that of hits that
        are too many pushes it down; were the gradient cut below the floor, cells that are
        rarely hit would never be hit.
        """
        return x + (self.codec.settle(x, conditions) - x).detach()
