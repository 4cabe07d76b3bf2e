r"""One pass of a few stages, each a long stride of a flow.

$$ y_0 = z, \qquad y_{k+1} = y_k + h_k(y_k, c), \qquad x = B\,(1, c) + L\, y_K $$

with a network of its own for each stage, so that a stage may do what many steps of a velocity
do; see `Distillation` of the objectives.
"""

from __future__ import annotations

__all__ = ["StagedGenerator"]

from collections.abc import Sequence

from torch import Tensor, nn

from ..codec import Batch, Codec
from ..nn import MLP
from ..streams import Stream
from .base import Generator
from .whitening import Whitening

# How far each stage starts from doing nothing.
_START = 0.1


class StagedGenerator(Generator):
    """White values moved stage by stage.

    Args:
        whitening: From white values to network values.
        stages: Map values (N, D) and features (N, F) to strides (N, D).
        values: The number D of values.
    """

    def __init__(self, whitening: Whitening, stages: Sequence[nn.Module], values: int) -> None:
        super().__init__()
        self.whitening = whitening
        self.stages = nn.ModuleList(stages)
        self.noise_shape = (values,)

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        stages: int = 2,
        hidden: Sequence[int] = (512, 512),
        activation: str = "silu",
    ) -> StagedGenerator:
        """Perceptrons that start at the Gaussian model of training events.

        Args:
            codec: What encoded the events.
            batch: The events.
            stages: How many.
            hidden: Widths of the hidden layers of each.
            activation: Name of the activation.
        """
        x = codec.redraw(batch.x, batch.conditions, Stream(0, batch.x.device))
        d, width = x.shape[1], x.shape[1] + batch.c.shape[1]
        made = (MLP(width, d, hidden, activation) for _ in range(stages))
        near = [network.starting_near_zero(_START) for network in made]
        return cls(Whitening.fit(x, batch.c), near, d)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return self.whitening(self.states(z, c)[-1], c)

    def states(self, z: Tensor, c: Tensor) -> list[Tensor]:
        """White values after each stage, with shape (N, D) each."""
        found = []
        for stage in self.stages:
            z = z + stage(z, c)
            found.append(z)
        return found
