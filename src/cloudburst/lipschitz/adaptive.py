r"""A bound that tightens while the critic tells real and generated values apart too well.

$$ d \leftarrow \rho\, d + (1 - \rho)\,(\max D(x) - \min D(G)) , \qquad
   r = \frac{d / \beta}{1 - d / \beta} , \qquad W\, 0.9^{\,r} / \sigma $$
"""

from __future__ import annotations

__all__ = ["AdaptiveBound"]

import torch
from torch import Tensor

from ..errors import SpecError
from .base import Rule, Slopes
from .smallest import inverse

_BASE = 0.9
# as d nears β, r grows beyond all bounds; here it stays below 99
_LARGEST_SHARE = 0.99


class AdaptiveBound(Rule):
    """ABCAS, spectral normalisation times 0.9^r with r >= 0 by the gap of scores.

    https://arxiv.org/abs/2211.06595.

    Args:
        gap: β, the gap of scores that is never reached.
        decay: ρ, of the moving average of the gap.
    """

    average: Tensor

    def __init__(self, gap: float = 4.0, decay: float = 0.9999) -> None:
        super().__init__()
        if not (gap > 0 and 0 <= decay < 1):
            raise SpecError(f"needs gap > 0 and 0 <= decay < 1, got {gap} and {decay}")
        self.gap = gap
        self.decay = decay
        self.register_buffer("average", torch.tensor(0.0))

    def forward(self, sigmas: Tensor) -> Tensor:
        share = (self.average / self.gap).clamp(0, _LARGEST_SHARE)
        return _BASE ** (share / (1 - share)) * inverse(sigmas)

    @torch.no_grad()
    def observe(self, real: Tensor, fake: Tensor, slopes: Slopes) -> None:
        self.average.lerp_(real.max() - fake.min(), 1 - self.decay)
