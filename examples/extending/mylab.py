"""A laboratory's own detector, simulator, generator, objective and observable."""

from __future__ import annotations

__all__ = ["ASYMMETRY", "TILE", "EnergyScore", "GatedGenerator", "simulate"]

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import stats
from torch import Tensor, nn

from cloudburst.codec import Batch, Codec
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.events import Events
from cloudburst.generators import Generator
from cloudburst.nn import MLP
from cloudburst.objectives import Objective, energy_score
from cloudburst.observables import Observable
from cloudburst.streams import Stream

TILE = Detector(
    name="mylab-tile",
    conditions=(Condition("energy", "GeV", 1.0, 10.0), Condition("x", "mm", -4.0, 4.0)),
    readouts=(
        Readout(
            "tile",
            (Axis.regular("x", 8, -16.0, 16.0, "mm"), Axis.regular("y", 8, -16.0, 16.0, "mm")),
            "MeV",
            threshold=0.5,
        ),
    ),
    source="a tile of 8 x 8 scintillating cells, made up for this example",
)


def simulate(conditions: NDArray[np.float32], rng: np.random.Generator) -> Events:
    """What stands here for the laboratory's full simulation: a spot of light, cell by cell.

    Args:
        conditions: Energy in GeV and impact point in mm, with shape (N, 2).
        rng: The only source of randomness.
    """
    edges = np.array(TILE.readouts[0].axes[0].edges)
    energy, x = conditions.T
    along = np.diff(stats.norm.cdf((edges - x[:, None]) / 6.0), axis=1)
    across = np.diff(stats.norm.cdf(edges / 6.0))
    photons = rng.poisson(20 * energy[:, None, None] * along[:, :, None] * across)
    return Events(TILE, conditions, {"tile": (0.5 * photons).astype(np.float32)})


class GatedGenerator(Generator):
    """x = amplitude(z, c) * sigmoid(gate(z, c)), so that a cell can be turned off.

    Args:
        amplitude: Maps noise (N, latent) and features (N, F) to (N, D).
        gate: As `amplitude`.
        latent: Size of the noise.
    """

    def __init__(self, amplitude: nn.Module, gate: nn.Module, latent: int) -> None:
        super().__init__()
        self.amplitude = amplitude
        self.gate = gate
        self.noise_shape = (latent,)

    @classmethod
    def for_codec(
        cls, codec: Codec, latent: int = 16, hidden: Sequence[int] = (64, 64)
    ) -> GatedGenerator:
        """Two perceptrons of the codec's size."""
        inputs = latent + codec.features.size
        amplitude, gate = (MLP(inputs, codec.values, hidden) for _ in range(2))
        return cls(amplitude, gate, latent)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return self.amplitude(z, c) * torch.sigmoid(self.gate(z, c))


class EnergyScore(Objective):
    """The energy score (https://doi.org/10.1198/016214506000001437): one player, no critic."""

    turns = ("generator",)

    def __init__(self, codec: Codec, generator: Generator) -> None:
        super().__init__()
        self.codec = codec
        self.generator = generator

    def loss(self, turn: str, batch: Batch, rng: Stream) -> Tensor:
        a, b = (self._make(batch, rng) for _ in range(2))
        return energy_score(a, b, batch.x)

    def _make(self, batch: Batch, rng: Stream) -> Tensor:
        x = self.generator(self.normal(len(batch.x), rng), batch.c)
        return self.codec.settle(x, batch.conditions)


def _asymmetry(events: Events) -> NDArray[np.float64]:
    columns = events.readouts["tile"].sum(axis=2, dtype=np.float64)
    left, right = columns[:, :4].sum(axis=1), columns[:, 4:].sum(axis=1)
    return (right - left) / (right + left)


ASYMMETRY = Observable("asymmetry", "", _asymmetry, label="$A_x$")
