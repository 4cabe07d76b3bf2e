r"""Coupling flows: invertible maps from data to noise whose likelihood is known.

Each coupling keeps one half of the values and moves the other by rising maps whose parameters a
network reads off the kept half and the features,

$$ y_a = x_a, \qquad y_b = f\bigl(x_b;\ \theta(x_a, c)\bigr), $$

so that it is undone as fast as it is done (Dinh et al., https://arxiv.org/abs/1605.08803). Data
are whitened first, which is the Gaussian model of them; the couplings learn the rest.
"""

from __future__ import annotations

__all__ = ["Coupling", "CouplingFlow"]

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..codec import Batch, Codec
from ..nn import MLP, Affine, Monotone
from ..spec import Component
from ..streams import Stream
from .base import Generator
from .whitening import Whitening

# How far each coupling starts from doing nothing.
_START = 0.02
_MAP = Affine()


class Coupling(Component, nn.Module):
    """Moves one half of the values by what the other half and the features say.

    Args:
        network: Maps the kept values (N, K) and features (N, F) to (N, (D - K) P).
        monotone: The maps, of P parameters each.
        order: The numbers of the D values; those of the first half are kept.
    """

    order: Tensor
    back: Tensor

    def __init__(self, network: nn.Module, monotone: Monotone, order: Sequence[int]) -> None:
        super().__init__()
        self.network = network
        self.monotone = monotone
        self.kept = len(order) // 2
        numbers = torch.tensor(list(order))
        self.register_buffer("order", numbers, persistent=False)
        self.register_buffer("back", numbers.argsort(), persistent=False)

    def forward(self, x: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Values towards noise, with shape (N, D), and the logarithm of the volume's growth."""
        kept, moved = self._halves(x)
        moved, slopes = self.monotone.forward(moved, self._steering(kept, c))
        return torch.cat([kept, moved], 1).index_select(1, self.back), slopes.sum(1)

    def inverse(self, y: Tensor, c: Tensor) -> Tensor:
        """Undoes `forward`."""
        kept, moved = self._halves(y)
        moved = self.monotone.inverse(moved, self._steering(kept, c))
        return torch.cat([kept, moved], 1).index_select(1, self.back)

    def _halves(self, x: Tensor) -> list[Tensor]:
        return list(x.index_select(1, self.order).tensor_split([self.kept], dim=1))

    def _steering(self, kept: Tensor, c: Tensor) -> Tensor:
        found: Tensor = self.network(kept, c)
        return found.unflatten(1, (len(self.order) - self.kept, self.monotone.count))


class CouplingFlow(Generator):
    """Noise through couplings to white values, which get their correlations last.

    Args:
        whitening: From white values to network values.
        couplings: From white values towards noise, in order.
        values: The number D of values.
    """

    def __init__(self, whitening: Whitening, couplings: Sequence[Coupling], values: int) -> None:
        super().__init__()
        self.whitening = whitening
        self.couplings = nn.ModuleList(couplings)
        self.noise_shape = (values,)

    @classmethod
    def for_data(
        cls,
        codec: Codec,
        batch: Batch,
        couplings: int = 8,
        hidden: Sequence[int] = (256, 256),
        dropout: float = 0.0,
        monotone: Monotone = _MAP,
    ) -> CouplingFlow:
        """Starts at the Gaussian model of training events.

        Args:
            codec: What encoded the events.
            batch: The events.
            couplings: How many; every second one moves what the one before it kept.
            hidden: Widths of the hidden layers of each coupling's network.
            dropout: Share of hidden values dropped in training.
            monotone: The maps that the networks steer.
        """
        x = codec.redraw(batch.x, batch.conditions, Stream(0, batch.x.device))
        d, made = x.shape[1], []
        for order in _orders(d, couplings):
            kept = d // 2
            outputs = (d - kept) * monotone.count
            network = MLP(kept + batch.c.shape[1], outputs, hidden, "silu", dropout)
            made.append(Coupling(network.starting_near_zero(_START), monotone, order))
        return cls(Whitening.fit(x, batch.c), made, d)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        for coupling in reversed(self.couplings):
            z = coupling.inverse(z, c)
        return self.whitening(z, c)

    def log_likelihood(self, x: Tensor, c: Tensor) -> Tensor:
        """The logarithm of the density of values (N, D) at features (N, F), with shape (N,)."""
        y = self.whitening.inverse(x, c)
        grown = torch.zeros_like(y[:, 0])
        for coupling in self.couplings:
            y, slopes = coupling(y, c)
            grown = grown + slopes
        norm = 0.5 * y.shape[1] * math.log(2 * math.pi)
        return grown - 0.5 * y.square().sum(1) - norm - self.whitening.log_det()


def _orders(values: int, count: int) -> list[list[int]]:
    """Orders of the values at random, each second one the reverse of that before it."""
    draw = torch.Generator().manual_seed(0)
    orders: list[list[int]] = []
    for i in range(count):
        new = torch.randperm(values, generator=draw).tolist() if i % 2 == 0 else orders[-1][::-1]
        orders.append(new)
    return orders
