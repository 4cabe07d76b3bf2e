r"""The binary cross entropy of real against generated events, non-saturating.

$$ L_D = -\log\sigma(D(x)) - \log(1 - \sigma(D(G))), \qquad L_G = -\log\sigma(D(G)) $$

Goodfellow et al., https://arxiv.org/abs/1406.2661.
"""

from __future__ import annotations

__all__ = ["AuxiliaryClass", "NonSaturating"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..codec import Batch, Codec
from ..critics import Critic
from ..generators import Generator
from ..spec import Component
from ..streams import Stream
from .adversarial import Adversarial
from .penalties import Penalty


class AuxiliaryClass(Component, nn.Module):
    """Cross entropy of the class that a critic sees in an event, as in an ACGAN.

    Odena et al., https://arxiv.org/abs/1610.09585.

    Args:
        column: Which condition is the class.
        weight: Factor of the loss.
        flips: Share of generated events that the critic is told a class at random of.
        own_flips: The same for the generator.
    """

    def __init__(
        self, column: int, weight: float = 0.2, flips: float = 0.3, own_flips: float = 0.0
    ) -> None:
        super().__init__()
        self.column = column
        self.weight = weight
        self.flips = flips
        self.own_flips = own_flips

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        condition: str,
        weight: float = 0.2,
        flips: float = 0.3,
        own_flips: float = 0.0,
    ) -> AuxiliaryClass:
        """Takes the column from the condition's name."""
        return cls(codec.detector.condition_index(condition), weight, flips, own_flips)

    def forward(self, scores: Tensor, batch: Batch, rng: Stream, flips: float = 0.0) -> Tensor:
        """The weighted loss of a critic's output (N, 1 + classes).

        Args:
            scores: What the critic says.
            batch: Events with the true classes.
            rng: The only source of randomness.
            flips: Share of events whose class is replaced by one at random.
        """
        labels = batch.conditions[:, self.column].long()
        logits = scores[:, 1:]
        if flips:
            other = rng.integers(logits.shape[1], len(labels))
            labels = torch.where(rng.uniform(len(labels)) < flips, other, labels)
        return self.weight * functional.cross_entropy(logits, labels)


class NonSaturating(Adversarial):
    """Binary cross entropy, non-saturating, with or without an auxiliary class.

    Real and generated events are never mixed in a batch: critics that look at a whole batch
    would tell them apart by that. With `separate`, each is a step of its own, as in CaloGAN
    (Paganini et al., https://arxiv.org/abs/1712.10321).

    Args:
        separate: Whether the critic steps on real and on generated events in turn.
        auxiliary: Loss of the class that the critic sees, or None.
        flips: Share of events that the critic is told the contrary of: real ones as generated,
            generated ones as real.
    """

    def __init__(
        self,
        codec: Codec,
        generator: Generator,
        critic: Critic,
        critic_steps: int = 1,
        generator_steps: int = 1,
        penalties: Sequence[Penalty] = (),
        separate: bool = False,
        auxiliary: AuxiliaryClass | None = None,
        flips: float = 0.0,
    ) -> None:
        super().__init__(codec, generator, critic, critic_steps, generator_steps, penalties)
        self.auxiliary = auxiliary
        self.flips = flips
        self._shares = (auxiliary.flips, auxiliary.own_flips) if auxiliary else (0.0, 0.0)
        if separate:
            critic_turns = ("critic:real", "critic:fake") * critic_steps
            self.turns = critic_turns + ("generator",) * generator_steps

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        if turn == "critic:real":
            return self._real_loss(batch, rng)
        if turn == "critic:fake":
            return self._fake_loss(batch, self.imitate(batch, rng), rng)
        return super().loss(turn, batch, rng)

    def critic_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        return self._real_loss(batch, rng) + self._fake_loss(batch, fake, rng)

    def fooling_loss(self, scores: Tensor, batch: Batch, rng: Stream) -> Tensor:
        verdict = functional.softplus(-scores[:, 0]).mean()
        return verdict + self._class_loss(scores, batch, rng, self._shares[1])

    def _real_loss(self, batch: Batch, rng: Stream) -> Tensor:
        scores = self.critic(batch.x, batch.c)
        return self._verdict(-scores[:, 0], rng) + self._class_loss(scores, batch, rng)

    def _fake_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        scores = self.critic(fake, batch.c)
        verdict = self._verdict(scores[:, 0], rng)
        return verdict + self._class_loss(scores, batch, rng, self._shares[0])

    def _verdict(self, against: Tensor, rng: Stream) -> Tensor:
        """The mean loss of scores against the truth, some of which is turned around."""
        if self.flips:
            turned = rng.uniform(len(against)) < self.flips
            against = torch.where(turned, -against, against)
        return functional.softplus(against).mean()

    def _class_loss(self, scores: Tensor, batch: Batch, rng: Stream, flips: float = 0.0) -> Tensor:
        if self.auxiliary is None:
            return scores.new_zeros(())
        loss: Tensor = self.auxiliary(scores, batch, rng, flips)
        return loss
