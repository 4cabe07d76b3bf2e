r"""The Gaussian copula of values that are cut off below.

Of values that would be normal with covariance Σ around Bc, only those above an edge are seen;
the others are known to lie below it. Stochastic expectation and maximisation finds B and Σ: values
below their edge are drawn from a normal law cut off there, given all other values of the event
(Gibbs), then B and Σ are fitted to the completed events, and again (Nielsen, Bernoulli 6 (2000)
457, https://doi.org/10.2307/3318671).

Of some thousand events most of the numbers of a covariance are noise. Σ is therefore a few
factors, which reach everywhere, and a local part, which fades with the distance of two cells,

$$ \Sigma = A A^T + \Lambda \circ T, \qquad T_{ij} = e^{-d_{ij}^2 / 2 \lambda^2} $$

in cells of one readout (tapering: Furrer, Genton and Nychka, JCGS 15 (2006) 502).
"""

from __future__ import annotations

__all__ = ["Copula", "fit_copula", "tapers"]

import itertools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..detector import Readout
from ..streams import Stream

_ROUNDS = 8
_SWEEPS = 2
_FACTOR_ROUNDS = 4
_EVENTS = 6000
_RIDGE = 1e-3
# Least variance of a value's own: no value follows from others alone.
_OWN = 0.02
# Fading length of local correlations, in cells.
_LENGTH = 2.0
_NOTHING = 1e-3


class Copula(NamedTuple):
    """A fitted copula.

    Attributes:
        trend: B, with shape (D, F).
        factors: A, with shape (D, K).
        local: A root of each block of the local part, with shapes (n, n).
    """

    trend: Tensor
    factors: Tensor
    local: list[Tensor]


def tapers(readouts: tuple[Readout, ...]) -> list[Tensor]:
    """How much of its covariance two cells keep, for each block of cells that are near others.

    Distances are in the finest pitch of a readout, so that strips side by side along their width
    are neighbours while their ends are not. Returns blocks with shapes (cells, cells), in order.
    """
    return [block for readout in readouts for block in _blocks(_taper(readout))]


def _taper(readout: Readout) -> Tensor:
    pitches = [np.diff(axis.edges).mean() for axis in readout.axes]
    places = np.indices(readout.shape).reshape(len(pitches), -1).T
    places = places * np.array(pitches) / min(pitches)
    square = np.square(places[:, None] - places[None]).sum(-1)
    return torch.from_numpy(np.exp(-0.5 * square / _LENGTH**2))


def _blocks(taper: Tensor) -> list[Tensor]:
    """The diagonal blocks between which nothing is kept."""
    reach = [int(row.nonzero().max()) for row in taper > _NOTHING]
    ends = [i + 1 for i, far in enumerate(np.maximum.accumulate(reach)) if far == i]
    return [taper[a:b, a:b] for a, b in itertools.pairwise([0, *ends])]


def fit_copula(
    x: Tensor, floor: Tensor, c: Tensor, taper: list[Tensor], factors: int, rng: Stream
) -> Copula:
    """The copula of values that are cut off below.

    Args:
        x: Values, with shape (N, D); those cut off lie at their floor or below.
        floor: The edges, with shape (N, D).
        c: Features, with shape (N, F).
        taper: Of the local part of each block of values.
        factors: The number K of factors.
        rng: Draws the values that were cut off.
    """
    some = rng.uniform(len(x)).argsort()[:_EVENTS]
    x, floor, c = (part[some].double() for part in (x, floor, c))
    below, z, shape = x <= floor, x, (x.shape[1], x.shape[1])
    for _ in range(_ROUNDS):
        trend = _trend(z, c)
        loadings, blocks = _split(torch.cov((z - c @ trend).T).reshape(shape), taper, factors)
        covariance = loadings @ loadings.T + torch.block_diag(*blocks)
        for _ in range(_SWEEPS):
            z = c @ trend + _complete(z - c @ trend, floor - c @ trend, below, covariance, rng)
    local = [torch.linalg.cholesky(block) for block in blocks]
    return Copula(trend.T.float(), loadings.float(), [root.float() for root in local])


def _trend(z: Tensor, c: Tensor) -> Tensor:
    ridge = _RIDGE * len(c) * torch.eye(c.shape[1], dtype=c.dtype, device=c.device)
    return torch.linalg.solve(c.T @ c + ridge, c.T @ z)


def _split(covariance: Tensor, taper: list[Tensor], count: int) -> tuple[Tensor, list[Tensor]]:
    """Loadings (D, count) of the factors, and the blocks of the local part.

    Principal factors (Harman, Modern Factor Analysis, 1976, chapter 8) with a local part instead
    of variances alone.
    """
    window = torch.block_diag(*(part.to(covariance) for part in taper))
    loadings = covariance.new_zeros(len(covariance), count)
    local = covariance * window
    for _ in range(_FACTOR_ROUNDS):
        shares, axes = torch.linalg.eigh(covariance - local)
        kept = axes[:, -count:] * shares[-count:].clamp(min=0).sqrt()
        loadings[:, : kept.shape[1]] = kept
        local = (covariance - loadings @ loadings.T) * window
    sizes = [len(part) for part in taper]
    diagonal = zip(local.split(sizes), sizes, np.cumsum([0, *sizes[:-1]]), strict=True)
    return loadings, [_positive(rows[:, at : at + size]) for rows, size, at in diagonal]


def _positive(block: Tensor) -> Tensor:
    shares, axes = torch.linalg.eigh(block)
    return (axes * shares.clamp(min=_OWN)) @ axes.T


def _complete(
    rest: Tensor, edge: Tensor, below: Tensor, covariance: Tensor, rng: Stream
) -> Tensor:
    """Draws what lies below its edge, column by column, given the other columns."""
    precision = torch.linalg.inv(covariance)
    z = rest.clone()
    for j in range(z.shape[1]):
        rows = below[:, j].nonzero()[:, 0]
        if len(rows):
            width = precision[j, j].rsqrt()
            others = z[rows] @ precision[:, j] * width.square()
            mean = z[rows, j] - others
            share = torch.special.ndtr((edge[rows, j] - mean) / width)
            uniform = rng.uniform(len(rows)).double()
            drawn = torch.special.ndtri((share * uniform).clamp(1e-12, 1 - 1e-12))
            z[rows, j] = torch.minimum(mean + width * drawn, edge[rows, j])
    return z
