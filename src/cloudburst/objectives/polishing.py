r"""Proper scores, and a critic for what they see too faintly.

Energy scores keep a generator near the truth everywhere, but the deeper a dependence between
many numbers, the fainter it is in a distance. A critic D that looks at the same summaries finds
it, and is kept smooth by the penalty

$$ \frac{\gamma}{2}\, \mathrm{E}\, \lVert \nabla D(x) \rVert^2 $$

at real events (Mescheder, Geiger and Nowozin, https://arxiv.org/abs/1801.04406, eq. 9, whose
logistic losses are used). The scores stay in the generator's loss, so that it cannot collapse
onto what the critic has missed.
"""

from __future__ import annotations

__all__ = ["PolishedScoring"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from ..codec import Batch, Codec
from ..generators import ChainGenerator
from ..nn import MLP
from ..streams import Stream
from .moments import SecondMoments
from .scoring import Draws, EnergyScoring
from .summaries import Summaries


class PolishedScoring(EnergyScoring):
    """Energy scores, and a critic of summaries given conditions and coarse values.

    Args:
        generator: What is being trained.
        codec: What turns its values into cells.
        summaries: What is scored, and what the critic sees.
        occupancy: Cell energy, in the cell's unit, that counts as half occupied.
        weights: As for `EnergyScoring`.
        leak: As for `EnergyScoring`.
        moments: As for `EnergyScoring`.
        critic: Maps features, coarse values and summaries to a score, (N, ...) to (N, 1).
        polish: Weight of the critic in the generator's loss.
        penalty: The factor γ of the critic's squared gradient.
    """

    turns = ("critic", "generator")

    def __init__(
        self,
        generator: ChainGenerator,
        codec: Codec,
        summaries: Sequence[Summaries],
        occupancy: float,
        weights: Sequence[float],
        leak: float,
        moments: SecondMoments,
        critic: nn.Module,
        polish: float,
        penalty: float,
    ) -> None:
        super().__init__(generator, codec, summaries, occupancy, weights, leak, moments)
        self.critic = critic
        self.polish = polish
        self.penalty = penalty

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        generator: ChainGenerator,
        thresholds: Sequence[float] = (0.01, 0.1, 1.0, 10.0, 100.0),
        occupancy: float = 0.1,
        weights: Sequence[float] = (10.0, 10.0, 1.0, 1.0, 1.0, 5.0, 1.0),
        leak: float = 0.1,
        hidden: Sequence[int] = (256, 256),
        polish: float = 0.3,
        penalty: float = 1.0,
    ) -> PolishedScoring:
        """Standardises the summaries by real events and makes the critic.

        Args:
            codec: What turns network values into cells.
            batch: Training events.
            generator: What is to be trained.
            thresholds: Cell energies above which the summaries count cells.
            occupancy: Cell energy that counts as half occupied.
            weights: As for `EnergyScoring`.
            leak: As for `EnergyScoring`.
            hidden: Widths of the critic's hidden layers.
            polish: Weight of the critic in the generator's loss.
            penalty: The factor of the critic's squared gradient.
        """
        summaries = cls.standard_summaries(codec, batch, thresholds)
        few = Batch(*(part[:2] for part in batch))
        cells = codec.transform.inverse(few.x, few.conditions)
        told = summaries[0].told(cells, few.conditions)
        seen = sum(s(cells, told).shape[1] for s in summaries)
        critic = MLP(batch.c.shape[1] + generator.split + seen, 1, hidden)
        moments = SecondMoments.fit(batch, generator.split, codec.detector)
        scores = (generator, codec, summaries, occupancy, weights, leak, moments)
        return cls(*scores, critic, polish, penalty)

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        if turn == "critic":
            with torch.no_grad():
                draws = self.draw(batch, rng)
            return self._critic_loss(batch, draws)
        draws = self.draw(batch, rng)
        fooled = softplus(-self.critic(self._drawn_view(batch, draws))).mean()
        return self.score(batch, draws) + self.polish * fooled

    def _critic_loss(self, batch: Batch, draws: Draws) -> Tensor:
        with torch.no_grad():
            real = self._view(batch.c, draws.real, draws.cells, draws.told)
            fake = self._drawn_view(batch, draws)
        real.requires_grad_()
        judged = self.critic(real)
        (slope,) = torch.autograd.grad(judged.sum(), real, create_graph=True)
        smooth = 0.5 * self.penalty * slope.square().sum(1).mean()
        return softplus(-judged).mean() + softplus(self.critic(fake)).mean() + smooth

    def _drawn_view(self, batch: Batch, draws: Draws) -> Tensor:
        c, told = (torch.cat([part, part]) for part in (batch.c, draws.told))
        return self._view(c, draws.x, draws.drawn, told)

    def _view(self, c: Tensor, x: Tensor, cells: Tensor, told: Tensor) -> Tensor:
        """What the critic sees of events."""
        parts = [summaries(cells, told) for summaries in self.summaries]
        return torch.cat([c, x[:, : self.generator.split], *parts], dim=1)
