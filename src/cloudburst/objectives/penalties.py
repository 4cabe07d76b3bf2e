"""Terms added to the generator's loss."""

from __future__ import annotations

__all__ = ["EnergyPenalty", "Penalty"]

import abc
from collections.abc import Sequence

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

    Paganini et al., https://arxiv.org/abs/1712.10321, eq. 4. Hadrons leave part of their energy
    in nuclei and neutrons: among several particles, those that it is for can be named.

    Args:
        codec: What turns network values into energies.
        weight: Factor of the penalty.
        incident: Column of the incident energy among the conditions.
        unit: How many units of a cell make one unit of the incident energy.
        only: Column and values of the condition that says which events it is for; all if none.
    """

    def __init__(
        self,
        codec: Codec,
        weight: float,
        incident: int,
        unit: float,
        only: tuple[int, Sequence[int]] | None = None,
    ) -> None:
        super().__init__()
        self.codec = codec
        self.weight = weight
        self.incident = incident
        self.unit = unit
        self.only = only

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        weight: float = 0.05,
        condition: str = "energy",
        only: Sequence[str] = (),
        among: str = "particle",
    ) -> EnergyPenalty:
        """Takes the incident energy's column and unit from the codec's detector.

        Args:
            codec: What turns network values into energies.
            weight: Factor of the penalty.
            condition: The incident energy.
            only: The categories that it is for, as ["e+", "gamma"]; all if none.
            among: The condition that has these categories.

        Raises:
            ConditionError: There is no such condition or category.
        """
        detector = codec.detector
        incident = detector.condition_index(condition)
        unit = units.ratio(detector.conditions[incident].unit, detector.readouts[0].unit)
        if not only:
            return cls(codec, weight, incident, unit)
        column = detector.condition_index(among)
        values = [detector.conditions[column].category(label) for label in only]
        return cls(codec, weight, incident, unit, (column, values))

    def forward(self, fake: Tensor, batch: Batch) -> Tensor:
        readouts = self.codec.decode(fake, batch.conditions)
        deposited = torch.stack([r.flatten(1).sum(1) for r in readouts.values()]).sum(0)
        gaps = (deposited / self.unit - batch.conditions[:, self.incident]).abs()
        if self.only is not None:
            column, values = self.only
            wanted = torch.tensor(values, device=gaps.device)
            gaps = gaps * torch.isin(batch.conditions[:, column].round().long(), wanted)
        return gaps.mean()
