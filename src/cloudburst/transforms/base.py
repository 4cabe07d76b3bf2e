"""The interface of a transform."""

from __future__ import annotations

__all__ = ["Compose", "Step", "Transform"]

import abc
from collections.abc import Callable, Sequence
from typing import TypeAlias

from torch import Tensor, nn

from ..detector import Detector
from ..spec import Component

Step: TypeAlias = "Transform | Callable[[Tensor, Tensor, Detector], Transform]"


class Transform(Component, nn.Module, abc.ABC):
    """An invertible map of values x, given physical conditions c.

    The law: `inverse(forward(x, c), c)` equals x for every x that the detector can produce.
    A transform that needs numbers from data has a classmethod `fit(x, c, detector, **options)`
    that returns a finished one; there is no unfitted transform.
    """

    @abc.abstractmethod
    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        """Maps values towards the network.

        Args:
            x: Values, with shape (N, D).
            c: Physical conditions, with shape (N, C).

        Returns:
            Values, with shape (N, D'); D' is D for all but transforms that add columns.
        """

    @abc.abstractmethod
    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        """Undoes `forward`."""

    def floor(self, low: Tensor) -> Tensor:
        """What the lower bounds `low` of the values, with shape (D,), become, as (D',).

        Transforms that work cell by cell need not override this.
        """
        return self(low[None], low.new_zeros(1, 0))[0]


class Compose(Transform):
    """Several transforms, applied in order and undone in reverse."""

    def __init__(self, transforms: Sequence[Transform]) -> None:
        super().__init__()
        self.transforms = nn.ModuleList(transforms)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector, steps: Sequence[Step]) -> Compose:
        """Fits each step to what the ones before it give."""
        done = []
        for step in steps:
            transform = step if isinstance(step, Transform) else step(x, c, detector)
            x = transform(x, c)
            done.append(transform)
        return cls(done)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        for transform in self.transforms:
            x = transform(x, c)
        return x

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        for transform in reversed(self.transforms):
            x = transform.inverse(x, c)
        return x

    def floor(self, low: Tensor) -> Tensor:
        for transform in self.transforms:
            low = transform.floor(low)
        return low
