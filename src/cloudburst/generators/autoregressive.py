r"""A few values one after the other, each by a law whose parameters a network reads off.

$$ x_k = f^{-1}\bigl(z_k;\ \theta_k(c, x_1, \dots, x_{k-1})\bigr) $$

with f a rising map of `nn.monotone`, so that the density is known. For a handful of values,
as the energies of a shower's layers, maximum likelihood finds within seconds what scores of
samples find faintly: how the tail of one value depends on another.
"""

from __future__ import annotations

__all__ = ["AutoregressiveFlow"]

import copy
import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..nn import MLP, Monotone, SinhArcsinh
from ..streams import Stream
from .base import Generator

_MAP = SinhArcsinh()
# How far each network starts from doing nothing.
_START = 0.05
_EPOCHS = 80
_ROWS = 256
_RATE = 3e-3
_DECAY = 1e-3
# Epochs after which what is arbitrary about values is drawn anew.
_REDRAWN = 10
# One event of so many chooses the epoch.
_KEPT = 10


class AutoregressiveFlow(Generator):
    """Values that follow the features and the values before them.

    Args:
        features: The number F of features.
        values: The number D of values.
        hidden: Widths of the hidden layers of each value's network.
        monotone: The maps that the networks steer.
    """

    def __init__(
        self,
        features: int,
        values: int,
        hidden: Sequence[int] = (48, 48),
        monotone: Monotone = _MAP,
    ) -> None:
        super().__init__()
        self.monotone = monotone
        networks = [MLP(features + k, monotone.count, hidden, "silu") for k in range(values)]
        self.networks = nn.ModuleList(networks)
        self.noise_shape = (values,)
        with torch.no_grad():
            for network in networks:
                last = network.layers[-1]
                last.weight.mul_(_START)
                last.bias.zero_()

    @classmethod
    def for_data(
        cls, codec: Codec, batch: Batch, values: int, hidden: Sequence[int] = (48, 48)
    ) -> AutoregressiveFlow:
        """The most likely law of the first values of events, by those kept apart to choose it.

        Args:
            codec: What encoded the events; draws anew what is arbitrary about them.
            batch: The events; of those that are alike, as mirrored ones are, one is used.
            values: How many of their values.
            hidden: Widths of the hidden layers of each value's network.
        """
        made = cls(batch.c.shape[1], values, hidden)
        made._fit(codec, _unlike(batch, values), Stream(0, batch.x.device))
        return made

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        told = c
        for network, noise in zip(self.networks, z.split(1, dim=1), strict=True):
            new = self.monotone.inverse(noise, network(told).unsqueeze(1))
            told = torch.cat([told, new], dim=1)
        return told[:, c.shape[1] :]

    def log_likelihood(self, x: Tensor, c: Tensor) -> Tensor:
        """The logarithm of the density of values (N, D) at features (N, F), with shape (N,)."""
        result = torch.zeros_like(x[:, 0])
        for k, network in enumerate(self.networks):
            steering = network(c, x[:, :k]).unsqueeze(1)
            z, slope = self.monotone.forward(x[:, k : k + 1], steering)
            result = result + (slope - 0.5 * z.square())[:, 0] - 0.5 * math.log(2 * math.pi)
        return result

    def _fit(self, codec: Codec, batch: Batch, rng: Stream) -> None:
        values, kept = self.noise_shape[0], max(1, len(batch.x) // _KEPT)
        optimizer = torch.optim.AdamW(self.parameters(), _RATE, weight_decay=_DECAY)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _EPOCHS)
        best, state, x = math.inf, copy.deepcopy(self.state_dict()), batch.x
        for epoch in range(_EPOCHS):
            if epoch % _REDRAWN == 0:
                x = codec.redraw(batch.x, batch.conditions, rng)[:, :values]
            order = rng.uniform(len(x) - kept).argsort() + kept
            for rows in order.split(_ROWS):
                loss = -self.log_likelihood(x[rows], batch.c[rows]).mean()
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
            schedule.step()
            with torch.no_grad():
                figure = -float(self.log_likelihood(x[:kept], batch.c[:kept]).mean())
            if figure < best:
                best, state = figure, copy.deepcopy(self.state_dict())
        self.load_state_dict(state)


def _unlike(batch: Batch, values: int) -> Batch:
    """One each of the events whose features and first values are alike, in random order."""
    rows = torch.cat([batch.c, batch.x[:, :values]], dim=1)
    _, inverse = rows.unique(dim=0, return_inverse=True)
    first = torch.full((int(inverse.max()) + 1,), len(rows), device=rows.device)
    first = first.scatter_reduce(0, inverse, torch.arange(len(rows)).to(first), "amin")
    order = Stream(1, rows.device).uniform(len(first)).argsort()
    return Batch(*(part[first[order]] for part in batch))
