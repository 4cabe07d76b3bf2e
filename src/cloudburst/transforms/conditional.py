r"""Standardising with a mean and a width that follow the conditions.

$$ y = \frac{x - \mu(c)}{\sigma(c)}, \qquad
   \mu(c) = W_\mu^T b(c), \qquad \log\sigma(c) = W_\sigma^T b(c) $$

with b the polynomials up to second degree of the standardised conditions, in logarithms where
a condition is positive throughout. What is left to learn is the same at all energies, even for
the cells of a shower's core, whose signal grows a hundredfold over the range of energies while
it fluctuates by a few per cent.
"""

from __future__ import annotations

__all__ = ["ConditionalStandardize"]

import torch
from torch import Tensor

from ..detector import Detector
from .base import Transform

# Share of the mean squared residual that is added before its logarithm is fitted.
_SOFTENING = 0.05
_RIDGE = 1e-3
_SMALLEST = 1e-3


class ConditionalStandardize(Transform):
    """Zero mean and unit width of each column, given the conditions.

    Args:
        logarithmic: Which conditions enter by their logarithm (1) or as they are (0), (C,).
        center: Mean of the conditions, after logarithms, with shape (C,).
        spread: Their standard deviation, with shape (C,).
        mean: Weights of the mean, with shape (P, D).
        width: Weights of the logarithm of the width, with shape (P, D).
        bounds: Smallest and largest logarithm of the width, with shape (2, D).
    """

    logarithmic: Tensor
    center: Tensor
    spread: Tensor
    mean: Tensor
    width: Tensor
    bounds: Tensor

    def __init__(
        self,
        logarithmic: Tensor,
        center: Tensor,
        spread: Tensor,
        mean: Tensor,
        width: Tensor,
        bounds: Tensor,
    ) -> None:
        super().__init__()
        self.register_buffer("logarithmic", logarithmic)
        self.register_buffer("center", center)
        self.register_buffer("spread", spread)
        self.register_buffer("mean", mean)
        self.register_buffer("width", width)
        self.register_buffer("bounds", bounds)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor, detector: Detector) -> ConditionalStandardize:
        """Least squares of the values, then of the logarithm of their squared residuals."""
        logarithmic = (c > 0).all(0).to(x.dtype)
        f = _logs(c, logarithmic)
        spread = f.std(0, correction=0)
        center, spread = f.mean(0), torch.where(spread > 0, spread, torch.ones_like(spread))
        basis = _basis((f - center) / spread)
        mean = _solve(basis, x)
        square = (x - basis @ mean).square()
        scale = square.mean(0).clamp(min=_SMALLEST**2)
        width = _solve(basis, 0.5 * (square + _SOFTENING * scale).log())
        # the mean of a logarithm lies below the logarithm of the mean
        excess = ((square / (2 * basis @ width).exp()).mean(0)).clamp(min=_SMALLEST)
        width[0] += 0.5 * excess.log()
        logs = basis @ width
        bounds = torch.stack([logs.amin(0), logs.amax(0)])
        return cls(logarithmic, center, spread, mean, width, bounds)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        mean, width = self._moments(c)
        return (x - mean) / width

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        mean, width = self._moments(c)
        return torch.addcmul(mean, x, width)

    def _moments(self, c: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and width, each with shape (N, D), at conditions (N, C)."""
        basis = _basis((_logs(c, self.logarithmic) - self.center) / self.spread)
        low, high = self.bounds
        return basis @ self.mean, (basis @ self.width).clamp(low, high).exp_()


def _logs(c: Tensor, logarithmic: Tensor) -> Tensor:
    return torch.where(logarithmic > 0, c.clamp(min=1e-30).log(), c)


def _basis(f: Tensor) -> Tensor:
    """One, the columns and their products, with shape (N, 1 + C + C (C + 1) / 2)."""
    rows, columns = torch.triu_indices(f.shape[1], f.shape[1], device=f.device)
    return torch.cat([torch.ones_like(f[:, :1]), f, f[:, rows] * f[:, columns]], dim=1)


def _solve(basis: Tensor, x: Tensor) -> Tensor:
    """Ridge regression of the columns of x, with shape (P, D)."""
    b = basis.double()
    ridge = _RIDGE * len(b) * torch.eye(b.shape[1], dtype=b.dtype, device=b.device)
    return torch.linalg.solve(b.T @ b + ridge, b.T @ x.double()).to(x.dtype)
