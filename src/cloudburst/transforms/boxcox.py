r"""Powers that make each cell's signals as Gaussian as a power can.

$$ y = \frac{u^\lambda - 1}{\lambda}, \quad u = 1 + x / s, $$

and log u for λ = 0, with a power λ of its own for each cell, by maximum likelihood over its hits
(x > 0): of their likelihood under a Gaussian of free mean and width,

$$ \ell(\lambda) = -\tfrac{n}{2} \log \mathrm{var}(y) + (\lambda - 1) \sum \log u . $$

An empty cell is y = 0 for every power; no power turns the spike of empty cells into part of a
Gaussian, which is why they do not enter. Cells with too few hits to say anything share one power.

A negative power squeezes large signals together below -1 / λ, where single precision tells them
apart no more. Powers therefore end where rounding would cost more than about 1e-5 of the largest
signal: at λ log u = -4.

Source: Box and Cox, https://doi.org/10.1111/j.2517-6161.1964.tb00553.x.
"""

from __future__ import annotations

__all__ = ["BoxCox"]

import torch
from torch import Tensor

from ..detector import Detector
from ..errors import SpecError
from .base import Transform

# exp of more overflows
_LARGEST = 80.0
_LOWEST, _HIGHEST = -2.0, 2.0
_SQUEEZE = 4.0
_STEPS = 13
_BLOCK = 64
_TINY = 1e-12
# powers closer to zero are taken for it: products with them would lose digits
_FLAT = 1e-6


class BoxCox(Transform):
    """x to the power transform of 1 + x / scale, with a power for each cell.

    Everything below zero goes back to zero.

    Args:
        power: The powers, with shape (D,).
        scale: Where signals begin to count as large, in the unit of x.
        largest: The largest signals that come back, with shape (D,); any if left out. Networks
            that overshoot a little would else make signals of any size where a power is negative.
    """

    power: Tensor
    largest: Tensor

    def __init__(self, power: Tensor, scale: float = 1.0, largest: Tensor | None = None) -> None:
        super().__init__()
        if not scale > 0:
            raise SpecError(f"BoxCox needs a scale > 0, got {scale}")
        self.register_buffer("power", power)
        self.scale = scale
        tops = torch.full_like(power, torch.inf) if largest is None else largest
        self.register_buffer("largest", tops, persistent=largest is not None)

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        detector: Detector,
        scale: float = 1.0,
        least: int = 50,
        headroom: float | None = None,
    ) -> BoxCox:
        """Powers by maximum likelihood.

        Args:
            x: Values, with shape (N, D).
            c: Conditions, with shape (N, C).
            detector: What they are responses of.
            scale: Where signals begin to count as large, in the unit of x.
            least: Cells with fewer hits share one power, fitted to their hits together; if
                those are too few as well, it is zero, the logarithm.
            headroom: How many times the largest signal of a cell may come back, of cells that
                share a power the largest of them all; without limit if left out.
        """
        if not (scale > 0 and least >= 2):
            raise SpecError(f"BoxCox needs scale > 0 and least >= 2, got {scale} and {least}")
        hits = x > 0
        rare = (hits.sum(0) < least) | (x.amax(0) <= 0) | _same(x, hits)
        power = torch.zeros(x.shape[1], dtype=x.dtype, device=x.device)
        together = x[:, rare][hits[:, rare]]
        if len(together) >= least and not _same(together[:, None], together[:, None] > 0).any():
            power[rare] = _best(_logs(together[:, None], scale)).to(x.dtype)
        for block in torch.nonzero(~rare)[:, 0].split(_BLOCK):
            power[block] = _best(_logs(x[:, block], scale)).to(x.dtype)
        # a cell that was never hit may be hit all the same
        tops = x.amax(0).clamp(min=0)
        tops[rare] = tops[rare].amax() if rare.any() else tops[rare]
        return cls(power, scale, None if headroom is None else headroom * tops)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return _raised(torch.log1p(x / self.scale), self.power)

    def inverse(self, x: Tensor, c: Tensor) -> Tensor:
        flat = self.power.abs() < _FLAT
        power = torch.where(flat, torch.ones_like(self.power), self.power)
        # beyond -1 / power there is nothing; the largest that there is comes back instead
        logs = torch.log1p((power * x).clamp(min=-1 + 1e-7)) / power
        logs = torch.where(flat, x, logs).clamp(0, _LARGEST)
        return (torch.expm1(logs) * self.scale).minimum(self.largest)


def _raised(logs: Tensor, power: Tensor) -> Tensor:
    """(u^power - 1) / power of u = exp(logs), accurate down to power zero."""
    flat = power.abs() < _FLAT
    safe = torch.where(flat, torch.ones_like(power), power)
    return torch.where(flat, logs, torch.expm1(safe * logs) / safe)


def _logs(x: Tensor, scale: float) -> Tensor:
    """log u of the hits, NaN elsewhere, in double precision."""
    x = x.double()
    return torch.where(x > 0, torch.log1p(x / scale), torch.nan)


def _same(x: Tensor, hits: Tensor) -> Tensor:
    """Whether all hits of a column are one value, up to rounding."""
    largest = x.amax(0)
    smallest = torch.where(hits, x, torch.inf).amin(0)
    return largest - smallest <= 1e-6 * largest


def _best(logs: Tensor) -> Tensor:
    """The powers of largest likelihood of columns (N, D), by two grids and a parabola, (D,)."""
    largest = logs.nan_to_num(0.0).amax(0)
    low = (-_SQUEEZE / largest).clamp(min=_LOWEST)
    high = torch.full_like(low, _HIGHEST)
    for _ in range(2):
        steps = torch.linspace(0, 1, _STEPS, dtype=low.dtype, device=low.device)[:, None]
        grid = low + (high - low) * steps
        found = torch.stack([_likelihood(logs, power) for power in grid])
        place = found.argmax(0).clamp(1, _STEPS - 2)
        low, high = (grid.gather(0, (place + side)[None])[0] for side in (-1, 1))
    left, middle, right = (found.gather(0, (place + side)[None])[0] for side in (-1, 0, 1))
    curve = left - 2 * middle + right
    shift = torch.where(curve < -_TINY, (left - right) / (2 * curve), torch.zeros_like(curve))
    return (low + high) / 2 + shift.clamp(-1, 1) * (high - low) / 2


def _likelihood(logs: Tensor, power: Tensor) -> Tensor:
    """The logarithm of the likelihood over the number of hits, with shape (D,)."""
    y = _raised(logs, power)
    spread = (y - y.nanmean(0)).square().nanmean(0)
    return -0.5 * spread.clamp(min=_TINY**2).log() + (power - 1) * logs.nanmean(0)
