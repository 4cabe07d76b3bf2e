"""Terms of the generator's loss, worked by hand."""

import dataclasses

import pytest
import torch

from cloudburst.codec import Batch, Codec, PhysicalFeatures
from cloudburst.detector import Condition
from cloudburst.errors import ConditionError
from cloudburst.objectives import EnergyPenalty
from cloudburst.transforms import Compose
from components import TOY


def test_energy_penalty_for_some_particles():
    kinds = Condition("kind", "", 0, 2, ("e+", "gamma", "pi+"))
    detector = dataclasses.replace(TOY, conditions=(*TOY.conditions[:1], kinds))
    codec = Codec(detector, PhysicalFeatures(2), Compose([]))
    penalty = EnergyPenalty.for_codec(codec, only=["e+", "pi+"], among="kind")
    everything = EnergyPenalty.for_codec(codec)
    conditions = torch.tensor([[5.0, 0], [5.0, 1], [5.0, 2]])
    empty = torch.zeros(3, TOY.cells)
    told = Batch(empty, conditions, conditions)
    assert penalty(empty, told).item() == pytest.approx(5.0 * 2 / 3)
    assert everything(empty, told).item() == pytest.approx(5.0)
    with pytest.raises(ConditionError, match="did you mean 'gamma'"):
        EnergyPenalty.for_codec(codec, only=["gama"], among="kind")
    with pytest.raises(ConditionError, match="no condition 'particle'"):
        EnergyPenalty.for_codec(codec, only=["e+"])
