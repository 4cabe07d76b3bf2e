r"""The Lanczos iteration: the best direction in the space of v, A v, ... A^k v with A = W^T W.

It takes the products with W of k steps of the power iteration and one more, and its result is at
least as good: the power iteration's direction lies in the same space.
"""

from __future__ import annotations

__all__ = ["Lanczos"]

import torch
from torch import Tensor

from ..errors import SpecError
from .base import Norm


class Lanczos(Norm):
    """The spectral norm of the weight as a matrix, from a small space kept orthogonal.

    Lanczos, https://doi.org/10.6028/jres.045.026.

    Args:
        steps: Steps after each step of the critic.
    """

    def __init__(self, steps: int = 3) -> None:
        if steps < 1:
            raise SpecError(f"a Lanczos iteration needs steps >= 1, got {steps}")
        self.steps = steps

    def improve(self, weight: Tensor, direction: Tensor) -> Tensor:
        matrix = weight.flatten(1)
        space = direction
        for _ in range(min(self.steps, len(direction) - 1)):
            added = _outside(space, matrix.T @ (matrix @ space[:, -1:]))
            if added is None:
                break
            space = torch.cat([space, added], dim=1)
        inner = matrix @ space
        best = space @ torch.linalg.eigh(inner.T @ inner).eigenvectors[:, -1:]
        return best / best.norm()


def _outside(space: Tensor, vector: Tensor) -> Tensor | None:
    """The unit part of a vector orthogonal to a space; None if it lies within."""
    length = vector.norm()
    # once more removes what rounding left over
    for _ in range(2):
        vector = vector - space @ (space.T @ vector)
    rest = vector.norm()
    return vector / rest if rest > 1e-5 * length else None
