r"""Single values put right at the end of a training.

A loss over all cells of a shower leaves each of them a little off: an occupancy of 0.16 where it
should be 0.18 moves no score, but a classifier that adds up five hundred of them tells the showers
apart. For a generator of the form x = m + n, a part that is set and a part that scatters, three
kinds of numbers for each value,

$$ x' = m + \beta + \gamma c + e^{\kappa} n, $$

are found by Gauss and Newton's method so that the share of events above the floor, the mean
height above it, the trends of both with the features c, and the mean squared height are as near
to those of real events as such numbers bring them, each in units of its error; a prior of width
0.2 holds what there are too few events for. Cells that are always hit have their heights to go
by, rare ones their occupancies.
"""

from __future__ import annotations

__all__ = ["Correction", "correct_margins"]

from typing import NamedTuple

import torch
from torch import Tensor

_ROUNDS = 6
_PRIOR = 0.2
# Width of the step of an occupancy, for slopes only.
_WIDTH = 0.15
# Smallest variance of a height that errors are made of.
_LEAST = 1e-4
# Values that are treated at once.
_COLUMNS = 64


class Correction(NamedTuple):
    """What is added to values, with D values and F features.

    Attributes:
        shift: β, with shape (D,).
        trend: γ, with shape (D, F).
        spread: κ, with shape (D,).
    """

    shift: Tensor
    trend: Tensor
    spread: Tensor


def correct_margins(
    real: Tensor, mean: Tensor, noise: Tensor, floor: Tensor, c: Tensor
) -> Correction:
    """The correction of generated values at the conditions of real ones.

    Args:
        real: Real values, with shape (N, D); those at the floor or below are empty.
        mean: The part m of generated values.
        noise: The part n.
        floor: Below which values are empty, with shape (N, D).
        c: Features, with shape (N, F).
    """
    told = torch.cat([torch.ones_like(c[:, :1]), c], dim=1).double()
    parts = [part.split(_COLUMNS, dim=1) for part in (real, mean, noise, floor)]
    solved = [_solve(*(p.double() for p in few), told) for few in zip(*parts, strict=True)]
    numbers = torch.cat(solved).to(real.dtype)
    return Correction(numbers[:, 0], numbers[:, 1:-1], numbers[:, -1])


def _solve(real: Tensor, mean: Tensor, noise: Tensor, floor: Tensor, told: Tensor) -> Tensor:
    """β, γ and κ of each value, with shape (D, F + 2)."""
    wanted, errors = _statistics(real - floor, told)
    numbers = real.new_zeros(real.shape[1], told.shape[1] + 1)
    prior = torch.eye(numbers.shape[1], dtype=real.dtype, device=real.device) / _PRIOR**2
    for _ in range(_ROUNDS):
        scatter = noise * numbers[:, -1].exp()
        height = mean - floor + told @ numbers[:, :-1].T + scatter
        missing = (wanted - _statistics(height, told)[0]) / errors
        slopes = _slopes(height, scatter, told) / errors[:, :, None]
        square = slopes.mT @ slopes + prior
        pull = (slopes.mT @ missing[:, :, None])[:, :, 0] - numbers @ prior
        numbers = numbers + torch.linalg.solve(square, pull).clamp(-_PRIOR, _PRIOR)
    return numbers


def _statistics(height: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
    """Occupancy and mean height, their trends and the mean squared height, and their errors.

    Each with shape (D, 2 F + 3).
    """
    hit, above = (height > 0).to(told), height.clamp(min=0)
    values = [hit.T @ told, above.T @ told, above.square().sum(0)[:, None]]
    chance = hit.mean(0).clamp(1 / len(hit), 1 - 1 / len(hit))
    total = told.square().sum(0).clamp(min=1)
    trends = (chance * (1 - chance))[:, None] * total
    heights = above.var(0)[:, None].clamp(min=_LEAST) * total
    squares = above.square().var(0)[:, None].clamp(min=_LEAST) * len(hit)
    return torch.cat(values, dim=1), torch.cat([trends, heights, squares], dim=1).sqrt()


def _slopes(height: Tensor, scatter: Tensor, told: Tensor) -> Tensor:
    """Slopes of the statistics with the numbers, with shape (D, 2 F + 3, F + 2)."""
    share = torch.sigmoid(height / _WIDTH)
    step, hit = share * (1 - share) / _WIDTH, (height > 0).to(told)
    moved = [told[:, [i]].expand_as(height) for i in range(told.shape[1])] + [scatter]
    columns = []
    for by in moved:
        squares = (2 * height.clamp(min=0) * by).sum(0)[:, None]
        columns.append(torch.cat([(step * by).T @ told, (hit * by).T @ told, squares], dim=1))
    return torch.stack(columns, dim=2)
