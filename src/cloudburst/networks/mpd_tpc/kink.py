r"""Output activations that part signals from what lies below the threshold T.

$$ f(x) = \begin{cases} T + x - \delta & x > \delta \\
   \alpha T + (1 - \alpha)\, T\, x / \delta & 0 < x \le \delta \\
   \alpha T\, e^x & x \le 0 \end{cases} \qquad
   g(x) = \begin{cases} T + x & x \ge 0 \\
   T\, e^{-|x|\,(\mathrm{elu}(50 v + 50) + 1)} & x < 0 \end{cases} $$

Both are positive, continuous and rise everywhere. f is steep between αT and T, so that few
outputs fall there; g learns by v how fast it falls below T.
"""

from __future__ import annotations

__all__ = ["FixedKink", "TrainableKink"]

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...errors import SpecError
from ...spec import Component

# an amplitude of one, as a network value
_THRESHOLD = math.log10(2)
_STEEPNESS = 50.0


class FixedKink(Component, nn.Module):
    """f: a tail below `share` of the threshold, a steep rise to it, then slope one.

    Args:
        threshold: T, as a network value.
        width: δ, the width of the rise.
        share: α, where the rise starts, as a share of the threshold.
    """

    def __init__(
        self, threshold: float = _THRESHOLD, width: float = 0.01, share: float = 0.1
    ) -> None:
        super().__init__()
        if not (threshold > 0 and width > 0 and 0 < share < 1):
            given = f"{threshold}, {width}, {share}"
            raise SpecError(f"a kink needs threshold, width > 0 and 0 < share < 1, got {given}")
        self.threshold = threshold
        self.width = width
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Maps any values to positive ones of the same shape."""
        start = self.share * self.threshold
        tail = start * torch.exp(x.clamp(max=0))
        rise = (self.threshold - start) * (x / self.width).clamp(0, 1)
        return tail + rise + (x - self.width).relu()


class TrainableKink(Component, nn.Module):
    """g: an exponential tail below the threshold whose steepness v is learned, then slope one.

    Args:
        threshold: T, as a network value.
        start: What v starts from; the source does not say.
    """

    def __init__(self, threshold: float = _THRESHOLD, start: float = 0.0) -> None:
        super().__init__()
        if not threshold > 0:
            raise SpecError(f"a kink needs a threshold > 0, got {threshold}")
        self.threshold = threshold
        self.steepness = nn.Parameter(torch.tensor(float(start)))

    def forward(self, x: Tensor) -> Tensor:
        """Maps any values to positive ones of the same shape."""
        rate = functional.elu(_STEEPNESS * self.steepness + _STEEPNESS) + 1
        return self.threshold * torch.exp(x.clamp(max=0) * rate) + x.relu()
