r"""The moments of each readout first, then its cells, which follow them.

Where the signal lies along each axis, how wide it is and how it is tilted are a few numbers,

$$ m_a = \frac{1}{E} \sum_i x_i a_i, \qquad v_a = \log \frac{1}{E} \sum_i x_i (a_i - m_a)^2, \qquad
   \rho = \frac{1}{E} \sum_i x_i \frac{(a_i - m_a)(b_i - m_b)}{\sqrt{v_a v_b}}, $$

with $a_i$ the place of cell i along an axis, in cells. Their law is that of a handful of values,
which a likelihood finds with certainty, while cells given them hardly fluctuate: a tilted or
early event is one number and not a bent surface in a space of a hundred cells. On the way back
moments are not forced upon the cells.
"""

from __future__ import annotations

__all__ = ["MomentsFirst"]

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ..detector import Detector
from ..streams import Stream
from .base import Compose, Step, Transform

# Added to squared widths, in cells squared: an event of one cell has none.
_NARROWEST = 0.01
_TINY = 1e-12


class MomentsFirst(Transform):
    """Cells (N, D) to M moments and D values, with shape (N, M + D).

    A step for the cells of `LayerFractions` and `TotalFirst`. Steps of the cells are told of the
    moments, which stand before the sums of the readouts.

    Args:
        shapes: Cells of each readout along each axis.
        moments: Transform of the moments; sees the conditions, with shape (N, C).
        cells: Transform of the cells; sees conditions and moments, with shape (N, C + M).
    """

    def __init__(
        self, shapes: Sequence[Sequence[int]], moments: Transform, cells: Transform
    ) -> None:
        super().__init__()
        self.shapes = [list(shape) for shape in shapes]
        self.moments = moments
        self.cells = cells
        self.places = [_places(shape) for shape in self.shapes]
        self.count = sum(2 * len(s) + len(s) * (len(s) - 1) // 2 for s in self.shapes)

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        moments: Sequence[Step],
        cells: Sequence[Step],
    ) -> MomentsFirst:
        """Fits the steps of the moments, then those of the cells, which are told of them."""
        shapes = [readout.shape for readout in detector.readouts]
        found = _moments(x, shapes, [_places(shape) for shape in shapes])
        told = _told(c, found, len(shapes))
        inner = Compose.fit(found, c, detector, moments), Compose.fit(x, told, detector, cells)
        return cls(shapes, *inner)

    def columns(self, n: int) -> int:
        return self.count + self.cells.columns(n)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        found = _moments(x, self.shapes, self.places)
        cells = self.cells(x, _told(c, found, len(self.shapes)))
        return torch.cat([self.moments(found, c), cells], dim=1)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        first, cells = self._parts(x)
        return self.cells.inverse(cells, self._seen(first, c))

    @property
    def redraws(self) -> bool:
        return bool(self.cells.redraws)

    def settle(self, x: Tensor, c: Tensor) -> Tensor:
        first, cells = self._parts(x)
        return torch.cat([first, self.cells.settle(cells, self._seen(first, c))], dim=1)

    def redraw(self, x: Tensor, c: Tensor, rng: Stream) -> Tensor:
        first, cells = self._parts(x)
        return torch.cat([first, self.cells.redraw(cells, self._seen(first, c), rng)], dim=1)

    def _parts(self, x: Tensor) -> list[Tensor]:
        return list(x.split([self.count, x.shape[1] - self.count], dim=1))

    def _seen(self, first: Tensor, c: Tensor) -> Tensor:
        return _told(c, self.moments.inverse(first, c), len(self.shapes))


def _told(c: Tensor, moments: Tensor, readouts: int) -> Tensor:
    """Conditions with the moments before the sums of the readouts."""
    return torch.cat([c[:, :-readouts], moments, c[:, -readouts:]], dim=1)


def _places(shape: Sequence[int]) -> Tensor:
    """The place of each cell along each axis from the middle, in cells, with shape (cells, A)."""
    middle = (np.array(shape) - 1) / 2
    return torch.from_numpy(np.indices(shape).reshape(len(shape), -1).T - middle).float()


def _moments(x: Tensor, shapes: Sequence[Sequence[int]], places: Sequence[Tensor]) -> Tensor:
    """Means, logarithms of squared widths and correlations of each readout, (N, M)."""
    found = []
    for part, place in zip(x.split([len(p) for p in places], dim=1), places, strict=True):
        shares = part / part.sum(1, keepdim=True).clamp(min=_TINY)
        place = place.to(x)
        mean = shares @ place
        square = (shares @ place.square() - mean.square()).clamp(min=0) + _NARROWEST
        found += [mean, square.log()]
        for a, b in itertools.combinations(range(place.shape[1]), 2):
            both = shares @ (place[:, a] * place[:, b]) - mean[:, a] * mean[:, b]
            found.append((both * (square[:, a] * square[:, b]).rsqrt())[:, None])
    return torch.cat(found, dim=1)
