r"""Random words that belong to a counter: Philox4x32-10.

Salmon et al., SC11, https://doi.org/10.1145/2063384.2063405. Words of event e under seed s are

$$ w_{jk} = \mathrm{Philox}_s(k, e \bmod 2^{32}, \lfloor e / 2^{32} \rfloor, 0)_j,
   \qquad j = 0 \dots 3 $$

so that nothing else decides about them.
"""

from __future__ import annotations

__all__ = ["KEY_STEPS", "MASK", "MULTIPLIERS", "ROUNDS", "words"]

import torch
from torch import Tensor

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
MASK = 0xFFFFFFFF


def words(seed: int, first: int, n: int, count: int, device: torch.device | str) -> Tensor:
    """32-bit words of n consecutive events, as int64, with shape (4, n, count).

    Args:
        seed: Seed of the run, below 2^64.
        first: Number of the first event; all numbers are below 2^63.
        n: How many events.
        count: How many counters for each event; four words come of each.
        device: Where they are made.
    """
    event = torch.arange(first, first + n, device=device).unsqueeze(1)
    c = [
        torch.arange(count, device=device).expand(n, count),
        (event & MASK).expand(n, count),
        (event >> 32).expand(n, count),
        torch.zeros((n, count), dtype=torch.int64, device=device),
    ]
    keys = [seed & MASK, seed >> 32]
    for _ in range(ROUNDS):
        c = _round(c, keys)
        keys = [(k + step) & MASK for k, step in zip(keys, KEY_STEPS, strict=True)]
    return torch.stack([c[0], c[1] & MASK, c[2], c[3] & MASK])


def _round(c: list[Tensor], keys: list[int]) -> list[Tensor]:
    """One round; the second and fourth word keep high bits that the next round drops."""
    a, b = c[0] * MULTIPLIERS[0], c[2] * MULTIPLIERS[1]
    first = (b >> 32).bitwise_xor_(c[1]).bitwise_xor_(keys[0]).bitwise_and_(MASK)
    third = (a >> 32).bitwise_xor_(c[3]).bitwise_xor_(keys[1]).bitwise_and_(MASK)
    return [first, b, third, a]
