"""What the layers of a critic amount to, bounded or not."""

from __future__ import annotations

__all__ = ["layer_norms"]

import torch

from ..critics import Critic


@torch.no_grad()
def layer_norms(critic: Critic) -> dict[str, float]:
    """By "norm NAME" of a layer's weight, its largest singular value as a matrix, as it acts.

    A row for each output; a convolution's may be smaller than the norm of the map of images.
    """
    weights = critic.acting_weights().items()
    return {
        f"norm {name}": torch.linalg.matrix_norm(weight.flatten(1), 2).item()
        for name, weight in weights
    }
