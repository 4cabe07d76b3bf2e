r"""Curves that rise from minus infinity to any height.

$$ y(t) = \log\frac{t}{t + \tau} + \sum_{p=0}^{P} \beta_p \binom{P}{p} u^p (1-u)^{P-p},
   \quad u = \sqrt{t / T}, \quad \beta_0 \le \beta_1 \le \dots \le \beta_P, $$

rises with t up to T (Lorentz, Bernstein Polynomials, 1953, section 1.7), and so does any mean of
such curves. Beyond T they go on with slope one. Polynomials with other coefficients fit better,
and mostly rise, too: each curve is moved from its rising fit as far towards its best one as it
still rises. The polynomial is written in powers of v = 2u - 1, where float32 loses least: $e^y$
takes a root, a division, an exponential function and P multiplications and additions.
"""

from __future__ import annotations

__all__ = ["exponential", "fit_rising", "invert"]

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.polynomial import Polynomial
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import comb
from torch import Tensor

Floats = NDArray[np.float64]

# The scale τ on which the smallest values of a law are evenly spread.
_START = 0.1
# Smaller t are not told apart in float32, where t is a difference of numbers near one.
_LEAST = 1e-6
_HALVINGS = 28
# Beyond T by more than this, values stay as large: what runs away must not become infinite.
_FAR = 20.0
_RIDGE = 1e-9
# Where curves are looked at, and the share of a rising fit's slope that is kept at least.
_PLACES = 400
_SLOWEST = 0.02


def fit_rising(t: Floats, y: Floats, weights: Floats, degree: int) -> Floats:
    """The rising curves nearest to tabulated ones.

    Args:
        t: Places above zero; the last is T; shape (M,).
        y: Values there, with shape (N, M).
        weights: Of the squared differences, with shape (N, M).
        degree: The degree P.

    Returns:
        Coefficients of the powers of 2u - 1, with shape (N, P + 1).
    """
    left = y - np.log(t / (t + _START))
    safe = _rising(np.sqrt(t / t[-1]), left, np.sqrt(weights), degree)
    powers = (2 * np.sqrt(t / t[-1]) - 1) ** np.arange(degree + 1)[:, None]
    squares = np.einsum("pm,nm,qm->npq", powers, weights, powers)
    squares += _RIDGE * np.trace(squares, axis1=1, axis2=2)[:, None, None] * np.eye(degree + 1)
    sides = np.einsum("pm,nm->np", powers, weights * left)
    best = np.linalg.solve(squares, sides[:, :, None])[:, :, 0]
    share = _share(safe, best, float(t[-1]))[:, None]
    return (1 - share) * safe + share * best


def _rising(u: Floats, y: Floats, root: Floats, degree: int) -> Floats:
    """The nearest Bernstein polynomials with rising coefficients, in powers of 2u - 1."""
    ones = np.ones((1, len(u)))
    basis = np.concatenate([ones, -ones, _steps(u, degree)])
    fitted = np.stack([nnls((basis * w).T, line * w)[0] for line, w in zip(y, root, strict=True)])
    start = fitted[:, :1] - fitted[:, 1:2]
    bernstein = start + np.pad(np.cumsum(fitted[:, 2:], axis=1), ((0, 0), (1, 0)))
    coefficients: Floats = bernstein @ _powers(degree)
    return coefficients


def _share(safe: Floats, best: Floats, reach: float) -> Floats:
    """How far from rising curves to the best ones curves still rise everywhere, (N,)."""
    u = np.linspace(0, 1, _PLACES)[1:]
    t = reach * u**2
    powers = (2 * u - 1) ** np.arange(safe.shape[1])[:, None]
    start = np.log(t / (t + _START))
    rise, wanted = (np.diff(start + c @ powers, axis=1) for c in (safe, best))
    least = _SLOWEST * rise
    falling = wanted < least
    share = np.where(falling, (rise - least) / np.where(falling, rise - wanted, 1), 1)
    return np.asarray(share.min(axis=1), dtype=np.float64)


def exponential(curves: Sequence[Tensor], t: Tensor, reach: float) -> Tensor:
    """e to the y(t), with shape (N, D); zero where t <= 0.

    Args:
        curves: Coefficients of the P + 1 powers of 2u - 1, each with shape (N, D).
        t: Places, with shape (N, D).
        reach: The place T.
    """
    inside = t.clamp(0, reach)
    return (
        inside
        / (inside + _START)
        * (_rest(curves, inside, reach) + (t - inside).clamp(0, _FAR)).exp()
    )


@torch.no_grad()
def invert(curves: Sequence[Tensor], y: Tensor, reach: float) -> Tensor:
    """The place t where a curve reaches y, with shape (N, D).

    Args:
        curves: Coefficients, each with shape (N, D).
        y: Values, with shape (N, D).
        reach: The place T.
    """
    low, step = torch.full_like(y, math.log(_LEAST)), math.log(reach / _LEAST)
    for _ in range(_HALVINGS):
        step /= 2
        middle = (low + step).exp()
        start = (middle / (middle + _START)).log()
        low = torch.where(start + _rest(curves, middle, reach) <= y, low + step, low)
    end = math.log(reach / (reach + _START)) + _rest(curves, torch.full_like(y, reach), reach)
    return torch.where(y > end, reach + (y - end), low.exp())


def _rest(curves: Sequence[Tensor], t: Tensor, reach: float) -> Tensor:
    """The polynomial at places up to T."""
    # the smallest t keeps the slope of the root finite
    v = 2 * (t.clamp(min=_LEAST) / reach).sqrt() - 1
    *lower, y = curves
    for coefficient in reversed(lower):
        y = torch.addcmul(coefficient, y, v)
    return y


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
