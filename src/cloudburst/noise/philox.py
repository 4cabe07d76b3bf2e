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
    c = torch.empty((4, n, count), dtype=torch.int64, device=device)
    c[0], c[1], c[2], c[3] = torch.arange(count, device=device), event & MASK, event >> 32, 0
    a, b, second, fourth = *c.new_empty((2, n, count)), c[1], c[3]
    keys = [seed & MASK, seed >> 32]
    for _ in range(ROUNDS):
        # in place, as the memory that operations share should fit into a core's cache
        torch.mul(c[0], MULTIPLIERS[0], out=a)
        torch.mul(c[2], MULTIPLIERS[1], out=b)
        for product, word, other, key in ((b, c[0], second, keys[0]), (a, c[2], fourth, keys[1])):
            torch.bitwise_right_shift(product, 32, out=word)
            word.bitwise_xor_(other).bitwise_xor_(key).bitwise_and_(MASK)
        # the low words keep high bits, which the next round drops
        second, b, fourth, a = b, second, a, fourth
        keys = [(k + step) & MASK for k, step in zip(keys, KEY_STEPS, strict=True)]
    return torch.stack([c[0], second & MASK, c[2], fourth & MASK])
