r"""Rising maps of single numbers, steered by parameters: what coupling flows are made of.

`Affine` maps $x \to x\,e^{s} + m$. `RationalQuadratic` maps $[-B, B]$ onto itself by K bins, in
each of which, with $\xi$ the place in the bin, $s_k$ its mean slope and $d_k$ the slopes at its
ends,

$$ y = y_k + h_k\,\frac{s_k\,\xi^2 + d_k\,\xi(1 - \xi)}
                      {s_k + (d_{k+1} + d_k - 2 s_k)\,\xi(1 - \xi)}, $$

and leaves what lies outside alone (Durkan et al., https://arxiv.org/abs/1906.04032, eqs. 4-8).
`SinhArcsinh` maps

$$ x \to \sinh\Bigl(\delta \operatorname{arsinh} \frac{x - \mu}{\sigma} - \varepsilon\Bigr), $$

which makes a skew law with any tails normal (Jones and Pewsey,
https://doi.org/10.1093/biomet/asp053, eq. 1). All parameters zero are the identity.
"""

from __future__ import annotations

__all__ = ["Affine", "Monotone", "RationalQuadratic", "SinhArcsinh"]

import abc
import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad, softmax, softplus

from ..spec import Component

# Softplus of it is one.
_UNIT = math.log(math.e - 1)


class Monotone(Component, abc.ABC):
    """A family of rising maps of one number.

    Attributes:
        count: The number P of parameters of a map.
    """

    count: int

    @abc.abstractmethod
    def forward(self, x: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        """Values and logarithms of slopes, each with shape (N, D).

        Args:
            x: Values, with shape (N, D).
            parameters: Those of each map, with shape (N, D, P).
        """

    @abc.abstractmethod
    def inverse(self, y: Tensor, parameters: Tensor) -> Tensor:
        """Undoes `forward`."""


class Affine(Monotone):
    """A factor and an offset.

    Args:
        most: Largest absolute value of the factor's logarithm.
    """

    count = 2

    def __init__(self, most: float = 2.0) -> None:
        self.most = most

    def forward(self, x: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        slope, offset = self._parts(parameters)
        return x * slope.exp() + offset, slope

    def inverse(self, y: Tensor, parameters: Tensor) -> Tensor:
        slope, offset = self._parts(parameters)
        return (y - offset) * (-slope).exp()

    def _parts(self, parameters: Tensor) -> tuple[Tensor, Tensor]:
        slope, offset = parameters.unbind(2)
        return self.most * (slope / self.most).tanh(), offset


class SinhArcsinh(Monotone):
    """Place, width, skewness and tails.

    Args:
        most: Largest absolute value of the logarithms of width σ and tails δ.
    """

    count = 4

    def __init__(self, most: float = 1.5) -> None:
        self.most = most

    def forward(self, x: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        place, width, skew, tails = self._parts(parameters)
        y = (x - place) * (-width).exp()
        bent = tails.exp() * y.asinh() - skew
        # log cosh, which would overflow
        grown = bent.abs() + (-2 * bent.abs()).exp().log1p() - math.log(2)
        return bent.sinh(), tails + grown - 0.5 * y.square().log1p() - width

    def inverse(self, y: Tensor, parameters: Tensor) -> Tensor:
        place, width, skew, tails = self._parts(parameters)
        return place + width.exp() * ((y.asinh() + skew) * (-tails).exp()).sinh()

    def _parts(self, parameters: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        place, width, skew, tails = parameters.unbind(2)
        width, tails = (self.most * (p / self.most).tanh() for p in (width, tails))
        return place, width, skew, tails


class _Bins(NamedTuple):
    """Edges x and y of the bin of each value, and the slopes at its ends."""

    left: Tensor
    width: Tensor
    low: Tensor
    height: Tensor
    first: Tensor
    last: Tensor


class RationalQuadratic(Monotone):
    """A spline of rational quadratic pieces.

    Args:
        bins: The number K of bins.
        bound: Where it ends: B.
        least: Smallest width and height of a bin, in shares of all, and smallest slope.
    """

    def __init__(self, bins: int = 8, bound: float = 5.0, least: float = 1e-3) -> None:
        self.bins = bins
        self.bound = bound
        self.least = least
        self.count = 3 * bins - 1

    def forward(self, x: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        inside = x.clamp(-self.bound, self.bound)
        b = self._bins(inside, parameters, 0)
        mean, place = b.height / b.width, (inside - b.left) / b.width
        rest = place * (1 - place)
        below = mean + (b.first + b.last - 2 * mean) * rest
        y = b.low + b.height * (mean * place.square() + b.first * rest) / below
        ends = b.last * place.square() + b.first * (1 - place).square()
        slope = 2 * mean.log() + (ends + 2 * mean * rest).log() - 2 * below.log()
        outside = x.abs() > self.bound
        return torch.where(outside, x, y), slope.masked_fill(outside, 0.0)

    def inverse(self, y: Tensor, parameters: Tensor) -> Tensor:
        inside = y.clamp(-self.bound, self.bound)
        b = self._bins(inside, parameters, 1)
        mean, rise = b.height / b.width, inside - b.low
        bent = rise * (b.first + b.last - 2 * mean)
        square, linear = b.height * (mean - b.first) + bent, b.height * b.first - bent
        root = (linear.square() + 4 * square * mean * rise).clamp(min=0).sqrt()
        x = b.left + b.width * 2 * mean * rise / (linear + root)
        return torch.where(y.abs() > self.bound, y, x)

    def _bins(self, at: Tensor, parameters: Tensor, side: int) -> _Bins:
        """The bin of each value; side 0 if values are x, 1 if they are y."""
        k = self.bins
        sizes = [self._sizes(part) for part in parameters[..., : 2 * k].split(k, dim=2)]
        slopes = self.least + (1 - self.least) * softplus(parameters[..., 2 * k :] + _UNIT)
        slopes = pad(slopes, (1, 1), value=1.0)
        edges = [pad(s.cumsum(2)[..., :-1], (1, 0)) - self.bound for s in sizes]
        found = (at[..., None] >= edges[side][..., 1:]).sum(2, keepdim=True)
        tables = edges[0], sizes[0], edges[1], sizes[1], slopes[..., :-1], slopes[..., 1:]
        return _Bins(*(table.gather(2, found)[..., 0] for table in tables))

    def _sizes(self, parameters: Tensor) -> Tensor:
        shares = self.least + (1 - self.least * self.bins) * softmax(parameters, dim=2)
        return 2 * self.bound * shares
