"""Reciprocals and logarithms that a layer of zeros does not spoil."""

from __future__ import annotations

__all__ = ["inverse", "logarithms"]

from torch import Tensor

_SMALLEST = 1e-12


def inverse(sigmas: Tensor) -> Tensor:
    """1 / σ, or 1e12 where that would be more."""
    return 1 / sigmas.clamp(min=_SMALLEST)


def logarithms(sigmas: Tensor) -> Tensor:
    """log σ, or that of 1e-12 where that would be less."""
    return sigmas.clamp(min=_SMALLEST).log()
