"""Terms added to the generator's loss."""

from __future__ import annotations

__all__ = ["EnergyPenalty", "Penalty"]

import abc

import torch
from torch import Tensor, nn

from .. import units
from ..codec import Batch, Codec
from ..spec import Component


class Penalty(Component, nn.Module, abc.ABC):
    """A scalar added to the generator's loss.

    Attributes:
        weight: What it is multiplied by.
    """

    weight: float

    @abc.abstractmethod
    def forward(self, fake: Tensor, batch: Batch) -> Tensor:
        """The penalty, unweighted.

        Args:
            fake: Generated network values at the features of the batch, with shape (N, D).
            batch: Real events.
        """


class EnergyPenalty(Penalty):
    """The mean absolute difference between deposited and incident energy.

    Paganini et al., https://arxiv.org/abs/1712.10321, eq. 4.

    Args:
        codec: What turns network values into energies.
        weight: Factor of the penalty.
        incident: Column of the incident energy among the conditions.
        unit: How many units of a cell make one unit of the incident energy.
    """

    def __init__(self, codec: Codec, weight: float, incident: int, unit: float) -> None:
        super().__init__()
        self.codec = codec
        self.weight = weight
        self.incident = incident
        self.unit = unit

    @classmethod
    def for_codec(
        cls, codec: Codec, weight: float = 0.05, condition: str = "energy"
    ) -> EnergyPenalty:
        """Takes the incident energy's column and unit from the codec's detector."""
        detector = codec.detector
        incident = detector.condition_index(condition)
        unit = units.ratio(detector.conditions[incident].unit, detector.readouts[0].unit)
        return cls(codec, weight, incident, unit)

    def forward(self, fake: Tensor, batch: Batch) -> Tensor:
        readouts = self.codec.decode(fake, batch.conditions)
        deposited = torch.stack([r.flatten(1).sum(1) for r in readouts.values()]).sum(0)
        return (deposited / self.unit - batch.conditions[:, self.incident]).abs().mean()
