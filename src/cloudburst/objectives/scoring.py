"""Learning by proper scores, sharpened by a critic."""

from __future__ import annotations

__all__ = ["EnergyScoring"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..generators import ChainGenerator
from ..nn import MLP
from ..spec import Component
from .base import Objective
from .scores import column_score, energy_score
from .summaries import ShowerSummaries


class EnergyScoring(Component, Objective):
    r"""Energy scores of coarse values, of fine values given the real coarse, and of summaries.

    Giving the fine generator the real event's coarse values (layer energies) makes its task a
    conditional one in which each real event counts fully; in use it follows the coarse values
    that were generated.

    The scores find the law's bulk from the first step and hold it; what they weigh too little
    (correlations of many values) a critic of values and summaries finds, with hinge losses
    (Lim and Ye, https://arxiv.org/abs/1705.02894) and its gradient at real events penalised
    by $\tfrac{\gamma}{2}\lVert\nabla D\rVert^2$ (Mescheder et al.,
    https://arxiv.org/abs/1801.04406).

    Args:
        generator: What is being trained.
        codec: What turns its values into cells.
        summaries: What of the cells is scored besides the values themselves.
        critic: Maps values, summaries and features to a score, or None to go without.
        occupancy: Cell energy, in the cell's unit, that counts as half occupied.
        weights: Of the scores of coarse values, fine values, occupancy and summaries.
        fooling: Weight of the critic's word.
        smoothness: Factor γ of the critic's gradient penalty.
        leak: Share of the gradient that passes where a value lies below that of an empty cell.
    """

    def __init__(
        self,
        generator: ChainGenerator,
        codec: Codec,
        summaries: ShowerSummaries,
        critic: nn.Module | None,
        occupancy: float,
        weights: Sequence[float],
        fooling: float,
        smoothness: float,
        leak: float,
    ) -> None:
        super().__init__()
        self.generator: ChainGenerator = generator
        self.codec = codec
        self.summaries = summaries
        self.critic = critic
        self.occupancy = occupancy
        self.weights = list(weights)
        self.fooling = fooling
        self.smoothness = smoothness
        self.leak = leak
        self.turns = ("generator",) if critic is None else ("critic", "generator")

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        generator: ChainGenerator,
        thresholds: Sequence[float] = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0),
        occupancy: float = 0.1,
        weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
        critic: Sequence[int] = (),
        fooling: float = 0.1,
        smoothness: float = 1.0,
        leak: float = 0.1,
        dropout: float = 0.0,
    ) -> EnergyScoring:
        """Standardises the summaries by real events; `critic` gives its hidden widths."""
        cells = codec.transform.inverse(batch.x, batch.conditions)
        summaries = ShowerSummaries.fit(codec, cells, batch.conditions, thresholds)
        size = codec.values + summaries.size + codec.features.size
        network = MLP(size, 1, critic, dropout=dropout) if critic else None
        return cls(
            generator, codec, summaries, network, occupancy, weights, fooling, smoothness, leak
        )

    def loss(self, turn: str, batch: Batch, rng: torch.Generator) -> Tensor:
        if turn == "critic":
            return self._critic_loss(batch, rng)
        loss = self._score(batch, rng)
        if self.critic is None:
            return loss
        return loss - self.fooling * self.critic(*self._seen(self._draw(batch, rng), batch)).mean()

    def _score(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """The weighted scores of two draws at each real event."""
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

    def _critic_loss(self, batch: Batch, rng: torch.Generator) -> Tensor:
        with torch.no_grad():
            fake = self._seen(self._draw(batch, rng), batch)
            real = self._seen(batch.x, batch)
        x, summaries, c = real
        x, summaries = x.requires_grad_(), summaries.requires_grad_()
        assert self.critic is not None
        score = self.critic(x, summaries, c)
        slopes = torch.autograd.grad(score.sum(), (x, summaries), create_graph=True)
        steepness = torch.stack([slope.square().sum(1).mean() for slope in slopes]).sum()
        hinge = (1 - score).relu().mean() + (1 + self.critic(*fake)).relu().mean()
        return hinge + 0.5 * self.smoothness * steepness

    def _draw(self, batch: Batch, rng: torch.Generator) -> Tensor:
        fake = self.generator(self.normal(len(batch.x), rng), batch.c)
        return self._settle(fake, batch.conditions)

    def _seen(self, x: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """What the critic sees: values, summaries and features."""
        cells = self.codec.transform.inverse(x, batch.conditions)
        told = self.summaries.told(cells, batch.conditions)
        return x, self.summaries(cells, told), batch.c

    def _settle(self, x: Tensor, conditions: Tensor) -> Tensor:
        """Settled values; part of the gradient passes below the floor.

        Were it cut there, cells that are rarely hit would soon never be hit.
        """
        settled = self.codec.settle(x, conditions)
        return settled + self.leak * (x - x.detach()) * (x < settled)
