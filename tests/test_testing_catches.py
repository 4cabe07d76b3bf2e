"""Each law catches a component that breaks it."""

import random

import numpy as np
import pytest
import torch
from torch import nn

import components
from cloudburst.critics import Critic
from cloudburst.errors import SpecError
from cloudburst.generators import Generator
from cloudburst.nn import MLP
from cloudburst.objectives import Objective
from cloudburst.surrogate import Surrogate
from cloudburst.testing import (
    check_codec,
    check_critic,
    check_generator,
    check_objective,
    check_surrogate,
    check_transform,
)
from cloudburst.transforms import Transform
from components import GENERATORS, OBJECTIVES, TOY

EVENTS = components.showers(n=16)
CODEC = components.toy_codec()
BATCH = CODEC.encode(EVENTS)


class Broken(Generator):
    """A generator that is right but for what `spoil` does."""

    def __init__(self, spoil=None):
        super().__init__()
        self.network = MLP(4 + CODEC.features.size, 5, [8])
        self.noise_shape = (4,)
        self.spoil = spoil
        self.register_buffer("uses", torch.zeros(()))

    def forward(self, z, c):
        x = self.network(z, c)
        return getattr(self, self.spoil)(x) if isinstance(self.spoil, str) else x

    def use_global_rng(self, x):
        return x + torch.rand(1)

    def use_python_rng(self, x):
        return x + random.random()

    def use_numpy_rng(self, x):
        return x + float(np.random.rand())  # noqa: NPY002

    def mix_events(self, x):
        return x - x.mean(0)

    def use_position(self, x):
        return x + torch.arange(len(x))[:, None]

    def ignore_noise(self, x):
        return x * 0 + 1

    def be_double(self, x):
        return x.double()

    def be_narrow(self, x):
        return x[:, :4]

    def divide_by_zero(self, x):
        return x / 0

    def count_uses(self, x):
        self.uses += 1
        return x

    def detach(self, x):
        return x.detach() + self.network.layers[-1].bias


LAWS = {
    "use_global_rng": "torch's global rng",
    "use_python_rng": "Python's global rng",
    "use_numpy_rng": "NumPy's global rng",
    "mix_events": "company of events",
    "use_position": "order of events",
    "ignore_noise": "noise makes no difference",
    "be_double": "float64",
    "be_narrow": r"\(16, 4\), not \(16, 5\)",
    "divide_by_zero": "not finite",
    "count_uses": "changes its own state",
    "detach": "cannot learn",
}


def test_a_right_generator_passes():
    check_generator(Broken(), BATCH.c, 5)


@pytest.mark.parametrize("spoil", LAWS)
def test_generator(spoil):
    with pytest.raises(AssertionError, match=LAWS[spoil]):
        check_generator(Broken(spoil), BATCH.c, 5)


@pytest.mark.parametrize("shape", [4, (), (0,), (4.0,), [4], (True, "4")])
def test_noise_shape(shape):
    generator = Broken()
    generator.noise_shape = shape
    with pytest.raises(AssertionError, match="noise_shape"):
        check_generator(generator, BATCH.c, 5)


def test_arguments_that_cannot_be_written_down():
    with pytest.raises(SpecError, match="Identity cannot be written down"):
        check_generator(Broken(nn.Identity()), BATCH.c, 5)


class BrokenTransform(Transform):
    def __init__(self, spoil):
        super().__init__()
        self.spoil = spoil

    def forward(self, x, c):
        return x

    def inverse(self, x, c):
        match self.spoil:
            case "inverse":
                return x * 1.01
            case "slope":
                return x.clamp(min=0).sqrt() ** 2
        return x

    def settle(self, x, c):
        match self.spoil:
            case "real values":
                return x.clamp(min=1.0)
            case "signals":
                return x.clamp(min=0).clamp(max=float(x.max()) / 2)
        return super().settle(x, c)


@pytest.mark.parametrize(
    ("spoil", "law"),
    [
        ("inverse", "inverse"),
        ("slope", "gradient is not finite"),
        ("signals", "settle changes signals"),
        ("real values", "settle changes"),
    ],
)
def test_transform(spoil, law):
    x = torch.from_numpy(EVENTS.flat())
    with pytest.raises(AssertionError, match=law):
        check_transform(BrokenTransform(spoil), x, BATCH.conditions, 1e-4, 1e-3)


def test_codec_that_makes_negative_signals():
    events = components.showers()
    standardize = components.TRANSFORMS["Standardize"]
    codec = type(CODEC).fit(events, [standardize], components.FEATURES["PhysicalFeatures"](TOY))
    with pytest.raises(AssertionError, match="negative signals"):
        check_codec(codec, events, 1e-4, 1e-2)


class BrokenCritic(Critic):
    def __init__(self, spoil):
        super().__init__()
        self.network = MLP(CODEC.values, 1, [8])
        self.spoil = spoil

    def forward(self, x, c):
        scores = self.network(x)
        match self.spoil:
            case "flat":
                return scores[:, 0]
            case "batch":
                return scores - scores.mean()
            case "blind":
                return scores * 0
        return scores


@pytest.mark.parametrize(
    ("spoil", "law"), [("flat", r"\(N, K\)"), ("batch", "of events"), ("blind", "on the values")]
)
def test_critic(spoil, law):
    with pytest.raises(AssertionError, match=law):
        check_critic(BrokenCritic(spoil), BATCH.x, BATCH.c)


class BrokenObjective(Objective):
    def __init__(self, spoil):
        super().__init__()
        self.generator = GENERATORS["LatentGenerator"](CODEC)
        self.other = nn.Linear(1, 1)
        self.spoil = spoil
        self.turns = {"player": ("judge",), "turns": (), "learner": ("other",)}.get(
            spoil, ("generator",)
        )

    def loss(self, turn, batch, rng):
        match self.spoil:
            case "vector":
                return self.generator(self.normal(len(batch.x), rng), batch.c).sum(1)
            case "rng":
                z = torch.randn(len(batch.x), *self.generator.noise_shape)
                return self.generator(z, batch.c).square().mean()
            case "learner":
                return self.other(batch.x[:, :1]).sum()
        return self.generator(self.normal(len(batch.x), rng), batch.c).square().mean()

    def after(self, player):
        if self.spoil == "after":
            with torch.no_grad():
                next(self.generator.parameters()).mul_(torch.nan)


@pytest.mark.parametrize(
    ("spoil", "law"),
    [
        ("vector", "loss of 'generator'"),
        ("rng", "global rng"),
        ("turns", "no turns"),
        ("after", "spoils weights"),
        ("learner", "no player learns the generator"),
        ("player", "no part 'judge'"),
    ],
)
def test_objective(spoil, law):
    check_objective(BrokenObjective(None), BATCH)
    with pytest.raises(AssertionError, match=law):
        check_objective(BrokenObjective(spoil), BATCH)


def test_checks_leave_components_as_they_were():
    objective = OBJECTIVES["WassersteinClip"](CODEC, BATCH)
    before = {name: value.clone() for name, value in objective.state_dict().items()}
    check_objective(objective, BATCH, components.IDLE["WassersteinClip"])
    check_critic(objective.critic, BATCH.x, BATCH.c)
    check_generator(objective.generator, BATCH.c, CODEC.values)
    assert objective.training
    assert all(torch.equal(before[k], v) for k, v in objective.state_dict().items())


class Positional(Generator):
    """Its output depends on where an event lies in the batch."""

    def __init__(self):
        super().__init__()
        self.noise_shape = (CODEC.values,)

    def forward(self, z, c):
        return z + 1e-3 * torch.arange(len(z))[:, None]


def test_surrogate():
    with pytest.raises(AssertionError, match="changes the events"):
        check_surrogate(Surrogate(CODEC, Positional(), {}), components.showers().conditions)
