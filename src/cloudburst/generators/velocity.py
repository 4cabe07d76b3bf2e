r"""Noise carried to data by a velocity: continuous flows.

$$ \dot y = v(y, t, c), \quad y(0) = z, \qquad x = B\,(1, c) + L\, y(1) $$

integrated in a fixed number of steps; see `Whitening` for B and L, and `FlowMatching` of the
objectives for how v is learned.
"""

from __future__ import annotations

__all__ = ["VelocityGenerator"]

import copy
import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..nn import Midpoint, ResidualMLP, Solver
from ..streams import Stream
from .base import Generator
from .whitening import Whitening

# Frequencies at which a network is told the time, and how many numbers that makes.
_WAVES = (1, 2, 4)
_CLOCK = 1 + 2 * len(_WAVES)
_SOLVER = Midpoint()


class VelocityGenerator(Generator):
    """Follows a velocity from noise to white values, and gives these their correlations.

    Args:
        whitening: From white values to network values.
        network: Maps values (N, D), and time and features (N, 7 + F), to velocities (N, D).
        values: The number D of values.
        steps: Steps of the integration.
        solver: How each step is done.
    """

    def __init__(
        self,
        whitening: Whitening,
        network: nn.Module,
        values: int,
        steps: int = 16,
        solver: Solver = _SOLVER,
    ) -> None:
        super().__init__()
        self.whitening = whitening
        self.network = network
        self.steps = steps
        self.solver = solver
        self.noise_shape = (values,)

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        width: int = 384,
        blocks: int = 3,
        dropout: float = 0.0,
        steps: int = 16,
        solver: Solver = _SOLVER,
    ) -> VelocityGenerator:
        """A residual network that starts at the Gaussian model of training events.

        Args:
            codec: What encoded the events.
            batch: The events.
            width: Width of the network.
            blocks: Blocks of the network, of two layers each.
            dropout: Share of hidden values dropped in training.
            steps: Steps of the integration.
            solver: How each step is done.
        """
        x = codec.redraw(batch.x, batch.conditions, Stream(0, batch.x.device))
        d, steering = x.shape[1], _CLOCK + batch.c.shape[1]
        network = ResidualMLP(d, steering, d, width, blocks, dropout=dropout)
        return cls(Whitening.fit(x, batch.c), network, d, steps, solver)

    def with_steps(self, steps: int) -> VelocityGenerator:
        """The same velocity, followed in another number of steps."""
        parts = copy.deepcopy(self.whitening), copy.deepcopy(self.network)
        return VelocityGenerator(*parts, self.noise_shape[0], steps, self.solver)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return self.whitening(self.states(z, c, 1)[-1], c)

    def states(self, z: Tensor, c: Tensor, count: int) -> list[Tensor]:
        """White values at the times 1/count, 2/count, ..., 1, of shape (N, D) each.

        Args:
            z: Noise, with shape (N, D).
            c: Features, with shape (N, F).
            count: A divisor of the number of steps.
        """
        times = torch.linspace(0, 1, self.steps + 1).tolist()
        found = [z]
        for t, end in pairwise(times):
            found.append(self.solver.step(lambda y, s: self._at(y, s, c), found[-1], t, end - t))
        return found[:: self.steps // count][1:]

    def velocity(self, y: Tensor, t: Tensor, c: Tensor) -> Tensor:
        """The velocity at white values (N, D), times (N, 1) and features (N, F)."""
        found: Tensor = self.network(y, torch.cat([_clock(t), c], dim=1))
        return found

    def _at(self, y: Tensor, t: float, c: Tensor) -> Tensor:
        return self.velocity(y, torch.full_like(c[:, :1], t), c)


def _clock(t: Tensor) -> Tensor:
    """Times as the network is told them, with shape (N, 7)."""
    angles = [2 * math.pi * wave * t for wave in _WAVES]
    waves = [part for angle in angles for part in (angle.sin(), angle.cos())]
    return torch.cat([2 * t - 1, *waves], dim=1)
