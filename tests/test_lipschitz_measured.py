"""Bounds by what is measured and shared, parts that need none, lazy penalties, gauges."""

import copy
import math

import numpy as np
import pytest
import torch

import components
from cloudburst.critics import NetworkCritic
from cloudburst.errors import SpecError
from cloudburst.lipschitz import (
    BoundedCritic,
    ConvolutionNorm,
    ExactNorm,
    MeasuredBound,
    Multiplied,
    PowerIteration,
    SharedBound,
    Spectral,
    layer_norms,
)
from cloudburst.networks import MPDTPCCritic, MPDTPCLightCritic
from cloudburst.objectives import Hinge, WassersteinBounded, WassersteinGP
from cloudburst.streams import Stream
from cloudburst.testing import check_critic
from cloudburst.training import TrainConfig, Trainer

CODEC = components.toy_codec()
DATA = CODEC.encode(components.showers())
SIGMAS = torch.tensor([0.5, 2.0, 4.0])
NOTHING = torch.zeros(2)


def slopes(*values):
    return lambda: torch.tensor(values)


def game(objective=WassersteinBounded, critic=None, **options):
    torch.manual_seed(0)
    generator = components.GENERATORS["LatentGenerator"](CODEC)
    critic = critic or BoundedCritic(NetworkCritic.for_codec(CODEC, [16]), ExactNorm(), Spectral())
    return objective(CODEC, generator, critic, **options)


def test_the_measured_bound_by_hand():
    rule = MeasuredBound(slope=1.0, gain=0.5, every=2)
    torch.testing.assert_close(rule(SIGMAS), 1 / SIGMAS)
    # the mean slope is 1/4: half of log 4 is made up for
    rule.observe(NOTHING, NOTHING, slopes(0.2, 0.3))
    torch.testing.assert_close(rule(SIGMAS), 2 ** (1 / 3) / SIGMAS)
    rule.observe(NOTHING, NOTHING, slopes(100.0))
    assert rule.logarithm.exp().item() == pytest.approx(2)
    # no single measurement moves it by more than a factor of e
    rule.observe(NOTHING, NOTHING, slopes(0.0))
    assert rule.logarithm.exp().item() == pytest.approx(2 * math.e)


def test_the_measured_bound_holds_the_slope_of_a_linear_critic():
    """log K is off by a quarter of what it was after each correction: 0.75^40 of log 50."""
    rule = MeasuredBound(slope=3.0, gain=0.25, every=1, constant=0.06)
    for _ in range(40):
        rule.observe(NOTHING, NOTHING, lambda: rule.logarithm.exp()[None])
    assert rule.logarithm.exp().item() == pytest.approx(3, rel=1e-4)


def test_training_holds_the_slope_that_was_asked_for():
    critic = BoundedCritic(
        NetworkCritic.for_codec(CODEC, [16, 12]), PowerIteration(), MeasuredBound(slope=5.0)
    )
    config = TrainConfig(steps=60, batch=32, validate_every=0, log_every=60, gauges=True)
    one = Trainer(game(critic=critic, critic_steps=2), DATA, config)
    one.run()
    assert one.history[0]["gauges"]["slope"] == pytest.approx(5.0, rel=0.3)


def test_the_shared_bound_by_hand():
    # the product of the norms is 4, and the cube root of 32 / 4 is 2
    torch.testing.assert_close(SharedBound(32.0)(SIGMAS), torch.full((3,), 2.0))
    factors = SharedBound(5.0)(SIGMAS)
    assert (factors * SIGMAS).prod().item() == pytest.approx(5)
    assert SharedBound()(torch.tensor([0.0, 1.0])).isfinite().all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: SharedBound(0.0),
        lambda: MeasuredBound(slope=0.0),
        lambda: MeasuredBound(gain=1.5),
        lambda: MeasuredBound(every=0),
        lambda: MeasuredBound(constant=-1.0),
    ],
)
def test_bounds_that_make_no_sense(make):
    with pytest.raises(SpecError, match=r"above zero|needs slope > 0"):
        make()


@pytest.mark.parametrize("kind", [MPDTPCCritic, MPDTPCLightCritic])
def test_what_sees_features_may_be_free_and_the_slope_in_values_stays_bounded(kind):
    torch.manual_seed(1)
    critic = kind(7)
    with torch.no_grad():
        for name, count in critic.told().items():
            critic.get_parameter(name)[:, -count:] *= 100
    bounded = BoundedCritic(critic, ConvolutionNorm([10, 18]), Spectral(), free_features=True)
    own, acting = dict(critic.named_parameters()), bounded.eval().acting_weights()
    for name, count in critic.told().items():
        assert torch.equal(acting[name][:, -count:], own[name][:, -count:])
    x, c = torch.rand(2, 40, 128), torch.rand(40, 7)
    check_critic(bounded, x[0], c)
    gap = (bounded(x[0], c) - bounded(x[1], c)).abs()[:, 0]
    assert (gap <= (x[0] - x[1]).norm(dim=1) * (1 + 1e-4)).all()
    # by features it may be far steeper
    assert (bounded(x[0], c) - bounded(x[0], c.flip(0))).abs().max() > 3


def test_critics_that_do_not_say_what_sees_features():
    with pytest.raises(SpecError, match="NetworkCritic does not say which of its inputs"):
        BoundedCritic(NetworkCritic.for_codec(CODEC), ExactNorm(), Spectral(), free_features=True)


def test_layer_norms_are_those_of_the_weights_as_they_act():
    plain = NetworkCritic.for_codec(CODEC, [16])
    wanted = np.linalg.svd(plain.network.layers[0].weight.detach().numpy())[1][0]
    assert layer_norms(plain)["norm network.layers.0.weight"] == pytest.approx(wanted, rel=1e-5)
    bounded = layer_norms(BoundedCritic(plain, ExactNorm(), Multiplied(9.0)))
    assert list(bounded.values()) == pytest.approx([3, 3], rel=1e-4)


@pytest.mark.parametrize("objective", [WassersteinBounded, Hinge])
def test_a_bounded_critic_follows_its_weights_in_every_game(objective):
    one = game(objective)
    with torch.no_grad():
        one.critic.critic.network.layers[0].weight[0] += 3
    one.after("critic")
    assert list(layer_norms(one.critic).values()) == pytest.approx([1, 1], rel=1e-4)


def test_gauges_are_in_the_history_and_leave_no_trace():
    def run(gauges):
        config = TrainConfig(steps=6, batch=16, validate_every=0, log_every=3, gauges=gauges)
        trainer = Trainer(game(), DATA, config)
        trainer.run()
        return trainer

    quiet, told = run(False), run(True)
    assert "gauges" not in quiet.history[0]
    gauges = told.history[1]["gauges"]
    names = [f"norm network.layers.{i}.weight" for i in (0, 2)]
    assert list(gauges) == ["gap", "slope", "steepest", *names]
    assert 0 < gauges["slope"] <= gauges["steepest"] <= 1.001
    states = (trainer.objective.state_dict() for trainer in (quiet, told))
    for one, other in zip(*(state.values() for state in states), strict=True):
        assert torch.equal(one, other)


def test_a_lazy_penalty_comes_every_so_often_and_is_as_much_larger():
    critic = NetworkCritic.for_codec(CODEC, [16])
    one = game(WassersteinGP, critic, penalty=10.0, every=3)
    free, each = (game(WassersteinGP, copy.deepcopy(critic), penalty=p) for p in (0.0, 10.0))

    def loss(objective):
        return objective.loss("critic", DATA, Stream(1)).item()

    found = []
    for player in ("critic", "generator", "critic", "critic", "generator"):
        found.append(loss(one))
        one.after(player)
    gap, whole = loss(free), loss(each)
    lazy = gap + 3 * (whole - gap)
    assert found == pytest.approx([lazy, gap, gap, gap, lazy], rel=1e-5)
    assert "played" in one.state_dict()
    assert "played" not in each.state_dict()
    with pytest.raises(SpecError, match="every 1 or more critic steps, got 0"):
        game(WassersteinGP, critic, every=0)


def test_the_light_critic_is_light():
    critic = MPDTPCLightCritic.for_codec(components.MPD_TPC_CODEC)
    assert sum(weight.numel() for weight in critic.parameters()) == 22_769
    assert layer_norms(critic).keys() == {
        f"norm {name}.weight" for name in ("image.0", "image.2", "head.0", "head.2")
    }
