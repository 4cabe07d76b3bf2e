r"""The term that makes showers stand where their particles cross the layers.

$$ L_P = \sum_{l,a} \max\bigl(0,\
   \langle |r_{la}(G)| \rangle - \langle |r_{la}(x)| \rangle\bigr) $$

with r the distance of a shower from its particle's crossing, for each layer along x and y, in
units of its usual scatter. Real showers x scatter too: nothing is asked for beyond what they show.
It is to impact point and direction what the published energy term is to the energy.
"""

from __future__ import annotations

__all__ = ["PointingPenalty"]

import torch
from torch import Tensor

from ..codec import Batch, Codec
from ..errors import SpecError
from ..networks.calogan import CROSSINGS, CaloGANFeatures, check_values, distances
from .penalties import Penalty


class PointingPenalty(Penalty):
    """By how much generated showers of CaloGAN's calorimeter miss their particles' path.

    Args:
        told: The number of features in front of the crossings.
        weight: Factor of the penalty.
    """

    def __init__(self, told: int, weight: float = 0.05) -> None:
        super().__init__()
        self.told = told
        self.weight = weight

    @classmethod
    def for_codec(cls, codec: Codec, weight: float = 0.05) -> PointingPenalty:
        """The penalty, after a check that crossings are among the features.

        Raises:
            SpecError: They are not, or the values are not the cells of CaloGAN's layers.
        """
        check_values(codec)
        features = codec.features
        if not isinstance(features, CaloGANFeatures) or not features.entry:
            raise SpecError(
                "a pointing penalty needs conditions x0, y0, theta and phi, told by the features "
                "'cloudburst.networks:CaloGANFeatures'"
            )
        return cls(len(features.told), weight)

    def forward(self, fake: Tensor, batch: Batch) -> Tensor:
        place = batch.c[:, self.told : self.told + CROSSINGS].unflatten(1, (-1, 2))
        made = distances(fake, place).abs().mean(0)
        with torch.no_grad():
            real = distances(batch.x, place).abs().mean(0)
        return (made - real).relu().sum()
