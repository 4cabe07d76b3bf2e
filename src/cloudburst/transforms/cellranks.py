r"""Ranks of cells given what is expected of them.

A cell's law follows the energy and the place of the event mostly through one number, its mean μ:
how often it is hit, and how its hits are spread about μ. With μ from a small network (`expected`),
and F the distribution function of x / μ given μ,

$$ z = \Phi^{-1}\left(F_i(x / \mu_i(c) \mid \mu_i(c))\right) $$

is standard normal at any place, while ranks given the energy alone mix events that hit the middle
of a cell with those that hit its edge. Each cell has its own knots in log μ, between which the
curves of `quantiles` are interpolated. As curves are those of a logarithm, a law that only scales
with μ is met exactly.
"""

from __future__ import annotations

__all__ = ["ExpectedQuantiles", "TrackExpectedQuantiles"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ..detector import Detector
from ..streams import Stream
from .base import Transform
from .expected import Expected
from .monotone import exponential, invert
from .places import Places, TrackPlaces
from .quantiles import EMPTY_MARGIN, REACH, fit_curves, log_or_empty

_ROWS = 512
# What lies between the outermost knots of a cell's means; of at most so many events.
_INNER = 0.01, 0.99
_LOOKED_AT = 4000
# Least distance of knots and least width of the weights, in log μ.
_NEAREST = 0.05
_NARROWEST = 0.25


class ExpectedQuantiles(Transform):
    """Standard normal ranks of each cell x >= 0, given its expected signal.

    A step for the cells of `LayerFractions` and `TotalFirst`. What lies below z0 means zero;
    `forward` encodes zeros just below it, and `redraw` draws them from all of that range.

    Args:
        expected: Says what is expected of each cell.
        first: Logarithm of the expected signal at the first knot of each cell, with shape (D,).
        spacing: Distance of the knots, with shape (D,).
        edges: z0 at each knot, with shape (K, D).
        curves: Coefficients of log(x / μ) at each knot, as of `monotone.exponential`, with shape
            (K, P + 1, D).
    """

    first: Tensor
    spacing: Tensor
    edges: Tensor
    curves: Tensor

    def __init__(
        self, expected: Expected, first: Tensor, spacing: Tensor, edges: Tensor, curves: Tensor
    ) -> None:
        super().__init__()
        self.expected = expected
        self.register_buffer("first", first)
        self.register_buffer("spacing", spacing)
        self.register_buffer("edges", edges)
        self.register_buffer("curves", curves)

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        knots: int = 6,
        degree: int = 4,
        points: int = 65,
        width: float = 0.5,
        fractional: Sequence[str] = (),
        hidden: Sequence[int] = (64, 64),
        steps: int = 1500,
    ) -> ExpectedQuantiles:
        """Learns what is expected, then fits the weighted quantiles near each knot.

        Args:
            x: Cells >= 0, with shape (N, D).
            c: Conditions, with shape (N, C); the last ones are the sums of the readouts.
            detector: Says which cells are of one readout.
            knots: How many, from the smallest to the largest expected signal of a cell.
            degree: Of the polynomials.
            points: At which they are fitted.
            width: Standard deviation of the events' weights, in distances of knots.
            fractional: Conditions whose part after the point matters.
            hidden: Widths of the network that says what is expected.
            steps: Of its training.
        """
        sizes = [readout.size for readout in detector.readouts]
        places = cls._places(c, detector, fractional)
        made = Expected.fit(x, c, places, sizes, hidden, steps)
        means = torch.cat([made(part) for part in c.split(_ROWS)])
        place, few = means.log(), means[:: len(means) // _LOOKED_AT + 1].log()
        first, last = (torch.quantile(few, share, dim=0) for share in _INNER)
        spacing = ((last - first) / (knots - 1)).clamp(min=_NEAREST)
        order = (x / means).argsort(dim=0)
        y = log_or_empty((x / means).gather(0, order).double())
        fitted = []
        for number in range(knots):
            distance = (place - first - number * spacing) / (width * spacing).clamp(min=_NARROWEST)
            weights = (-0.5 * distance.double().square()).exp()
            weights = (weights / weights.sum(0)).gather(0, order)
            fitted.append(fit_curves(y, weights, points, degree))
        edges, curves = (torch.stack(parts).to(x.dtype) for parts in zip(*fitted, strict=True))
        return cls(made, first, spacing, edges, curves)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        rows = zip(x.split(_ROWS), c.split(_ROWS), strict=True)
        return torch.cat([self._ranks(*part) for part in rows])

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        means = self.expected(c)
        shares = self._shares(means)
        t = x - _mixed(shares, self.edges)
        return means * exponential(self._curves(shares), t, REACH)

    @property
    def redraws(self) -> bool:
        return True

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        edges = self._edges(c)
        return torch.where(x > edges, x, edges - EMPTY_MARGIN)

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        edges = torch.cat([self._edges(part) for part in c.split(_ROWS)])
        share = rng.uniform(*x.shape)
        below = torch.special.ndtri((torch.special.ndtr(edges) * share).clamp(min=1e-8))
        return torch.where(x > edges, x, below)

    @staticmethod
    def _places(c: Tensor, detector: Detector, fractional: Sequence[str]) -> Places | TrackPlaces:
        """What cells depend on."""
        return Places.fit(c, [detector.condition_index(name) for name in fractional])

    def _ranks(self, x: Tensor, c: Tensor) -> Tensor:
        means = self.expected(c)
        shares = self._shares(means)
        edges = _mixed(shares, self.edges)
        t = invert(self._curves(shares), log_or_empty(x / means), REACH)
        return torch.where(x > 0, edges + t, edges - EMPTY_MARGIN)

    def _edges(self, c: Tensor) -> Tensor:
        return _mixed(self._shares(self.expected(c)), self.edges)

    def _shares(self, means: Tensor) -> list[Tensor]:
        """How much of each knot there is in each cell, K times with shape (N, D)."""
        place = (means.log() - self.first) / self.spacing
        place = place.clamp(0, len(self.edges) - 1)
        return [(1 - (place - knot).abs()).clamp(min=0) for knot in range(len(self.edges))]

    def _curves(self, shares: Sequence[Tensor]) -> list[Tensor]:
        return [_mixed(shares, coefficient) for coefficient in self.curves.unbind(1)]


class TrackExpectedQuantiles(ExpectedQuantiles):
    """The same of an image that is centred on a track, by where in its cell the track crosses."""

    @staticmethod
    def _places(c: Tensor, detector: Detector, fractional: Sequence[str]) -> Places | TrackPlaces:
        return TrackPlaces.fit(c, detector)


def _mixed(shares: Sequence[Tensor], table: Tensor) -> Tensor:
    """The sum of shares (N, D) of the rows of a table (K, D)."""
    mixed = shares[0] * table[0]
    for share, row in zip(shares[1:], table[1:], strict=True):
        mixed = torch.addcmul(mixed, share, row)
    return mixed
