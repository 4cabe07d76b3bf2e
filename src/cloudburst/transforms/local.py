r"""Events near a condition, moved to it.

The law of a column x >= 0 at a condition e is read off events at conditions near it, with weights
that fall with the distance d. Read off as they are, they would tell the law of their mean
condition, which at the ends of the range lies far inside it, and smear what grows with e. So
to first order they are moved to e (local linear regression; Fan, Journal of the American
Statistical Association 87, 998): the logarithm of each hit by minus d times its slope with d,
and the share of hits by its slope. Slopes of what few events tell are held by a ridge.
"""

from __future__ import annotations

__all__ = ["moved"]

import torch
from torch import Tensor

# Of events with a weight below this share of the largest, nothing is noticed.
_FAINTEST = 1e-5
# What holds slopes, in squared distances: as much as a dozen events at a distance of 0.2 do.
_RIDGE = 0.5
# By how much the share of hits, or of zeros, may be less than among the events near by.
_LEAST = 0.3
_LOWEST = -50.0


def moved(y: Tensor, hit: Tensor, distance: Tensor, width: float) -> tuple[Tensor, Tensor]:
    """Sorted values as they would be at distance zero, and their weights.

    Args:
        y: Logarithms of the values, far below any hit where there is none, with shape (N, D).
        hit: Whether there is one, with shape (N, D).
        distance: Of each event's condition, with shape (N,).
        width: Standard deviation of the weights in the distance.

    Returns:
        Values with rising columns and weights that sum to one in each, with shapes (M, D).
    """
    exponent = -0.5 * (distance / width).square()
    weights = (exponent - exponent.max()).exp()
    # of one value there are no quantiles
    near = (weights > _FAINTEST) | (weights >= weights.topk(min(2, len(weights))).values[-1])
    # what is far from all events has no slope
    w, d, y, hit = weights[near] * exponent.max().exp(), distance[near], y[near], hit[near]
    w = w.clamp(min=1e-300)
    values = torch.where(hit, y - d[:, None] * _slopes(y, hit, w, d), y)
    values, order = torch.where(hit, values.clamp(min=_LOWEST), y).sort(dim=0)
    hits = hit.gather(0, order)
    share, found = _shares(hit, w, d)
    of_hits = share / found.clamp(min=1e-300)
    of_zeros = (1 - share) / (1 - found).clamp(min=1e-300)
    return values, (w / w.sum())[order] * torch.where(hits, of_hits, of_zeros)


def _slopes(y: Tensor, hit: Tensor, w: Tensor, d: Tensor) -> Tensor:
    """By how much hits of each column grow with the distance, with shape (D,)."""
    one, seen = hit.to(y), torch.where(hit, y, torch.zeros_like(y))
    n, nd, ndd = w @ one, (w * d) @ one, (w * d * d) @ one
    mean = nd / n.clamp(min=1e-300)
    return ((w * d) @ seen - mean * (w @ seen)) / (ndd - mean * nd + _RIDGE)


def _shares(hit: Tensor, w: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
    """Shares of hits at distance zero, and among the events near by, each with shape (D,)."""
    one, total = hit.to(w), w.sum()
    found = ((w @ one) / total).clamp(0, 1)
    mean = (w * d).sum() / total
    slope = (w * (d - mean)) @ one / ((w * (d - mean).square()).sum() + _RIDGE)
    share = found - slope * mean
    return share.clamp(_LEAST * found, 1 - _LEAST * (1 - found)), found
