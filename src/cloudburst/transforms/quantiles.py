r"""Ranks given a condition, as standard normal values.

With F the distribution function of a column at condition e, a value x > 0 becomes
$z = \Phi^{-1}(F(x \mid e))$; a share p of zeros takes all $z \le z_0(e) = \Phi^{-1}(p(e))$. At
every condition each column is then standard normal, whatever its occupancy and however many
decades it spans: a generator that makes standard normal values has the spectrum and the
occupancy of every cell right and is left with what the cells have to do with each other. This
is the marginal part of a Gaussian copula (Sklar 1959; Liu, Lafferty and Wasserman,
https://arxiv.org/abs/0903.0655) whose margins follow a condition.

The quantile functions are tabulated at evenly spaced knots of log e, from weighted events near
each knot, on a grid of $t = z - z_0$ that is finer near zero; between knots $z_0$ and $\log x$
at equal t are interpolated.
"""

from __future__ import annotations

__all__ = ["ConditionalQuantiles"]

import math

import torch
from torch import Tensor

from ..detector import Detector
from ..errors import SpecError
from ..streams import Stream
from .base import Transform

# z of the rarest share of zeros and of hits that is told apart.
_EDGE = 4.5
_REACH = 2 * _EDGE
# Share of the hits whose spread sets the slope beyond the largest one.
_TAIL = 0.05
# Of few hits, any slope may come out; these are those of log-normal laws of such widths.
_SLOPES = 0.3, 1.0
_EMPTY = -60.0
_ROWS = 512


class ConditionalQuantiles(Transform):
    """Standard normal ranks of each column of values x >= 0, given one condition.

    What lies below z0 means zero; `forward` encodes zeros as the median of that range, and
    `redraw` draws them from it.

    Args:
        column: Column of the condition, whose range lies above zero.
        first: Logarithm of the condition at the first knot.
        spacing: Distance of the knots.
        edges: z0 at each knot, with shape (K, D).
        tables: log x on the grid of t at each knot, rising along it, with shape (K, D, M).
    """

    edges: Tensor
    tables: Tensor

    def __init__(
        self, column: int, first: float, spacing: float, edges: Tensor, tables: Tensor
    ) -> None:
        super().__init__()
        self.column = column
        self.first = first
        self.spacing = spacing
        self.register_buffer("edges", edges)
        self.register_buffer("tables", tables)

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        condition: str = "energy",
        knots: int = 11,
        points: int = 65,
        width: float = 0.3,
    ) -> ConditionalQuantiles:
        """Tabulates the weighted quantiles of the events near each knot.

        Args:
            x: Values >= 0, with shape (N, D).
            c: Conditions, with shape (N, C); those of the detector come first.
            detector: Says which column is the condition.
            condition: Its name.
            knots: How many, from the smallest to the largest condition.
            points: Size of the grid of t.
            width: Standard deviation of the events' weights in the logarithm of the condition.

        Raises:
            SpecError: The condition has no logarithm, or there are too few knots or points.
        """
        column = detector.condition_index(condition)
        if knots < 2 or points < 3 or not bool((c[:, column] > 0).all()):
            raise SpecError(
                f"ranks given '{condition}' need it above zero, two knots and three points, "
                f"got {knots} and {points}"
            )
        logs = c[:, column].double().log()
        low, high = float(logs.min()), float(logs.max())
        spacing = max(high - low, 1e-6) / (knots - 1)
        order = x.argsort(dim=0)
        y = _logs(x.gather(0, order).double())
        tabulated = []
        for number in range(knots):
            place = low + number * spacing
            weights = (-0.5 * ((logs - place) / width).square()).exp()
            tabulated.append(_tabulate(y, (weights / weights.sum())[order], points))
        edges, tables = (torch.stack(parts).to(x.dtype) for parts in zip(*tabulated, strict=True))
        return cls(column, low, spacing, edges, tables)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        rows = zip(x.split(_ROWS), c.split(_ROWS), strict=True)
        return torch.cat([self._ranks(*part) for part in rows])

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        knot, share = self._place(c)
        t = x - self._edges(knot, share)
        log = self._interpolate(knot, share, t.clamp(min=0))
        return torch.where(t > 0, log.exp(), torch.zeros_like(log))

    @property
    def redraws(self) -> bool:
        return True

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        # redrawn zeros have all values below z0, as generated ones
        return x

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        edges = self._edges(*self._place(c))
        share = rng.uniform(*x.shape)
        below = torch.special.ndtri((torch.special.ndtr(edges) * share).clamp(min=1e-8))
        return torch.where(x > edges, x, below)

    def _place(self, c: Tensor) -> tuple[Tensor, Tensor]:
        """The knot below each condition, with shape (N,), and the share of the one above it."""
        log = c[:, self.column].clamp(min=1e-30).log()
        place = ((log - self.first) / self.spacing).clamp(0, len(self.edges) - 1)
        knot = place.floor().clamp(max=len(self.edges) - 2)
        return knot.long(), (place - knot)[:, None]

    def _edges(self, knot: Tensor, share: Tensor) -> Tensor:
        return torch.lerp(self.edges[knot], self.edges[knot + 1], share)

    def _interpolate(self, knot: Tensor, share: Tensor, t: Tensor) -> Tensor:
        """log x at t >= 0; t grows with the square of a place on the grid."""
        _, columns, points = self.tables.shape
        place = (t / _REACH).sqrt().mul(points - 1).detach().floor().clamp(max=points - 2)
        below = (place / (points - 1)).square() * _REACH
        step = (2 * place + 1) * (_REACH / (points - 1) ** 2)
        part = (t - below) / step
        flat, width = self.tables.flatten(), columns * points
        start = knot[:, None] * columns + torch.arange(columns, device=t.device)
        at = start * points + place.long()
        low = torch.lerp(flat[at], flat[at + width], share)
        high = torch.lerp(flat[at + 1], flat[at + width + 1], share)
        return low + (high - low) * part

    def _ranks(self, x: Tensor, c: Tensor) -> Tensor:
        knot, share = self._place(c)
        edges = self._edges(knot, share)
        rows = torch.lerp(self.tables[knot], self.tables[knot + 1], share[:, :, None])
        log = _logs(x)[:, :, None]
        place = (torch.searchsorted(rows, log) - 1).clamp(0, rows.shape[2] - 2)
        low, high = rows.gather(2, place), rows.gather(2, place + 1)
        # where a table is flat, all t mean the same value
        part = ((log - low) / (high - low).clamp(min=1e-12)).clamp(min=0)
        part = torch.where(high > low, part, torch.zeros_like(part))
        grid = _grid(rows.shape[2], x)
        t = torch.lerp(grid[place], grid[place + 1], part)[:, :, 0]
        return torch.where(x > 0, edges + t.clamp(min=1e-5), _middle(edges))


def _logs(x: Tensor) -> Tensor:
    return torch.where(x > 0, x, torch.ones_like(x)).log().where(x > 0, torch.tensor(_EMPTY).to(x))


def _middle(edges: Tensor) -> Tensor:
    """The median of a standard normal value below each edge."""
    return torch.special.ndtri(0.5 * torch.special.ndtr(edges))


def _grid(points: int, like: Tensor) -> Tensor:
    steps = torch.arange(points, dtype=like.dtype, device=like.device) / (points - 1)
    return steps.square() * _REACH


def _tabulate(y: Tensor, weights: Tensor, points: int) -> tuple[Tensor, Tensor]:
    """z0 (D,) and log x (D, M) of rising log x (N, D), with weights that sum to one."""
    hit = y > _EMPTY
    zeros = weights.masked_fill(hit, 0).sum(0)
    edges = torch.special.ndtri(zeros.clamp(1e-300, 1 - 1e-16)).clamp(-_EDGE, _EDGE)
    first = torch.where(hit, y, math.inf).amin(0)
    first = first.where(first.isfinite(), torch.tensor(_EMPTY).to(y))
    y = torch.where(hit, y, first)
    ranks = weights.cumsum(0).sub_(weights / 2).T.contiguous()
    z = edges[:, None] + _grid(points, y)
    levels = torch.special.ndtr(z)
    after = torch.searchsorted(ranks, levels).clamp(1, len(y) - 1)
    low, high = ranks.gather(1, after - 1), ranks.gather(1, after)
    part = ((levels - low) / (high - low).clamp(min=1e-300)).clamp(0, 1)
    sorted_y = y.T
    table = torch.lerp(sorted_y.gather(1, after - 1), sorted_y.gather(1, after), part)
    table = table + _beyond(z, ranks, sorted_y, zeros)
    return edges, table.cummax(dim=1).values


def _beyond(z: Tensor, ranks: Tensor, y: Tensor, zeros: Tensor) -> Tensor:
    """What is added to the table beyond the largest value: the slope of the last few hits."""
    top = torch.special.ndtri(ranks[:, -1:].clamp(max=1 - 1e-12))
    level = 1 - _TAIL * (1 - zeros[:, None]).clamp(min=1e-12)
    at = torch.searchsorted(ranks, level).clamp(max=y.shape[1] - 1)
    run = (top - torch.special.ndtri(level.clamp(max=1 - 1e-12))).clamp(min=0.1)
    slope = ((y[:, -1:] - y.gather(1, at)) / run).clamp(*_SLOPES)
    return slope * (z - top).clamp(min=0)
