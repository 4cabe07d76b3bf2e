r"""Flow matching: a velocity learned by regression, without integrating anything.

$$ L = \mathrm{E}_{t, x_0, x_1}\, \bigl\lVert v(x_t, t, c) - \dot x_t \bigr\rVert^2 $$

with noise $x_0$, white data $x_1$ and $x_t$ on a path between them. The minimum is the velocity
whose flow carries the noise to the data (Lipman et al., https://arxiv.org/abs/2210.02747).
"""

from __future__ import annotations

__all__ = ["FlowMatching"]

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from ..codec import Batch, Codec
from ..generators import VelocityGenerator
from ..nn import CirclePath, Path
from ..spec import Component
from ..streams import Stream
from .base import Objective

_PATH = CirclePath()


class FlowMatching(Component, Objective):
    """The mean squared error of a velocity on paths between noise and data.

    Args:
        codec: What the values mean; draws anew what is arbitrary about them.
        generator: What is being trained.
        path: How noise and data are joined.
    """

    turns = ("generator",)

    def __init__(self, codec: Codec, generator: VelocityGenerator, path: Path = _PATH) -> None:
        super().__init__()
        self.codec = codec
        self.generator: VelocityGenerator = generator
        self.path = path

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        n = len(batch.x)
        x = self.codec.redraw(batch.x, batch.conditions, rng)
        data = self.generator.whitening.inverse(x, batch.c)
        # evenly spread times make the mean over a batch less noisy
        slots = torch.arange(n, device=x.device)[:, None]
        t = (slots + rng.uniform(n, 1)) / n
        place, velocity = self.path(self.normal(n, rng), data, t)
        return mse_loss(self.generator.velocity(place, t, batch.c), velocity)
