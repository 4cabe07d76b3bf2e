r"""Ranks given a condition, as standard normal values.

With F the distribution function of a column at condition e, a value x > 0 becomes
$z = \Phi^{-1}(F(x \mid e))$; a share p of zeros takes all $z \le z_0(e) = \Phi^{-1}(p(e))$. At
every condition each column is then standard normal, whatever its occupancy and however many
decades it spans: a generator that makes standard normal values has the spectrum and the
occupancy of every cell right and is left with what the cells have to do with each other. This
is the marginal part of a Gaussian copula (Sklar 1959; Liu, Lafferty and Wasserman,
https://arxiv.org/abs/0903.0655) whose margins follow a condition.

At evenly spaced knots of log e the weighted quantiles of the events near the knot, moved to it
(`local`), are fitted by curves of $t = z - z_0$ that rise from minus infinity (`monotone`):
near the smallest hits energies are evenly spread, so that log x follows log t. Between knots
their coefficients are interpolated, which leaves them rising. That takes one small matrix product
and a dozen operations a cell, no table is looked up, and going back is exact however well the
curves fit.
"""

from __future__ import annotations

__all__ = ["ConditionalQuantiles"]

import math

import numpy as np
import torch
from torch import Tensor

from ..detector import Detector
from ..errors import SpecError
from ..streams import Stream
from .base import Transform
from .local import moved
from .monotone import exponential, fit_rising, invert

# z of the rarest share of zeros and of hits that is told apart.
_EDGE = 4.5
_REACH = 2 * _EDGE
# Share of the hits whose spread sets the slope beyond the largest one.
_TAIL = 0.05
# Of few hits, any slope may come out; these are those of log-normal laws of such widths.
_SLOPES = 0.3, 1.0
_EMPTY = -60.0
# Far enough below z0 that rounding makes no hit of a zero.
_EMPTY_MARGIN = 1e-3
# Weight, beside that of the mean place, of places where there are no events.
_FAINT = 1e-3
# The tabulated places are evenly spaced in this power of t.
_POWER = 0.125
_LEAST = 1e-5
_ROWS = 512


class ConditionalQuantiles(Transform):
    """Standard normal ranks of each column of values x >= 0, given one condition.

    What lies below z0 means zero; `forward` encodes zeros just below it, and `redraw` draws them
    from all of that range.

    Args:
        column: Column of the condition, whose range lies above zero.
        first: Logarithm of the condition at the first knot.
        spacing: Distance of the knots.
        edges: z0 at each knot, with shape (K, D).
        curves: Coefficients of log x at each knot, as of `monotone.exponential`, with shape
            (K, P + 1, D).
    """

    edges: Tensor
    curves: Tensor
    knots: Tensor

    def __init__(
        self, column: int, first: float, spacing: float, edges: Tensor, curves: Tensor
    ) -> None:
        super().__init__()
        self.column = column
        self.first = first
        self.spacing = spacing
        self.register_buffer("edges", edges)
        self.register_buffer("curves", curves)
        self.register_buffer("knots", torch.arange(len(edges)).to(edges), persistent=False)

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        condition: str = "energy",
        knots: int = 11,
        degree: int = 4,
        points: int = 65,
        width: float = 0.2,
    ) -> ConditionalQuantiles:
        """Fits the weighted quantiles of the events near each knot.

        Args:
            x: Values >= 0, with shape (N, D).
            c: Conditions, with shape (N, C); those of the detector come first.
            detector: Says which column is the condition.
            condition: Its name.
            knots: How many, from the smallest to the largest condition.
            degree: Of the polynomials.
            points: At which they are fitted.
            width: Standard deviation of the events' weights in the logarithm of the condition.

        Raises:
            SpecError: The condition has no logarithm, or there are too few knots or points.
        """
        column = detector.condition_index(condition)
        if knots < 2 or points <= degree or degree < 1 or not bool((c[:, column] > 0).all()):
            raise SpecError(
                f"ranks given '{condition}' need it above zero, two knots and more points than "
                f"the degree, which is at least 1; got {knots} knots, {points} points and "
                f"degree {degree}"
            )
        logs = c[:, column].double().log()
        low, high = float(logs.min()), float(logs.max())
        spacing = max(high - low, 1e-6) / (knots - 1)
        y = _log_or_empty(x.double())
        places = [low + number * spacing for number in range(knots)]
        near = (moved(y, y > _EMPTY, logs - place, width) for place in places)
        fitted = [_fit_curves(*events, points, degree) for events in near]
        edges, curves = (torch.stack(parts).to(x.dtype) for parts in zip(*fitted, strict=True))
        return cls(column, low, spacing, edges, curves)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        rows = zip(x.split(_ROWS), c.split(_ROWS), strict=True)
        return torch.cat([self._ranks(*part) for part in rows])

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        shares = self._shares(c)
        t = x - shares @ self.edges
        return exponential(self._curves(shares), t, _REACH)

    @property
    def redraws(self) -> bool:
        return True

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        edges = self._shares(c) @ self.edges
        return torch.where(x > edges, x, edges - _EMPTY_MARGIN)

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        edges = self._shares(c) @ self.edges
        share = rng.uniform(*x.shape)
        below = torch.special.ndtri((torch.special.ndtr(edges) * share).clamp(min=1e-8))
        return torch.where(x > edges, x, below)

    def _shares(self, c: Tensor) -> Tensor:
        """How much of each knot there is in each condition, with shape (N, K)."""
        log = c[:, self.column].clamp(min=1e-30).log()
        place = ((log - self.first) / self.spacing).clamp(0, len(self.edges) - 1)
        return (1 - (place[:, None] - self.knots).abs()).clamp(min=0)

    def _curves(self, shares: Tensor) -> list[Tensor]:
        """Each coefficient of each row and column, with shapes (N, D)."""
        # one small product each: to cut up a large one costs as much as to make it
        return [shares @ coefficient for coefficient in self.curves.unbind(1)]

    def _ranks(self, x: Tensor, c: Tensor) -> Tensor:
        shares = self._shares(c)
        edges, curves, log = shares @ self.edges, self._curves(shares), _log_or_empty(x)
        t = invert(curves, log, _REACH)
        return torch.where(x > 0, edges + t, edges - _EMPTY_MARGIN)


def _log_or_empty(x: Tensor) -> Tensor:
    """The logarithm of values x >= 0; far below that of any hit where they are zero."""
    return torch.where(x > 0, x, torch.ones_like(x)).log().where(x > 0, torch.tensor(_EMPTY).to(x))


def _fit_curves(y: Tensor, weights: Tensor, points: int, degree: int) -> tuple[Tensor, Tensor]:
    """z0 (D,) and curves (P + 1, D) of rising log x (N, D), with weights that sum to one.

    Args:
        y: Logarithms, sorted in each column; as of `_log_or_empty`.
        weights: Of each value, with shape (N, D).
        points: At which curves are fitted.
        degree: Of their polynomials.
    """
    hit = y > _EMPTY
    zeros = weights.masked_fill(hit, 0).sum(0)
    edges = torch.special.ndtri(zeros.clamp(1e-300, 1 - 1e-16)).clamp(-_EDGE, _EDGE)
    first = torch.where(hit, y, math.inf).amin(0)
    first = first.where(first.isfinite(), torch.tensor(_EMPTY).to(y))
    # dense where hits are small: a place resolves seven decades of t
    place = torch.linspace(_LEAST**_POWER, _REACH**_POWER, points, dtype=y.dtype)
    t = place ** (1 / _POWER)
    z = edges[:, None] + t
    table = _quantiles(torch.where(hit, y, first), weights, z, zeros).cummax(dim=1).values
    mass = (-0.5 * z.square()).exp() * torch.gradient(t)[0]
    mass = mass / mass.mean(dim=1, keepdim=True).clamp(min=1e-300) + _FAINT
    curves = fit_rising(t.numpy(), table.numpy(), mass.numpy(), degree)
    return edges, torch.from_numpy(np.ascontiguousarray(curves.T))


def _quantiles(y: Tensor, weights: Tensor, z: Tensor, zeros: Tensor) -> Tensor:
    """log x at ranks z, with shape (D, M), of sorted y (N, D) with weights."""
    ranks = weights.cumsum(0).sub_(weights / 2).T.contiguous()
    levels, values = torch.special.ndtr(z), y.T
    after = torch.searchsorted(ranks, levels).clamp(1, len(y) - 1)
    low, high = ranks.gather(1, after - 1), ranks.gather(1, after)
    part = ((levels - low) / (high - low).clamp(min=1e-300)).clamp(0, 1)
    table = torch.lerp(values.gather(1, after - 1), values.gather(1, after), part)
    return table + _beyond(z, ranks, values, zeros)


def _beyond(z: Tensor, ranks: Tensor, y: Tensor, zeros: Tensor) -> Tensor:
    """What is added to the table beyond the largest value: the slope of the last few hits."""
    top = torch.special.ndtri(ranks[:, -1:].clamp(max=1 - 1e-12))
    level = 1 - _TAIL * (1 - zeros[:, None]).clamp(min=1e-12)
    at = torch.searchsorted(ranks, level).clamp(max=y.shape[1] - 1)
    run = (top - torch.special.ndtri(level.clamp(max=1 - 1e-12))).clamp(min=0.1)
    slope = ((y[:, -1:] - y.gather(1, at)) / run).clamp(*_SLOPES)
    return slope * (z - top).clamp(min=0)
