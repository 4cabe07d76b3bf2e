"""The interface of a transform."""

from __future__ import annotations

__all__ = ["Compose", "Step", "Transform"]

import abc
from collections.abc import Callable, Sequence
from typing import TypeAlias

import torch
from torch import Tensor, nn

from ..detector import Detector
from ..spec import Component
from ..streams import Stream

Step: TypeAlias = "Transform | Callable[[Tensor, Tensor, Detector], Transform]"


class Transform(Component, nn.Module, abc.ABC):
    """An invertible map of values x, given conditions c.

    The law: `inverse(forward(x, c), c)` equals x for every x that the detector can produce.
    A transform that needs numbers from data has a classmethod `fit(x, c, detector, **options)`
    that returns a finished one; there is no unfitted transform.

    """

    @property
    def redraws(self) -> bool:
        """Whether all values of a range mean an empty cell, whatever earlier steps did.

        `settle` moves them to one value, `redraw` draws them from the range.
        """
        return False

    @abc.abstractmethod
    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        """Maps values towards the network.

        Args:
            x: Values, with shape (N, D).
            c: Conditions, with shape (N, C).

        Returns:
            Values, with shape (N, columns(D)).
        """

    @abc.abstractmethod
    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        """Undoes `forward`."""

    def columns(self, n: int) -> int:
        """How many columns n columns become; as many unless overridden."""
        return n

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        """Values moved up to what an empty cell is encoded as, where they lie below it.

        A network makes values below that, which all mean an empty cell; a critic or a score
        must see them as the one value that real empty cells have. Transforms that work cell
        by cell and grow with x need not override this.
        """
        return torch.maximum(x, self(x.new_zeros(1, x.shape[1]), c))

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        """Values with what is arbitrary about them drawn anew; they decode to the same.

        Nothing is arbitrary about the values of a transform that does not override this.
        """
        return x


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

    @property
    def redraws(self) -> bool:
        return len(self.transforms) > 0 and bool(self.transforms[-1].redraws)

    def columns(self, n: int) -> int:
        for transform in self.transforms:
            n = transform.columns(n)
        return n

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        if self.redraws:
            return self.transforms[-1].settle(x, c)
        if all(type(t).settle is Transform.settle for t in self.transforms):
            return super().settle(x, c)
        first, *others = self.transforms
        for transform in reversed(others):
            x = transform.inverse(x, c)
        x = first.settle(x, c)
        for transform in others:
            x = transform(x, c)
        return x

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        """What the last step leaves open; what earlier ones do is seen through it only."""
        return self.transforms[-1].redraw(x, c, rng) if self.transforms else x
