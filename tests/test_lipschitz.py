"""Rules for bounded critics by hand, bounds that hold, and trainings that resume exactly."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

import components
from cloudburst.critics import NetworkCritic
from cloudburst.errors import SpecError
from cloudburst.experiment import load_recipe, shipped_recipes, train
from cloudburst.lipschitz import (
    AdaptiveBound,
    BoundedCritic,
    ConvolutionNorm,
    ExactNorm,
    Lanczos,
    MeasuredBound,
    Multiplied,
    PowerIteration,
    SharedBound,
    SoftMargin,
    Spectral,
    Weak,
)
from cloudburst.networks import CaloGANCritic, MPDTPCCritic
from cloudburst.nn import MLP
from cloudburst.objectives import WassersteinBounded
from cloudburst.streams import Stream
from cloudburst.testing import check_critic, check_objective
from cloudburst.training import TrainConfig, Trainer

CODEC = components.toy_codec()
DATA = CODEC.encode(components.showers())
SIGMAS = torch.tensor([0.5, 2.0, 4.0])

# by hand, for layers with norms 1/2, 2 and 4
FACTORS = {
    "spectral": (Spectral(), [2, 0.5, 0.25]),
    "multiplied": (Multiplied(8.0), [4, 1, 0.5]),
    "weak": (Weak(1.0), [1, 0.5, 0.25]),
    "weak, loose": (Weak(3.0), [1, 1, 0.75]),
    "soft margin": (SoftMargin(3.0), [1 / 3, 1 / 3, 0.25]),
    "soft margin of one": (SoftMargin(1.0), [1, 0.5, 0.25]),
    "adaptive, at first": (AdaptiveBound(), [2, 0.5, 0.25]),
}
RULES = {
    "adaptive": lambda: AdaptiveBound(decay=0.5),
    "measured": MeasuredBound,
    "multiplied": lambda: Multiplied(2.0, trained=True),
    "shared": SharedBound,
    "soft margin": lambda: SoftMargin(0.5),
    "spectral": Spectral,
    "weak": lambda: Weak(0.7),
    "weak, trained": lambda: Weak(0.7, trained=True),
}


def toy(norm=None, rule=None):
    torch.manual_seed(0)
    critic = NetworkCritic.for_codec(CODEC, [16, 12])
    return BoundedCritic(critic, norm or ExactNorm(), rule or Spectral())


def objective(norm=None, rule=None):
    critic = toy(norm, rule)
    generator = components.GENERATORS["LatentGenerator"](CODEC)
    return WassersteinBounded(CODEC, generator, critic, critic_steps=2)


def effective(critic):
    """NumPy's largest singular value of each layer as it acts."""
    factors = critic.rule(critic.sigmas()).detach()
    weights = [critic.critic.get_parameter(name).detach() for name in critic.bounded]
    return [
        np.linalg.svd((w.flatten(1) * f).numpy(), compute_uv=False)[0]
        for w, f in zip(weights, factors, strict=True)
    ]


@pytest.mark.parametrize("name", FACTORS)
def test_rules_by_hand(name):
    rule, wanted = FACTORS[name]
    torch.testing.assert_close(rule(SIGMAS), torch.tensor(wanted).float())


def test_the_adaptive_bound_by_hand():
    rule = AdaptiveBound(gap=4.0, decay=0.5)
    rule.observe(torch.tensor([1.0, 3.0]), torch.tensor([-1.0, 0.0]), never)
    # half of 3 + 1, so that d / beta = 1/2 and r = 1
    assert rule.average.item() == 2
    torch.testing.assert_close(rule(SIGMAS), 0.9 / SIGMAS)
    rule.observe(torch.tensor([4.0]), torch.tensor([0.0]), never)
    # (2 + 4) / 2: d / beta = 3/4 and r = 3
    torch.testing.assert_close(rule(SIGMAS), 0.9**3 / SIGMAS)
    rule.observe(torch.tensor([1e6]), torch.tensor([0.0]), never)
    torch.testing.assert_close(rule(SIGMAS), 0.9**99 / SIGMAS, rtol=1e-3, atol=0)
    rule.average.fill_(-5.0)
    torch.testing.assert_close(rule(SIGMAS), 1 / SIGMAS)


@pytest.mark.parametrize("name", RULES)
def test_bounded_critics_keep_the_laws(name):
    critic = toy(PowerIteration(1), RULES[name]())
    check_critic(critic, DATA.x, DATA.c)
    idle = ["critic.network.layers.4.bias"]
    check_objective(objective(PowerIteration(1), RULES[name]()), DATA, idle)


def test_spectral_normalisation_makes_every_norm_one():
    critic = toy()
    np.testing.assert_allclose(effective(critic), 1, rtol=1e-5)
    np.testing.assert_allclose(effective(toy(rule=Multiplied(8.0))), 2, rtol=1e-5)
    assert max(effective(toy(rule=Weak(0.7)))) <= 0.7 * (1 + 1e-5)


@pytest.mark.parametrize("rule", [Spectral(), Weak(0.8), SoftMargin(0.3)])
def test_scores_of_a_perceptron_are_never_steeper_than_the_bound(rule):
    critic = toy(rule=rule).eval()
    bound = math.prod(effective(critic))
    rng = torch.Generator().manual_seed(3)
    pairs = torch.randn(2, 200, DATA.x.shape[1], generator=rng)
    c = DATA.c[:1].expand(200, -1)
    gap = (critic(pairs[0], c) - critic(pairs[1], c)).abs()[:, 0]
    assert (gap <= bound * (pairs[0] - pairs[1]).norm(dim=1) * (1 + 1e-4)).all()


def test_the_published_critic_is_bounded_as_a_map_of_images():
    torch.manual_seed(0)
    critic = BoundedCritic(MPDTPCCritic(7), ConvolutionNorm([10, 18]), Spectral())
    assert len(critic.bounded) == 8
    sigmas = critic.sigmas()
    matrices = BoundedCritic(critic.critic, ExactNorm(), Spectral()).sigmas()
    # a dense layer has one norm; a convolution has a larger one as a map of images
    torch.testing.assert_close(sigmas[6:], matrices[6:])
    assert (sigmas[:6] > 1.05 * matrices[:6]).all()
    x, c = torch.rand(5, 128), torch.rand(5, 7)
    check_critic(critic, x, c)
    first = critic.critic.image[0]
    seen = torch.randn(20, 8, 8, 16)
    scaled = nn.functional.conv2d(seen, first.weight / sigmas[0], padding=1)
    assert (scaled.flatten(1).norm(dim=1) <= seen.flatten(1).norm(dim=1)).all()


def test_directions_follow_the_weights_only_when_told():
    critic = toy(PowerIteration(1))
    before = copy.deepcopy(critic.state_dict())
    critic.train()(DATA.x, DATA.c).sum().backward()
    for name, value in critic.state_dict().items():
        assert torch.equal(value, before[name])
    with torch.no_grad():
        critic.critic.network.layers[0].weight[0] += 3
    stale = critic.sigmas()[0]
    for _ in range(50):
        critic.refresh()
    weight = critic.critic.network.layers[0].weight.detach().numpy()
    assert critic.sigmas()[0].item() == pytest.approx(np.linalg.svd(weight)[1][0], rel=1e-5)
    assert critic.sigmas()[0] > stale


def test_only_the_step_of_the_critic_refreshes():
    game = objective()
    with torch.no_grad():
        game.critic.critic.network.layers[0].weight[0] += 3
    before = game.critic.sigmas()
    game.after("generator")
    assert torch.equal(game.critic.sigmas(), before)
    game.after("critic")
    np.testing.assert_allclose(effective(game.critic), 1, rtol=1e-5)


def test_scores_are_observed_in_training_only():
    game = objective(rule=AdaptiveBound(decay=0.5))
    game.eval().loss("critic", DATA, Stream(0))
    assert game.critic.rule.average == 0
    game.train().loss("critic", DATA, Stream(0))
    assert game.critic.rule.average > 0


def test_a_layer_of_zeros_spoils_nothing():
    critic = toy(PowerIteration(1))
    nn.init.zeros_(critic.critic.network.layers[2].weight)
    critic.refresh()
    assert critic(DATA.x, DATA.c).isfinite().all()


def never():
    """Slopes that nobody asks for."""
    raise AssertionError


NORMS = {
    "power": PowerIteration(1),
    "lanczos": Lanczos(2),
    "exact": ExactNorm(),
    "convolution": ConvolutionNorm([4, 4]),
}


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("rule", ["adaptive", "measured", "weak, trained"])
def test_a_stopped_training_goes_on_to_the_same_weights(norm, rule):
    config = TrainConfig(steps=8, batch=16, validate_every=0, log_every=4)
    whole, first, second = (
        Trainer(objective(NORMS[norm], RULES[rule]()), DATA, config) for _ in range(3)
    )
    whole.run()
    first.run(stop=lambda: first.step == 3)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    second.run()
    state = second.objective.state_dict()
    for name, value in whole.objective.state_dict().items():
        assert torch.equal(state[name], value), name


def test_critics_that_cannot_be_bounded():
    with pytest.raises(SpecError, match=r"a CaloGANCritic cannot be bounded: .*kernel|.*weight"):
        BoundedCritic(CaloGANCritic(), ExactNorm(), Spectral())
    with pytest.raises(SpecError, match="none of them"):
        BoundedCritic(NetworkCritic(nn.Identity()), ExactNorm(), Spectral())
    assert BoundedCritic(NetworkCritic(MLP(3, 1)), ExactNorm(), Spectral()).per_event


BOUNDED = """
[critic]
class = "cloudburst.lipschitz:BoundedCritic"
critic = { class = "cloudburst.networks:MPDTPCCritic" }
norm = { class = "cloudburst.lipschitz:Lanczos", steps = 2 }
rule = { class = "cloudburst.lipschitz:SoftMargin", margin = 0.5 }

[objective]
class = "cloudburst.objectives:WassersteinBounded"
critic_steps = 8

"""


def test_a_recipe_bounds_the_published_critic(tmp_path):
    text = shipped_recipes()["mpd-tpc"].read_text()
    head, tail = text.split("[critic]")
    path = tmp_path / "bounded.toml"
    path.write_text(head + BOUNDED + "[training]" + tail.split("[training]")[1])
    few = ["training.steps=20", "training.validate_every=0", "training.drawn_turns=true"]
    surrogate = train(load_recipe(path, few), tmp_path / "run")
    assert all(w.isfinite().all() for w in surrogate.generator.parameters())


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Weak(0.0), "must be above zero"),
        (lambda: SoftMargin(-1.0), "must be above zero"),
        (lambda: Multiplied(0.0), "multiplied by > 0"),
        (lambda: AdaptiveBound(gap=0.0), "needs gap > 0"),
        (lambda: AdaptiveBound(decay=1.0), "decay < 1"),
    ],
)
def test_rules_that_make_no_sense(make, reason):
    with pytest.raises(SpecError, match=reason):
        make()
