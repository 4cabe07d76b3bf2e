r"""What is expected of each cell of an event.

A small network of where the event lies (energy, angles, which part of a cell was hit) says how
the energy E of a readout is shared among its cells,

$$ \mu_i(c) = E \, \pi_i(c), \qquad \pi = \mathrm{softmax}(f(c)), $$

and is fitted by the likelihood of Poisson's law, $-\sum_i x_i \log \pi_i$, which gives the right
means whatever the law of the cells is (quasi-likelihood: McCullagh and Nelder, Generalized Linear
Models, 1989, chapter 9). Where an event of a thousand cells depends on a few continuous numbers,
this is the part of it that some thousand events tell for sure.
"""

from __future__ import annotations

__all__ = ["Expected"]

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..nn import MLP
from ..spec import Component
from ..streams import Stream
from .places import Places, TrackPlaces

_SEED = 0
_BATCH = 256
_DECAY = 0.01
_WARMUP = 0.05
# Before training, cells differ by this share of what a new network would say.
_START = 0.1
# Logarithm of the least share of a cell.
_LEAST = -25.0


class Expected(Component, nn.Module):
    """Mean signals of the cells of each readout, given the readout's sum.

    Args:
        places: Numbers that they depend on.
        sizes: Cells of each readout; the last conditions are the readouts' sums.
        hidden: Widths of the hidden layers.
    """

    pairs: Tensor

    def __init__(
        self, places: Places | TrackPlaces, sizes: Sequence[int], hidden: Sequence[int]
    ) -> None:
        super().__init__()
        self.places = places
        self.sizes = list(sizes)
        count = places.size
        self.register_buffer("pairs", torch.triu_indices(count, count), persistent=False)
        inputs = count + count * (count + 1) // 2
        self.network = MLP(inputs, sum(sizes), hidden, activation="silu")

    @classmethod
    def fit(
        cls,
        x: Tensor,
        c: Tensor,
        places: Places | TrackPlaces,
        sizes: Sequence[int],
        hidden: Sequence[int] = (64, 64),
        steps: int = 1500,
        rate: float = 3e-3,
    ) -> Expected:
        """Learns from cells (N, D) at conditions (N, C) that end in the readouts' sums."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_SEED)
            made = cls(places, sizes, hidden)
        made._learn(x, c, steps, rate)
        return made.requires_grad_(False)

    def forward(self, c: Tensor) -> Tensor:
        """Mean signals, with shape (N, D), at conditions (N, C)."""
        shares = self._shares(self._told(c)).clamp(min=_LEAST).exp()
        sums = c[:, -len(self.sizes) :]
        parts = zip(shares.split(self.sizes, dim=1), sums.split(1, dim=1), strict=True)
        return torch.cat([share * total for share, total in parts], dim=1)

    @torch.enable_grad()
    def _learn(self, x: Tensor, c: Tensor, steps: int, rate: float) -> None:
        rng, told, last = Stream(_SEED), self._told(c), self.network.layers[-1]
        with torch.no_grad():
            last.weight.mul_(_START)
            last.bias.copy_(((x.sum(0) + 1e-6 * x.sum()) / x.sum()).log())
        weighed = x / x.sum(1).mean()
        learner = torch.optim.AdamW(self.network.parameters(), lr=rate, weight_decay=_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            learner, rate, total_steps=steps, pct_start=max(_WARMUP, 2 / steps)
        )
        for _ in range(steps):
            rows = (rng.uniform(_BATCH) * len(x)).long().clamp(max=len(x) - 1)
            learner.zero_grad()
            loss = -(weighed[rows] * self._shares(told[rows])).sum(1).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            learner.step()
            schedule.step()

    def _told(self, c: Tensor) -> Tensor:
        """Places and their products of two."""
        first = self.places(c)
        rows, columns = self.pairs
        return torch.cat([first, first[:, rows] * first[:, columns]], dim=1)

    def _shares(self, told: Tensor) -> Tensor:
        """Logarithms of the cells' shares of their readout, with shape (N, D)."""
        parts = self.network(told).split(self.sizes, dim=1)
        return torch.cat([part.log_softmax(1) for part in parts], dim=1)
