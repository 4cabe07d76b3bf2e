"""Terms added to the generator's loss."""

from __future__ import annotations

__all__ = ["EnergyPenalty", "EnergyScore", "Penalty"]

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
    def forward(self, fake: Tensor, twin: Tensor, batch: Batch) -> Tensor:
        """The penalty, unweighted.

        Args:
            fake: Generated network values at the features of the batch, with shape (N, D).
            twin: Others at the same features but with other noise.
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

    def forward(self, fake: Tensor, twin: Tensor, batch: Batch) -> Tensor:
        readouts = self.codec.decode(fake, batch.conditions)
        deposited = torch.stack([r.flatten(1).sum(1) for r in readouts.values()]).sum(0)
        return (deposited / self.unit - batch.conditions[:, self.incident]).abs().mean()


class EnergyScore(Penalty):
    r"""The energy score of the generated distribution at each real event's conditions.

    $$ \mathrm{ES} = \mathrm{E}\,|X - x|^\beta - \tfrac12 \mathrm{E}\,|X - X'|^\beta $$

    is smallest, in the mean, if and only if generated X follow the law of the real x at the
    same features (0 < beta < 2). It needs no critic and cannot collapse, so it carries an
    adversarial training through its first steps. Gneiting and Raftery, JASA 102 (2007) 359,
    https://doi.org/10.1198/016214506000001437; the same loss trains the "engression" of Shen
    and Meinshausen, https://arxiv.org/abs/2307.00835.

    Args:
        weight: Factor of the penalty.
        beta: Power of the distance.
    """

    def __init__(self, weight: float = 1.0, beta: float = 1.0) -> None:
        super().__init__()
        self.weight = weight
        self.beta = beta

    def forward(self, fake: Tensor, twin: Tensor, batch: Batch) -> Tensor:
        real = 0.5 * (self._distance(fake, batch.x) + self._distance(twin, batch.x))
        return (real - 0.5 * self._distance(fake, twin)).mean()

    def _distance(self, x: Tensor, y: Tensor) -> Tensor:
        # the mean over columns keeps the weight's meaning whatever their number
        return ((x - y).square().mean(1) + 1e-12).pow(self.beta / 2)
