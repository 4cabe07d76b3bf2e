r"""Curves that rise from minus infinity: a logarithm and a Bernstein polynomial.

$$ y(t) = b + \alpha \log t + \sum_{p=0}^{P} \beta_p \binom{P}{p} u^p (1-u)^{P-p},
   \quad u = t / T, \quad \alpha \ge 0, \quad 0 = \beta_0 \le \beta_1 \le \dots \le \beta_P, $$

rises with t up to T (Lorentz, Bernstein Polynomials, 1953, section 1.7), and so does any mean of
such curves. Beyond T they go on as straight lines of slope one. Written in powers of v = 2u - 1,
where float32 loses least, they take a logarithm and P + 1 multiplications and additions.
"""

from __future__ import annotations

__all__ = ["LEAST", "evaluate", "fit_rising", "invert"]

import math

import numpy as np
import torch
from numpy.polynomial import Polynomial
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import comb
from torch import Tensor

Floats = NDArray[np.float64]

# Smaller t are not told apart in float32, where t is a difference of numbers near one.
LEAST = 1e-5
_HALVINGS = 28


def fit_rising(t: Floats, y: Floats, weights: Floats, degree: int) -> Floats:
    """The rising curves nearest to tabulated ones.

    Args:
        t: Places above zero; the last is T; shape (M,).
        y: Values there, with shape (N, M).
        weights: Of the squared differences, with shape (N, M).
        degree: The degree P.

    Returns:
        α and the coefficients of the powers of 2u - 1, with shape (N, P + 2).
    """
    rising = np.concatenate([np.log(t)[None] - math.log(LEAST), _steps(t / t[-1], degree)])
    basis = np.concatenate([np.ones((1, len(t))), -np.ones((1, len(t))), rising])
    root = np.sqrt(weights)
    fitted = np.stack([nnls((basis * w).T, line * w)[0] for line, w in zip(y, root, strict=True)])
    start, alpha = fitted[:, :1] - fitted[:, 1:2], fitted[:, 2:3]
    bernstein = np.pad(np.cumsum(fitted[:, 3:], axis=1), ((0, 0), (1, 0)))
    powers = (bernstein + start - alpha * math.log(LEAST)) @ _powers(degree)
    return np.concatenate([alpha, powers], axis=1)


def evaluate(curves: Tensor, t: Tensor, reach: float) -> Tensor:
    """y(t), with shape (N, D).

    Args:
        curves: α and the coefficients of the powers of 2u - 1, with shape (N, P + 2, D).
        t: Places, with shape (N, D); those below `LEAST` count as that.
        reach: The place T.
    """
    slope, *lower, y = curves.unbind(1)
    v = t.clamp(0, reach) * (2 / reach) - 1
    for coefficient in reversed(lower):
        y = torch.addcmul(coefficient, y, v)
    return torch.addcmul(y, slope, t.clamp(LEAST, reach).log()) + (t - reach).clamp(min=0)


@torch.no_grad()
def invert(curves: Tensor, y: Tensor, reach: float) -> Tensor:
    """The place t where a curve reaches y, with shape (N, D); no smaller than `LEAST`.

    Args:
        curves: Coefficients, with shape (N, P + 2, D).
        y: Values, with shape (N, D).
        reach: The place T.
    """
    low, step = torch.full_like(y, math.log(LEAST)), math.log(reach / LEAST)
    for _ in range(_HALVINGS):
        step /= 2
        middle = low + step
        low = torch.where(evaluate(curves, middle.exp(), reach) <= y, middle, low)
    beyond = y - evaluate(curves, torch.full_like(y, reach), reach)
    return torch.where(beyond > 0, reach + beyond, low.exp())


def _steps(u: Floats, degree: int) -> Floats:
    """What a rise of all coefficients from the p-th on adds, with shape (P, M)."""
    basis = [comb(degree, p) * u**p * (1 - u) ** (degree - p) for p in range(degree + 1)]
    return np.cumsum(np.stack(basis)[::-1], axis=0)[::-1][1:]


def _powers(degree: int) -> Floats:
    """The powers of v = 2u - 1 in each Bernstein polynomial, with shape (P + 1, P + 1)."""
    up, down = Polynomial([0.5, 0.5]), Polynomial([0.5, -0.5])
    return np.stack(
        [comb(degree, p) * (up**p * down ** (degree - p)).coef for p in range(degree + 1)]
    )
