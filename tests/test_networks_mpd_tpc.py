"""The networks of the MPD chamber against the published counts, formulas and features."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import components
from cloudburst.detectors import CALOGAN, MPD_TPC
from cloudburst.errors import CloudburstError, SpecError
from cloudburst.experiment import load_recipe, train
from cloudburst.formats import load_events
from cloudburst.networks import (
    FixedKink,
    MPDTPCCritic,
    MPDTPCFeatures,
    MPDTPCGenerator,
    TrainableKink,
)
from cloudburst.networks.mpd_tpc import SIZE
from cloudburst.spec import build, describe
from cloudburst.testing import check_codec, check_critic, check_generator

CODEC = components.MPD_TPC_CODEC
T = 0.30103


def count(module):
    return sum(weight.numel() for weight in module.parameters())


def segments(n=12, seed=0):
    """Features and values of made-up segments."""
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(n, SIZE, generator=rng), torch.rand(n, 7, generator=rng)


@pytest.mark.parametrize(("features", "weights"), [(5, 19_968), (7, 20_032)])
def test_generator_has_the_published_size(features, weights):
    generator = MPDTPCGenerator(features, FixedKink())
    assert count(generator) == weights
    assert generator.noise_shape == (32,)
    assert generator.network.layers[0].in_features == features + 32
    assert count(MPDTPCGenerator(features, TrainableKink())) == weights + 1


@pytest.mark.parametrize(("features", "weights"), [(5, 61_121), (7, 61_665)])
def test_critic_has_the_published_size(features, weights):
    critic = MPDTPCCritic(features)
    assert count(critic) == weights
    assert critic.image[0].in_channels == 1 + features
    assert {m.p for m in critic.modules() if isinstance(m, nn.Dropout)} == {0.02}


def test_features_come_first_and_the_latent_last():
    generator = MPDTPCGenerator(5, FixedKink())
    with torch.no_grad():
        generator.network.layers[0].weight[:, 5:] = 0
    c = torch.rand(3, 5)
    first, second = (generator(torch.randn(3, 32), c) for _ in range(2))
    assert torch.equal(first, second)


# by hand: a tail of T / 10, a slope of 0.9 T / 0.01 = 27.0927 up to T, then one
@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        (-math.inf, 0.0),
        (-1.0, 0.030103 / math.e),
        (0.0, 0.030103),
        (0.005, 0.1655665),
        (0.01, T),
        (0.01 + 0.7, T + 0.7),
    ],
)
def test_fixed_kink(x, wanted):
    assert FixedKink()(torch.tensor(x)).item() == pytest.approx(wanted, abs=1e-6)


# by hand: v = 0 falls as exp(51 x), v = -1 as exp(x), v = -1.02 as exp(x / e)
@pytest.mark.parametrize(
    ("v", "x", "wanted"),
    [
        (0.0, -1 / 51, T / math.e),
        (-1.0, -1.0, T / math.e),
        (-1.02, -math.e, T / math.e),
        (0.3, 0.0, T),
        (0.3, 2.0, T + 2.0),
    ],
)
def test_trainable_kink(v, x, wanted):
    assert TrainableKink(start=v)(torch.tensor(x)).item() == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("kink", [FixedKink(), TrainableKink(), TrainableKink(start=-1.0)])
def test_kinks_rise_and_stay_positive(kink):
    y = kink(torch.linspace(-1.5, 1, 2001))
    assert (y >= 0).all()
    assert (y.diff() >= 0).all()


def test_the_steepness_of_a_kink_is_learned():
    kink = TrainableKink(start=-1.0)
    kink(torch.tensor(-1.0)).backward()
    # d/dv T exp(-r) with r = 1 and dr/dv = 50
    assert kink.steepness.grad.item() == pytest.approx(-50 * T / math.e, rel=1e-5)


@pytest.mark.parametrize("wrong", [{"threshold": 0}, {"width": 0}, {"share": 1}])
def test_kinks_that_make_no_sense(wrong):
    with pytest.raises(SpecError, match="a kink needs threshold, width > 0 and 0 < share < 1"):
        FixedKink(**wrong)
    with pytest.raises(SpecError, match="threshold > 0"):
        TrainableKink(threshold=-1.0)


# event 0 of the published file and a made-up one in an outer row, by hand
CONDITIONS = torch.tensor(
    [[-1.371, -29.330, 40.020, 30.995, 23, 0.479], [20.0, 60.0, 290.25, 45.5, 27, 2.5]]
)
FEATURES = [
    [-0.06855, -0.488833, -0.960627, 0, 0.1916, 0.02, 0.995],
    [1.0, 1.0, 1.001961, 1, 1, 0.25, 0.5],
]


def test_features_are_the_published_ones():
    wanted = torch.tensor(FEATURES)
    full = MPDTPCFeatures.for_detector(MPD_TPC)
    torch.testing.assert_close(full(CONDITIONS), wanted, rtol=0, atol=3e-6)
    short = MPDTPCFeatures.for_detector(MPD_TPC, track=False)
    torch.testing.assert_close(short(CONDITIONS), wanted[:, [0, 1, 2, 5, 6]], rtol=0, atol=3e-6)
    assert (full.size, short.size) == (7, 5)
    assert torch.equal(build(describe(full), MPDTPCFeatures)(CONDITIONS), full(CONDITIONS))


def test_features_need_their_conditions():
    with pytest.raises(CloudburstError, match="crossing_angle"):
        MPDTPCFeatures.for_detector(CALOGAN)


@pytest.mark.parametrize("output", [FixedKink(), TrainableKink(start=-1.0)])
def test_the_generator_keeps_the_laws(output):
    torch.manual_seed(0)
    check_generator(MPDTPCGenerator.for_codec(CODEC, output), segments()[1], SIZE)


def test_the_critic_keeps_the_laws():
    torch.manual_seed(0)
    check_critic(MPDTPCCritic.for_codec(CODEC), *segments())


def test_networks_refuse_other_values():
    with pytest.raises(SpecError, match="a window of 8 pads by 16 time bins"):
        MPDTPCCritic.for_codec(components.CALOGAN_CODEC)
    with pytest.raises(SpecError, match="the codec has 504"):
        MPDTPCGenerator.for_codec(components.CALOGAN_CODEC, FixedKink())


def test_the_codec_takes_common_logarithms():
    events = made_up()
    values = CODEC.encode(events).x.numpy()
    np.testing.assert_allclose(values, np.log10(1 + events.flat()), rtol=1e-5, atol=1e-6)
    check_codec(CODEC, events, rtol=1e-4, atol=1e-3)


def made_up():
    rng = np.random.default_rng(0)
    conditions = MPD_TPC.draw_conditions(6, rng)
    cells = rng.gamma(0.3, 3000, (6, *MPD_TPC.readouts[0].shape)).astype(np.float32)
    cells[cells < 0.9] = 0
    return components.Events(MPD_TPC, conditions, {"pads": cells})


def small(file, *settings):
    few = ["training.steps=30", "training.validate_every=0", "training.log_every=10"]
    return load_recipe("mpd-tpc", [f"data.file={file}", *few, *settings])


def test_the_recipe_learns_from_the_shipped_sample(tmp_path):
    surrogate = train(small("sample:mpd-tpc"), tmp_path / "run")
    assert surrogate.codec.detector == MPD_TPC
    assert type(surrogate.generator) is MPDTPCGenerator


@pytest.mark.parametrize("output", ["FixedKink", "TrainableKink"])
def test_the_recipe_learns_from_published_responses(output, tmp_path, shared_data):
    path = shared_data("mpd_tpc.h5")
    kink = f"generator.output.class='cloudburst.networks:{output}'"
    surrogate = train(small(path, kink), tmp_path / "run")
    real = load_events(path, slice(64))
    made = surrogate.sample(real.conditions, seed=1).readouts["pads"]
    assert made.shape == (64, 8, 16)
    # an amplitude is either a signal or none
    assert ((made == 0) | (made >= 0.9)).all()
