r"""All correlations at once.

For two laws with second moments A and B, the squared difference

$$ \lVert A - B \rVert^2 = \mathrm{E}\,(a \cdot a')^2 + \mathrm{E}\,(x \cdot x')^2
   - 2\,\mathrm{E}\,(a \cdot x)^2 $$

over independent events a, a' of one and x, x' of the other needs no matrix of moments and has no
bias (the maximum mean discrepancy of a quadratic kernel: Gretton et al., JMLR 13 (2012) 723). A
distance between whole showers hardly sees a hundred thousand correlations that each are a little
off; here they add up, as they do in a classifier.
"""

from __future__ import annotations

__all__ = ["SecondMoments"]

import math

import torch
from torch import Tensor

from ..codec import Batch
from ..detector import Detector
from ..spec import Component
from ..transforms import ConditionalStandardize

_CLAMP = 5.0
# Least width that values are divided by.
_NARROWEST = 0.2


class SecondMoments(Component, torch.nn.Module):
    """The squared difference of correlations given what events are told of.

    Args:
        scale: Standardises values given conditions and coarse values.
        split: The number of coarse values.
    """

    def __init__(self, scale: ConditionalStandardize, split: int) -> None:
        super().__init__()
        self.scale = scale
        self.split = split

    @classmethod
    def fit(cls, batch: Batch, split: int, detector: Detector) -> SecondMoments:
        """Standardises by the fine values of real events, given conditions and coarse ones."""
        told = torch.cat([batch.conditions, batch.x[:, :split]], dim=1)
        scale = ConditionalStandardize.fit(batch.x[:, split:], told, detector)
        # what hardly ever leaves its floor would weigh as much as all the rest
        scale.bounds.clamp_(min=math.log(_NARROWEST))
        return cls(scale, split)

    def forward(self, a: Tensor, b: Tensor, x: Tensor, conditions: Tensor) -> Tensor:
        """The difference, up to a number that no draw changes, over the number of values.

        Args:
            a: Values of one draw at the conditions of each real event, with shape (N, D).
            b: Those of another.
            x: Those of the real events.
            conditions: Their conditions, with shape (N, C).
        """
        told = torch.cat([conditions, x[:, : self.split]], dim=1)
        a, b, x = (
            self.scale(part[:, self.split :], told).clamp(-_CLAMP, _CLAMP) for part in (a, b, x)
        )
        return (_between(a, b) - _between(a, x) - _between(b, x)) / a.shape[1]


def _between(u: Tensor, v: Tensor) -> Tensor:
    """The mean squared product of events of u with other events of v."""
    square = (u @ v.T).square()
    return (square.sum() - square.diagonal().sum()) / (len(u) * (len(u) - 1))
