r"""Transforms of one value at a time.

$$ \mathrm{LogScale:}\ y = \log(1 + x / s) \qquad
   \mathrm{Logit:}\ y = \log\frac{p}{1 - p},\ p = \alpha + (1 - 2\alpha)\frac{x - a}{b - a} $$
"""

from __future__ import annotations

__all__ = ["LogScale", "Logit", "Scale", "Standardize", "Threshold"]

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ..detector import Detector
from ..errors import SpecError
from .base import Transform

# exp of more overflows, and sums of overflows are no numbers
_LARGEST = 80.0


class LogScale(Transform):
    """x to log(1 + x / scale), for values from zero over many decades.

    Everything below zero goes back to zero, everything above 80 to exp(80) scale.

    Args:
        scale: Where the map turns from linear to logarithmic, in the unit of x.
    """

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        if not scale > 0:
            raise SpecError(f"LogScale needs a scale > 0, got {scale}")
        self.scale = scale

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return torch.log1p(x / self.scale)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return torch.expm1(x.clamp(0, _LARGEST)) * self.scale


class Logit(Transform):
    """Opens a bounded range to the real line.

    Args:
        low: Lower end of the range, in the unit of x; one number, or one for each column.
        high: Upper end.
        alpha: How far the ends are drawn in, so that they stay finite; values outside the
            range are taken to its ends.
    """

    lower: Tensor
    span: Tensor

    def __init__(
        self,
        low: float | Sequence[float] = 0.0,
        high: float | Sequence[float] = 1.0,
        alpha: float = 1e-6,
    ) -> None:
        super().__init__()
        lower, span = torch.tensor(low), torch.tensor(high) - torch.tensor(low)
        if not ((span > 0).all() and 0 < alpha < 0.5):
            raise SpecError(f"Logit needs low < high and 0 < alpha < 0.5, got {low, high, alpha}")
        self.register_buffer("lower", lower, persistent=False)
        self.register_buffer("span", span, persistent=False)
        self.alpha = alpha

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        p = ((x - self.lower) / self.span).clamp(0, 1)
        p = self.alpha + (1 - 2 * self.alpha) * p
        return torch.log(p) - torch.log1p(-p)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        p = (torch.sigmoid(x) - self.alpha) / (1 - 2 * self.alpha)
        return self.lower + self.span * p.clamp(0, 1)


class Threshold(Transform):
    """Leaves values as they are; on the way back, those below threshold become zero.

    Args:
        level: Read-out threshold, in the unit of x.
        quantum: Step in which signals are digitised, in the unit of x. The cut lies half a
            quantum low, where the digitiser's rounding puts it.
    """

    def __init__(self, level: float, quantum: float = 0.0) -> None:
        super().__init__()
        if not (level >= 0 and quantum >= 0):
            raise SpecError(f"Threshold needs level and quantum >= 0, got {level, quantum}")
        self.level, self.quantum = level, quantum
        # the largest float32 that is cut
        cut = torch.tensor(level - quantum / 2)
        self._below = torch.nextafter(cut, cut - 1).item()

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return x

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return functional.threshold(x, self._below, 0.0)


class Standardize(Transform):
    """Shifts and scales each column to zero mean and unit variance.

    Args:
        mean: Mean of each column, with shape (D,).
        std: Standard deviation of each column, with shape (D,).
    """

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector) -> Standardize:
        """Takes mean and deviation from x; constant columns are only shifted."""
        return cls(x.mean(0), _deviation(x))

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return (x - self.mean) / self.std

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return x * self.std + self.mean


class Scale(Transform):
    """Divides all values by one number, as to go from MeV to GeV.

    Args:
        factor: The number, in the unit of x.
    """

    def __init__(self, factor: float) -> None:
        super().__init__()
        if not factor > 0:
            raise SpecError(f"Scale needs a factor > 0, got {factor}")
        self.factor = factor

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return x / self.factor

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        return x.clamp(min=0) * self.factor


def _deviation(x: Tensor) -> Tensor:
    """The standard deviation of each column; one where a column is constant."""
    std = x.std(0, correction=0)
    return torch.where(std > 1e-6 * x.abs().amax(0), std, torch.ones_like(std))
