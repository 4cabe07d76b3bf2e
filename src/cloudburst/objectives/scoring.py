"""Learning by proper scores: one player, no critic, stable from the first step."""

from __future__ import annotations

__all__ = ["Draws", "EnergyScoring"]

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..generators import ChainGenerator
from ..spec import Component
from ..streams import Stream
from .base import Objective
from .moments import SecondMoments
from .pairs import NeighbourSummaries
from .scores import column_score, energy_score
from .summaries import ShowerProfiles, ShowerSummaries, Summaries

# Added to each slice of a profile before its logarithm, in the cells' unit.
_FLOOR = 0.3
# How many of the thresholds tell whether neighbours are hit together.
_LOWEST = 3


class Draws(NamedTuple):
    """A batch and two draws at the conditions of each of its events, one after the other.

    Attributes:
        real: Values of the batch, with shape (N, D).
        coarse: Coarse values that were drawn, with shape (2 N, split).
        x: Drawn values whose coarse part is that of the real event, with shape (2 N, D).
        cells: Cells of the batch, with shape (N, cells).
        drawn: Cells of the draws, with shape (2 N, cells).
        told: Conditions and layer energies of the batch.
    """

    real: Tensor
    coarse: Tensor
    x: Tensor
    cells: Tensor
    drawn: Tensor
    told: Tensor


class EnergyScoring(Component, Objective):
    """Energy scores of coarse values, of fine values given the real coarse, and of summaries.

    Values and summaries are scored jointly and column by column, occupancies jointly.

    Giving the fine generator the real event's coarse values (layer energies) makes its task a
    conditional one in which each real event counts fully; in use it follows the coarse values
    that were generated.

    Args:
        generator: What is being trained.
        codec: What turns its values into cells.
        summaries: What of the cells is scored besides the values themselves.
        occupancy: Cell energy, in the cell's unit, that counts as half occupied.
        weights: Of the scores of coarse values, fine values and occupancy, of each of the
            summaries, and of the correlations.
        leak: Share of the gradient that passes where a value lies below that of an empty cell.
        moments: The difference of correlations.
    """

    turns: tuple[str, ...] = ("generator",)

    def __init__(
        self,
        generator: ChainGenerator,
        codec: Codec,
        summaries: Sequence[Summaries],
        occupancy: float,
        weights: Sequence[float],
        leak: float,
        moments: SecondMoments,
    ) -> None:
        super().__init__()
        self.moments = moments
        self.generator: ChainGenerator = generator
        self.codec = codec
        self.summaries = nn.ModuleList(summaries)
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
        weights: Sequence[float] = (1.0, 1.0, 1.0, 30.0, 0.0, 0.0, 0.0),
        leak: float = 0.1,
    ) -> EnergyScoring:
        """Standardises the summaries by real events."""
        summaries = cls.standard_summaries(codec, batch, thresholds)
        moments = SecondMoments.fit(batch, generator.split, codec.detector)
        return cls(generator, codec, summaries, occupancy, weights, leak, moments)

    @staticmethod
    def standard_summaries(
        codec: Codec, batch: Batch, thresholds: Sequence[float]
    ) -> list[Summaries]:
        """Shape summaries, profiles and neighbours, standardised by the events of a batch."""
        cells = codec.transform.inverse(batch.x, batch.conditions)
        return [
            ShowerSummaries.fit(codec, cells, batch.conditions, thresholds),
            ShowerProfiles.fit(codec, cells, batch.conditions, _FLOOR, thresholds[-1]),
            NeighbourSummaries.fit(
                codec, cells, batch.conditions, thresholds[:_LOWEST], thresholds[-1]
            ),
        ]

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        return self.score(batch, self.draw(batch, rng))

    def draw(self, batch: Batch, rng: Stream) -> Draws:
        """Both draws at each real event, in one pass."""
        split = self.generator.split
        real = batch.x
        given, c, conditions = (
            torch.cat([part, part]) for part in (real[:, :split], batch.c, batch.conditions)
        )
        z = torch.cat([self.normal(len(real), rng) for _ in range(2)])
        coarse, fine = self.generator.guided(z, c, given)
        x = self._settle(torch.cat([given, fine], 1), conditions)
        drawn = self.codec.transform.inverse(x, conditions)
        with torch.no_grad():
            cells = self.codec.transform.inverse(real, batch.conditions)
            told = self.summaries[0].told(cells, batch.conditions)
        return Draws(real, coarse, x, cells, drawn, told)

    def score(self, batch: Batch, draws: Draws) -> Tensor:
        """The weighted sum of the scores, as a scalar."""
        split, real = self.generator.split, draws.real
        terms = [
            _both_scores(*draws.coarse.chunk(2), real[:, :split]),
            _both_scores(*draws.x[:, split:].chunk(2), real[:, split:]),
            energy_score(*self._occupied(draws.drawn).chunk(2), self._occupied(draws.cells)),
        ]
        for summaries, weight in zip(self.summaries, self.weights[3:-1], strict=True):
            terms.append(self._summary_score(summaries, draws) if weight else real.new_zeros(()))
        if self.weights[-1]:
            terms.append(self.moments(*draws.x.chunk(2), real, batch.conditions))
        else:
            terms.append(real.new_zeros(()))
        weighted = [weight * term for weight, term in zip(self.weights, terms, strict=True)]
        return torch.stack(weighted).sum()

    def _summary_score(self, summaries: nn.Module, draws: Draws) -> Tensor:
        with torch.no_grad():
            real = summaries(draws.cells, draws.told)
        a, b = summaries(draws.drawn, torch.cat([draws.told, draws.told])).chunk(2)
        return _both_scores(a, b, real)

    def _occupied(self, cells: Tensor) -> Tensor:
        """How far each cell is occupied, from 0 to 1."""
        return cells / (cells + self.occupancy)

    def _settle(self, x: Tensor, conditions: Tensor) -> Tensor:
        """Settled values; part of the gradient passes below the floor.

        Were it cut there, cells that are rarely hit would soon never be hit.
        """
        settled = self.codec.settle(x, conditions)
        return settled + self.leak * (x - x.detach()) * (x < settled)


def _both_scores(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """The score of all columns together and that of each alone."""
    return energy_score(a, b, x) + column_score(a, b, x)
