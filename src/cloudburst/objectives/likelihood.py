r"""Maximum likelihood, for generators that know their density.

$$ L = -\frac1D\, \mathrm{E}\, \log p(x \mid c) $$

What is arbitrary about the values (zeros as ranks) is drawn anew for each batch, so that there is
a density.
"""

from __future__ import annotations

__all__ = ["MaximumLikelihood"]

from torch import Tensor

from ..codec import Batch, Codec
from ..generators import CouplingFlow
from ..spec import Component
from ..streams import Stream
from .base import Objective


class MaximumLikelihood(Component, Objective):
    """Minus the mean logarithm of the density of real events, for each of their values.

    Args:
        codec: What the values mean; draws anew what is arbitrary about them.
        generator: What is being trained.
    """

    turns = ("generator",)

    def __init__(self, codec: Codec, generator: CouplingFlow) -> None:
        super().__init__()
        self.codec = codec
        self.generator: CouplingFlow = generator

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        x = self.codec.redraw(batch.x, batch.conditions, rng)
        return -self.generator.log_likelihood(x, batch.c).mean() / x.shape[1]
