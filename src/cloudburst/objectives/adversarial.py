r"""Objectives in which a critic D learns against the generator G.

| objective | critic minimises | generator minimises |
|---|---|---|
| `Hinge` | $\max(0, 1 - D(x)) + \max(0, 1 + D(G))$ | $-D(G)$ |
| `WassersteinClip` | $D(G) - D(x)$, weights clipped | $-D(G)$ |
| `WassersteinGP` | $D(G) - D(x) + \lambda\,(\lVert\nabla D\rVert - 1)^2$ | $-D(G)$ |
"""

from __future__ import annotations

__all__ = ["Adversarial", "Hinge", "WassersteinClip", "WassersteinGP"]

import abc
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..critics import Critic
from ..errors import SpecError
from ..generators import Generator
from ..lipschitz import layer_norms
from ..spec import Component
from ..streams import Stream
from .base import Objective
from .penalties import Penalty


class Adversarial(Component, Objective):
    """A critic against a generator, several critic steps for each generator step.

    Args:
        codec: What the networks' values mean.
        generator: What is being trained.
        critic: What it is trained against.
        critic_steps: Critic steps for each round.
        generator_steps: Generator steps for each round.
        penalties: Terms added to the generator's loss.
    """

    def __init__(
        self,
        codec: Codec,
        generator: Generator,
        critic: Critic,
        critic_steps: int = 1,
        generator_steps: int = 1,
        penalties: Sequence[Penalty] = (),
    ) -> None:
        super().__init__()
        self.codec = codec
        self.generator = generator
        self.critic = critic
        self.penalties = nn.ModuleList(penalties)
        self.turns = ("critic",) * critic_steps + ("generator",) * generator_steps

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        if turn == "generator":
            return self._generator_loss(batch, rng)
        return self.critic_loss(batch, self.imitate(batch, rng), rng)

    @abc.abstractmethod
    def critic_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        """The critic's loss on real and generated values."""

    def after(self, player: str) -> None:
        if player == "critic":
            self.critic.refresh()

    def fooling_loss(self, scores: Tensor, batch: Batch, rng: Stream) -> Tensor:
        """The generator's loss, given what the critic says, (N, K), of generated values."""
        return -scores[:, 0].mean()

    def generate(self, batch: Batch, rng: Stream) -> Tensor:
        """Generated values at the features of a batch, empty cells as real ones are encoded."""
        fake = self.generator(self.normal(len(batch.x), rng), batch.c)
        return self.codec.settle(fake, batch.conditions)

    @torch.no_grad()
    def imitate(self, batch: Batch, rng: Stream) -> Tensor:
        """Generated values for the critic to learn from: as in use, without a gradient."""
        self.generator.eval()
        fake = self.generate(batch, rng)
        self.generator.train()
        return fake

    def slopes(
        self, batch: Batch, fake: Tensor, rng: Stream, differentiable: bool = False
    ) -> Tensor:
        """Length of the critic's gradient somewhere between each real and generated event, (N,).

        Args:
            batch: Real events.
            fake: Generated values at their features, with shape (N, D).
            rng: Where between them.
            differentiable: Whether the lengths can be derived by the critic's weights.
        """
        share = rng.uniform(len(fake), 1)
        mix = torch.lerp(batch.x, fake, share).requires_grad_()
        scores = self.score(mix, batch.c).sum()
        (slope,) = torch.autograd.grad(scores, mix, create_graph=differentiable)
        return slope.norm(dim=1)

    def gauges(self, batch: Batch, rng: Stream) -> dict[str, float]:
        """The critic's mean gap of scores, its mean and largest slope, and its layers' norms."""
        fake = self.imitate(batch, rng)
        self.critic.eval()
        slopes = self.slopes(batch, fake, rng)
        with torch.no_grad():
            gap = self.score(batch.x, batch.c).mean() - self.score(fake, batch.c).mean()
            norms = layer_norms(self.critic)
        self.critic.train()
        found = {"gap": gap, "slope": slopes.mean(), "steepest": slopes.max()}
        return {name: value.item() for name, value in found.items()} | norms

    def score(self, x: Tensor, c: Tensor) -> Tensor:
        """The critic's score of each event, with shape (N,)."""
        return self.critic(x, c)[:, 0]

    def both_scores(self, batch: Batch, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of real and of generated events, each (N,); in one pass if the critic may."""
        if not self.critic.per_event:
            return self.score(batch.x, batch.c), self.score(fake, batch.c)
        joined = self.score(torch.cat([batch.x, fake]), torch.cat([batch.c, batch.c]))
        real, made = joined.chunk(2)
        return real, made

    def _generator_loss(self, batch: Batch, rng: Stream) -> Tensor:
        fake = self.generate(batch, rng)
        loss = self.fooling_loss(self.critic(fake, batch.c), batch, rng)
        for penalty in self.penalties:
            loss = loss + penalty.weight * penalty(fake, batch)
        return loss


class Hinge(Adversarial):
    """The hinge loss of Lim and Ye, https://arxiv.org/abs/1705.02894."""

    def critic_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        real, made = self.both_scores(batch, fake)
        return (1 - real).relu().mean() + (1 + made).relu().mean()


class WassersteinClip(Adversarial):
    """The Wasserstein distance with clipped critic weights.

    Arjovsky et al., https://arxiv.org/abs/1701.07875.

    Args:
        clip: Largest absolute value of a critic's weight.
    """

    def __init__(
        self,
        codec: Codec,
        generator: Generator,
        critic: Critic,
        critic_steps: int = 5,
        generator_steps: int = 1,
        penalties: Sequence[Penalty] = (),
        clip: float = 0.01,
    ) -> None:
        super().__init__(codec, generator, critic, critic_steps, generator_steps, penalties)
        self.clip = clip

    def critic_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        real, made = self.both_scores(batch, fake)
        return made.mean() - real.mean()

    @torch.no_grad()
    def after(self, player: str) -> None:
        super().after(player)
        if player == "critic":
            for weight in self.critic.parameters():
                weight.clamp_(-self.clip, self.clip)


class WassersteinGP(Adversarial):
    """The Wasserstein distance with a gradient penalty.

    Gulrajani et al., https://arxiv.org/abs/1704.00028; one-sided as Petzka et al.,
    https://arxiv.org/abs/1709.08894.

    Args:
        penalty: Factor of the gradient penalty.
        one_sided: Whether only gradients longer than one are penalised.
        every: Critic steps from one penalty to the next, which is so many times as large; a
            penalty takes as long as the rest of a step. Karras et al.,
            https://arxiv.org/abs/1912.04958, call it lazy.
    """

    played: Tensor

    def __init__(
        self,
        codec: Codec,
        generator: Generator,
        critic: Critic,
        critic_steps: int = 5,
        generator_steps: int = 1,
        penalties: Sequence[Penalty] = (),
        penalty: float = 10.0,
        one_sided: bool = True,
        every: int = 1,
    ) -> None:
        super().__init__(codec, generator, critic, critic_steps, generator_steps, penalties)
        if every < 1:
            raise SpecError(f"a penalty comes every 1 or more critic steps, got {every}")
        self.penalty = penalty
        self.one_sided = one_sided
        self.every = every
        # what needs no count is kept without one
        self.register_buffer("played", torch.tensor(0), persistent=every > 1)

    def critic_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        real, made = self.both_scores(batch, fake)
        gap = made.mean() - real.mean()
        if self.every > 1 and self.played % self.every:
            return gap
        return gap + self.every * self.penalty * self.gradient_penalty(batch, fake, rng)

    def after(self, player: str) -> None:
        super().after(player)
        self.played += player == "critic"

    def gradient_penalty(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        """The mean squared excess of the critic's gradient between real and fake values."""
        excess = self.slopes(batch, fake, rng, differentiable=True) - 1
        return (excess.relu() if self.one_sided else excess).square().mean()
