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
        leak: Share of the gradient that passes where a value lies below that of an empty cell.
    """

    turns = ("generator",)

    def __init__(
        self,
        generator: ChainGenerator,
        codec: Codec,
        summaries: ShowerSummaries,
        occupancy: float,
        weights: Sequence[float],
        leak: float,
    ) -> None:
        super().__init__()
        self.generator: ChainGenerator = generator
        self.codec = codec
        self.summaries = summaries
        self.occupancy = occupancy
        self.weights = list(weights)
        self.leak = leak

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        generator: ChainGenerator,
        thresholds: Sequence[float] = (0.1, 1.0, 10.0, 100.0),
        occupancy: float = 0.1,
        weights: Sequence[float] = (1.0, 1.0, 1.0, 30.0),
        leak: float = 0.1,
    ) -> EnergyScoring:
        """Standardises the summaries by real events."""
        cells = codec.transform.inverse(batch.x, batch.conditions)
        summaries = ShowerSummaries.fit(codec, cells, batch.conditions, thresholds)
        return cls(generator, codec, summaries, occupancy, weights, leak)

    def loss(self, turn: str, batch: Batch, rng: torch.Generator) -> Tensor:
        split = self.generator.split
        # both draws at each real event in one pass
        twice = Batch(*(torch.cat([part, part]) for part in batch))
        given = twice.x[:, :split]
        coarse, fine = self.generator.guided(self.normal(len(given), rng), twice.c, given)
        x = self._settle(torch.cat([given, fine], 1), twice.conditions)
        cells = self.codec.transform.inverse(x, twice.conditions)
        with torch.no_grad():
            real = self.codec.transform.inverse(batch.x, batch.conditions)
            told = self.summaries.told(real, batch.conditions)
            summary = self.summaries(real, told)
        a, b = self.summaries(cells, torch.cat([told, told])).chunk(2)
        terms = (
            energy_score(*coarse.chunk(2), batch.x[:, :split]),
            energy_score(*x[:, split:].chunk(2), batch.x[:, split:]),
            energy_score(*self._occupied(cells).chunk(2), self._occupied(real)),
            energy_score(a, b, summary) + column_score(a, b, summary),
        )
        weighted = [weight * term for weight, term in zip(self.weights, terms, strict=True)]
        return torch.stack(weighted).sum()

    def _occupied(self, cells: Tensor) -> Tensor:
        """How far each cell is occupied, from 0 to 1."""
        return cells / (cells + self.occupancy)

    def _settle(self, x: Tensor, conditions: Tensor) -> Tensor:
        """Settled values; part of the gradient passes below the floor.

        Were it cut there, cells that are rarely hit would soon never be hit.
        """
        settled = self.codec.settle(x, conditions)
        return settled + self.leak * (x - x.detach()) * (x < settled)
