r"""A flow of many steps taught to a generator of one pass.

$$ L = \frac1K \sum_{k=1}^{K} \mathrm{E}_z\, \bigl\lVert y_k(z, c) - y(t_k; z, c) \bigr\rVert^2 $$

with $y(t; z, c)$ the teacher's flow from the noise z, $t_k = k / K$, and $y_k$ the student's
values after stage k, from the same noise. With K = 1 only the end is supervised; each stage more
tells the student where the teacher was on the way (as Krause and Shih do with all layers of
CaloFlow, https://arxiv.org/abs/2110.11377). As the teacher makes pairs without end, a student
cannot learn its training events by heart more than the teacher has.
"""

from __future__ import annotations

__all__ = ["Distillation"]

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from ..codec import Batch, Codec
from ..errors import SpecError
from ..generators import StagedGenerator, VelocityGenerator
from ..spec import Component
from ..streams import Stream
from .base import Objective
from .teachers import load_teacher

_ROWS = 1024


class _Lessons(NamedTuple):
    """Noise (N, D), features (N, F) and the teacher's white values (N, K, D)."""

    z: Tensor
    c: Tensor
    y: Tensor


class Distillation(Component, Objective):
    """The mean squared error of a student's stages against the states of a teacher's flow.

    Args:
        generator: What is being trained.
        z: Noise of the lessons, with shape (N, D).
        c: Their features, with shape (N, F).
        y: Where the teacher's flow has come by the end of each stage, with shape (N, K, D).
    """

    turns = ("generator",)
    z: Tensor
    c: Tensor
    y: Tensor

    def __init__(self, generator: StagedGenerator, z: Tensor, c: Tensor, y: Tensor) -> None:
        super().__init__()
        self.generator: StagedGenerator = generator
        # made anew from the teacher when a training goes on
        for name, lessons in zip(_Lessons._fields, (z, c, y), strict=True):
            self.register_buffer(name, lessons, persistent=False)

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        generator: StagedGenerator,
        teacher: str,
        sha256: str,
        lessons: int = 40_000,
        steps: int = 12,
    ) -> Distillation:
        """Has the teacher make its lessons at the features of training events.

        Args:
            codec: What the values mean.
            batch: The events.
            generator: What is to be trained; takes over the teacher's whitening.
            teacher: Folder of the teacher's surrogate, whose generator is a `VelocityGenerator`.
            sha256: The SHA-256 of the teacher's weights.safetensors.
            lessons: Number of flows.
            steps: Steps of each, a multiple of the student's stages.

        Raises:
            FileError: The teacher is missing, or has another hash.
            SpecError: It is no flow, or has another codec; or steps and stages do not fit.
        """
        read = load_teacher(Path(teacher), sha256)
        read.refuse_other(codec)
        flow, stages = read.generator, len(generator.stages)
        if not isinstance(flow, VelocityGenerator):
            raise SpecError(f"{teacher}: a {type(flow).__name__} is no flow to learn from")
        if steps < 1 or steps % stages:
            raise SpecError(f"{steps} steps cannot be parted into {stages} stages")
        generator.whitening.load_state_dict(flow.whitening.state_dict())
        made = _teach(flow.with_steps(steps).to(batch.x.device), batch, lessons, stages)
        return cls(generator, *made)

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        rows = rng.integers(len(self.z), len(batch.x))
        states = torch.stack(self.generator.states(self.z[rows], self.c[rows]), dim=1)
        return mse_loss(states, self.y[rows])


@torch.no_grad()
def _teach(flow: VelocityGenerator, batch: Batch, count: int, stages: int) -> _Lessons:
    rng = Stream(0, batch.x.device)
    z = rng.normal(count, *flow.noise_shape)
    c = batch.c[rng.integers(len(batch.c), count)]
    parts = zip(z.split(_ROWS), c.split(_ROWS), strict=True)
    y = [torch.stack(flow.states(*part, stages), dim=1) for part in parts]
    return _Lessons(z, c, torch.cat(y))
