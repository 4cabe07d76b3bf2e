"""One step towards the leading direction of a matrix."""

from __future__ import annotations

__all__ = ["advanced"]

import torch
from torch import Tensor


def advanced(matrix: Tensor, direction: Tensor) -> Tensor:
    """W^T W v at unit length; v itself where that is zero, so that no direction is lost."""
    moved = matrix.T @ (matrix @ direction)
    length = moved.norm()
    usable = length > torch.finfo(length.dtype).tiny
    return torch.where(usable, moved / length, direction)
