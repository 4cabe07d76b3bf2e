r"""What an event's neighbours in its batch tell.

$$ M_i = T x_i + b \in \mathbb{R}^{B \times C}, \qquad
   o_{ib} = \sum_j \exp\Bigl(-\sum_c |M_{ibc} - M_{jbc}|\Bigr) $$
"""

from __future__ import annotations

__all__ = ["MinibatchDiscrimination"]

import torch
from torch import Tensor, nn


class MinibatchDiscrimination(nn.Module):
    """How close each event lies to the others of its batch, so that collapse shows.

    Salimans et al., https://arxiv.org/abs/1606.03498. The sum includes the event itself, which
    adds one. The bias cancels in the differences; published networks count it all the same.

    Args:
        inputs: Width of the input.
        features: The number B of closenesses.
        dimensions: The number C of projections of which each distance is made.
    """

    def __init__(self, inputs: int, features: int = 10, dimensions: int = 10) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dimensions, features, inputs))
        self.bias = nn.Parameter(torch.zeros(dimensions, features, 1))
        # axes in the order in which Keras counts the fans of such a tensor
        nn.init.xavier_uniform_(self.weight.detach().transpose(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        """Maps inputs of shape (N, inputs) to closenesses of shape (N, features), in [1, N]."""
        projections = self.weight @ x.T + self.bias
        # a loop over the few dimensions keeps the largest array at (B, N, N)
        distance = sum((m.unsqueeze(2) - m.unsqueeze(1)).abs() for m in projections)
        return torch.exp(-distance).sum(2).T
