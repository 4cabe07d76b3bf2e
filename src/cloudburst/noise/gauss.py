r"""Normal numbers of random words, by operations that every machine rounds alike.

Box and Muller, https://doi.org/10.1214/aoms/1177706645, with 24-bit uniforms u, v in (0, 1):

$$ z = \sqrt{-2 \ln u}\, (\cos 2\pi t,\, \sin 2\pi t), \qquad t = v - 1/2,\ |z| < 5.9 $$

Logarithm and circle are polynomials, evaluated by single additions and multiplications only, so
that the numbers are the same to the last bit wherever IEEE arithmetic is kept:

$$ \ln(2^e (1 + f)) = e \ln 2 + f - f^2 / 2 + f^3 p(f),\ 2/3 \le 1 + f < 4/3; \qquad
   s = t\, q(t^2),\ c = r(t^2) $$

with s and c the sine and cosine of pi t; then cos 2 pi t = 1 - 2 s^2 and sin 2 pi t = 2 s c.
"""

from __future__ import annotations

__all__ = ["COSINE", "LN2", "LOGARITHM", "SINE", "SPLIT", "UNIT", "to_normal"]

import numpy as np
import torch
from torch import Tensor

# Least squares at Chebyshev's points; tests compare with double precision.
LOGARITHM = (
    *(0.33333319425582886, -0.24999943375587463, 0.2000383585691452, -0.166733980178833),
    *(0.14116978645324707, -0.12287236750125885, 0.13433773815631866, -0.12429866194725037),
)
SINE = (
    *(3.1415927410125732, -5.167712688446045, 2.5501632690429688),
    *(-0.59925222396850586, 0.08205040544271469, -0.00702838646247983),
)
COSINE = (
    *(1.0, -4.934802055358887, 4.058709144592285),
    *(-1.335211992263794, 0.23493731021881104, -0.024396324530243874),
)
LN2 = float(np.float32(0.6931471805599453))
# Bits of 2/3: subtracted, the exponent of what remains is that of the nearest power of two.
SPLIT = 0x3F2AAAAB
UNIT = 2.0**-24


def to_normal(words: Tensor) -> Tensor:
    """Standard normal numbers, with shape (n, 4 count), of words (4, n, count).

    The first half are cosines, of which words 0 and 1 give the radius and 2 and 3 the angle;
    the second half are the sines.
    """
    u = (words >> 8).to(torch.float32).add_(0.5).mul_(UNIT)
    a, b, c, d = u.unbind(0)
    # torch's root of a float32 may err in the last bit; that of a float64, rounded, does not
    radius = _logarithm(torch.cat([a, b], dim=1)).mul_(-2).double().sqrt_().float()
    t = torch.cat([c, d], dim=1).sub_(0.5)
    square = t * t
    sine, cosine = _horner(SINE, square).mul_(t), _horner(COSINE, square)
    product = (sine * cosine).mul_(2).mul_(radius)
    return torch.cat([sine.mul_(sine).mul_(2).neg_().add_(1).mul_(radius), product], dim=1)


def _logarithm(u: Tensor) -> Tensor:
    bits = u.view(torch.int32)
    exponent = (bits - SPLIT) >> 23
    f = (bits - (exponent << 23)).view(torch.float32).sub_(1)
    square = f * f
    log = _horner(LOGARITHM, f).mul_(square * f).sub_(square.mul_(0.5)).add_(f)
    return log.add_(exponent.to(torch.float32).mul_(LN2))


def _horner(coefficients: tuple[float, ...], x: Tensor) -> Tensor:
    """A polynomial, by multiplications and additions that are rounded one by one."""
    result = x * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        result.add_(coefficient).mul_(x)
    return result.add_(coefficients[0])
