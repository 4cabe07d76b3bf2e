r"""Values without what is linear about them.

$$ x = B\,(1, c) + L y $$

with B the linear trend of the values x with the features c, and $L = V \Lambda^{1/2}$ of the
eigenvectors V and eigenvalues Λ of the covariance that is left. Data y are white: mean zero,
variance one, not correlated, ordered from the widest to the narrowest direction of x. Taken as
standard normal they would be the Gaussian model of x; what a flow learns on them is the rest.
"""

from __future__ import annotations

__all__ = ["Whitening"]

import torch
from torch import Tensor, nn

from ..spec import Component

_RIDGE = 1e-3


class Whitening(Component, nn.Module):
    """White values y to values x, and back.

    Args:
        trend: B, with shape (D, 1 + F).
        root: L, with shape (D, D); its columns are at right angles.
    """

    trend: Tensor
    root: Tensor

    def __init__(self, trend: Tensor, root: Tensor) -> None:
        super().__init__()
        self.register_buffer("trend", trend)
        self.register_buffer("root", root)

    @classmethod
    def fit(cls, x: Tensor, c: Tensor) -> Whitening:
        """Whitens values (N, D) at features (N, F)."""
        b = _told(c).double()
        ridge = _RIDGE * len(b) * torch.eye(b.shape[1], dtype=b.dtype)
        trend = torch.linalg.solve(b.T @ b + ridge, b.T @ x.double())
        covariance = torch.cov((x.double() - b @ trend).T).reshape(x.shape[1], -1)
        widths, directions = torch.linalg.eigh(covariance)
        root = directions * (widths + _RIDGE).sqrt()
        # wide directions first
        return cls(trend.T.to(x.dtype).contiguous(), root.flip(1).to(x.dtype).contiguous())

    def forward(self, y: Tensor, c: Tensor) -> Tensor:
        """Values, with shape (N, D), of white values (N, D) at features (N, F)."""
        return _told(c) @ self.trend.T + y @ self.root.T

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        """White values of values."""
        return (x - _told(c) @ self.trend.T) @ self.root / self.root.square().sum(0)

    def log_det(self) -> Tensor:
        """The logarithm of the volume that x takes for one of y, a scalar."""
        return 0.5 * self.root.square().sum(0).log().sum()


def _told(c: Tensor) -> Tensor:
    return torch.cat([torch.ones_like(c[:, :1]), c], dim=1)
