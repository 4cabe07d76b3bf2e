"""The laws hold for every component of the package, and catch those that break them."""

import importlib
import inspect

import pytest
import torch

import components
from cloudburst.codec import Codec, Features
from cloudburst.critics import Critic
from cloudburst.generators import Generator
from cloudburst.networks import CaloGANCritic, CaloGANGenerator
from cloudburst.objectives import NonSaturating, Objective, Penalty
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
from components import (
    CRITICS,
    FEATURES,
    GENERATORS,
    IDLE,
    OBJECTIVES,
    PUBLISHED,
    TOY,
    TRANSFORMS,
)

EVENTS = components.showers()
CODEC = components.toy_codec(EVENTS)
BATCH = CODEC.encode(EVENTS)
CELLS, CONDITIONS = torch.from_numpy(EVENTS.flat()), torch.from_numpy(EVENTS.conditions)

# relative and absolute, in MeV, where single precision or a threshold loses more than usual
LOSSES = {
    # 1e5 MeV in a logit drawn in by 1e-4
    "Logit": (1e-4, 0.1),
    # the energy of a small layer is a difference of large ones; the threshold is 0.03 MeV
    "LayerFractions": (2e-3, 0.03),
    "LayerFractions, ranked": (2e-3, 0.03),
    "LayerShares": (2e-3, 0.03),
    # close above the smallest signal, decades lie within a small range of ranks
    "ConditionalQuantiles": (2e-3, 1e-3),
    "Threshold": (0.0, 1e-3),
    "Standardize": (1e-5, 1e-2),
    "ConditionalStandardize": (1e-5, 1e-2),
}
# these know no sign, and follow one that does
SIGNLESS = {"Standardize", "ConditionalStandardize"}


def seeded(make, *arguments):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return make(*arguments)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name):
    transform = TRANSFORMS[name](CELLS, CONDITIONS, TOY)
    check_transform(transform, CELLS, CONDITIONS, *LOSSES.get(name, (1e-5, 1e-4)))


@pytest.mark.parametrize("name", sorted(TRANSFORMS.keys() - SIGNLESS))
@pytest.mark.parametrize("features", FEATURES)
def test_codecs(name, features):
    codec = Codec.fit(EVENTS, [TRANSFORMS[name]], FEATURES[features](TOY))
    check_codec(codec, EVENTS, *LOSSES.get(name, (1e-5, 1e-4)))


@pytest.mark.parametrize("name", GENERATORS)
def test_generators(name):
    check_generator(seeded(GENERATORS[name], CODEC), BATCH.c, CODEC.values)


@pytest.mark.parametrize("name", CRITICS)
def test_critics(name):
    check_critic(seeded(CRITICS[name], CODEC), BATCH.x, BATCH.c)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives(name):
    check_objective(seeded(OBJECTIVES[name], CODEC, BATCH), BATCH, IDLE.get(name, ()))


@pytest.mark.parametrize("name", GENERATORS)
def test_surrogates(name):
    surrogate = Surrogate(CODEC, seeded(GENERATORS[name], CODEC), {"made": "up"})
    check_surrogate(surrogate, EVENTS.conditions)


def test_published_networks():
    detector = components.CALOGAN_CODEC.detector
    batch = components.CALOGAN_CODEC.encode(components.showers(detector, n=8))
    generator = seeded(PUBLISHED["CaloGANGenerator"])
    check_generator(generator, batch.c, components.CALOGAN_CODEC.values)
    critic = seeded(PUBLISHED["CaloGANCritic"])
    check_critic(critic, batch.x, batch.c, IDLE["CaloGANCritic"])


def test_published_networks_told_of_particle_point_and_angles():
    codec = Codec(*components.AIMED, components.CALOGAN_CODEC.transform)
    penalty = PUBLISHED["PointingPenalty"]()
    batch = codec.encode(components.showers(codec.detector, n=8))
    generator = seeded(lambda: CaloGANGenerator.for_codec(codec, 4, classes=2, told=True))
    check_generator(generator, batch.c, codec.values)
    critic = seeded(lambda: CaloGANCritic.for_codec(codec, classes=2))
    check_critic(critic, batch.x, batch.c, IDLE["CaloGANCritic"])
    players = NonSaturating(codec, generator, critic, penalties=[penalty])
    check_objective(players, batch, IDLE["CaloGANCritic"])


@pytest.mark.parametrize("kind", [Transform, Features, Generator, Critic, Objective, Penalty])
def test_no_component_is_left_out(kind):
    for name in ("codec", "critics", "generators", "networks", "objectives", "transforms"):
        importlib.import_module(f"cloudburst.{name}")
    source = inspect.getsource(components)
    for cls in concrete(kind):
        assert f"{cls.__name__}" in source, f"{cls.__name__} has no line in tests/components.py"


def concrete(kind):
    """All classes of the package that are of a kind and can be built."""
    for cls in kind.__subclasses__():
        yield from concrete(cls)
        if cls.__module__.startswith("cloudburst.") and not inspect.isabstract(cls):
            yield cls
