r"""The Wasserstein distance with a critic that is bounded by its weights.

$$ \mathrm{critic:}\ D(G) - D(x), \qquad \mathrm{generator:}\ -D(G) $$
"""

from __future__ import annotations

__all__ = ["WassersteinBounded"]

from collections.abc import Sequence

from torch import Tensor

from ..codec import Batch, Codec
from ..generators import Generator
from ..lipschitz import BoundedCritic
from ..streams import Stream
from .adversarial import Adversarial
from .penalties import Penalty


class WassersteinBounded(Adversarial):
    """Neither clips nor penalises; the critic follows its weights after each of its steps.

    Miyato et al., https://arxiv.org/abs/1802.05957, and others that `cloudburst.lipschitz` names.
    """

    critic: BoundedCritic

    def __init__(
        self,
        codec: Codec,
        generator: Generator,
        critic: BoundedCritic,
        critic_steps: int = 5,
        generator_steps: int = 1,
        penalties: Sequence[Penalty] = (),
    ) -> None:
        super().__init__(codec, generator, critic, critic_steps, generator_steps, penalties)

    def critic_loss(self, batch: Batch, fake: Tensor, rng: Stream) -> Tensor:
        real, made = self.both_scores(batch, fake)
        if self.training:
            self.critic.rule.observe(
                real.detach(), made.detach(), lambda: self.slopes(batch, fake, rng)
            )
        return made.mean() - real.mean()
