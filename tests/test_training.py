"""The training loop against numbers worked by hand and loops; it repeats bit for bit."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import components
from cloudburst.codec import Batch
from cloudburst.errors import TrainingError
from cloudburst.generators import Generator
from cloudburst.objectives import Objective
from cloudburst.training import PlayerConfig, Schedule, TrainConfig, Trainer
from components import OBJECTIVES

DATA = Batch(torch.arange(32.0)[:, None], torch.zeros(32, 1), torch.zeros(32, 1))


class Point(Generator):
    """One number."""

    def __init__(self, x=0.0):
        super().__init__()
        self.noise_shape = (1,)
        self.x = nn.Parameter(torch.tensor([x]))
        self.register_buffer("uses", torch.zeros(()))

    def forward(self, z, c):
        return self.x.expand(len(z), 1)


class Pull(Objective):
    """loss = slope * x: the gradient is `slope` for the generator, -1 for the critic."""

    def __init__(self, slope=2.0, turns=("generator",)):
        super().__init__()
        self.generator = Point()
        self.critic = Point(1.0)
        self.slope = slope
        self.turns = turns
        self.played = []
        self.followed = []

    def loss(self, turn, batch, rng):
        self.played.append(turn)
        self.generator.uses += 1
        if turn.startswith("critic"):
            return -self.critic.x.sum() + 0 * self.generator.x.sum()
        return self.slope * self.generator.x.sum() + 3 * self.critic.x.sum()

    def after(self, player):
        self.followed.append(player)


class Mean(Objective):
    """The generator's number follows the mean of the data."""

    turns = ("generator",)

    def __init__(self):
        super().__init__()
        self.generator = Point()

    def loss(self, turn, batch, rng):
        return (self.generator.x - batch.x).square().mean()


def trainer(objective=None, steps=10, average=0.0, data=DATA, seed=0, **player):
    players = {"generator": PlayerConfig(**player)}
    options = {"batch": 16, "validate_every": 0, "log_every": 5}
    config = TrainConfig(steps=steps, players=players, average=average, seed=seed, **options)
    return Trainer(objective or Pull(), data, config)


@pytest.mark.parametrize(
    ("player", "first"),
    [
        # Adam's first step is the rate, whatever the gradient
        ({"rate": 0.1}, -0.1),
        ({"rate": 0.1, "optimizer": "adamw", "weight_decay": 0.5}, -0.1),
        # RMSprop divides 2 by sqrt((1 - 0.9) 2^2)
        ({"rate": 0.1, "optimizer": "rmsprop", "betas": [0.5, 0.9]}, -0.1 / math.sqrt(0.1)),
        ({"rate": 0.1, "schedule": Schedule("linear", warmup=0.5)}, 0.0),
    ],
)
def test_first_step(player, first):
    one = trainer(**player)
    one.advance()
    assert one.objective.generator.x.item() == pytest.approx(first, rel=1e-5)


def test_weight_decay_of_adamw_is_decoupled():
    one = trainer(rate=0.1, optimizer="adamw", weight_decay=0.5)
    one.objective.generator.x.data.fill_(4.0)
    one.advance()
    assert one.objective.generator.x.item() == pytest.approx(4 * (1 - 0.1 * 0.5) - 0.1)


def test_adam_against_a_loop():
    one = trainer(Mean(), steps=20, rate=0.3, betas=(0.6, 0.95))
    x, m, v = 0.0, 0.0, 0.0
    for step in range(1, 21):
        one.advance()
        gradient = one.objective.generator.x.grad.item()
        m, v = 0.6 * m + 0.4 * gradient, 0.95 * v + 0.05 * gradient**2
        x -= 0.3 * (m / (1 - 0.6**step)) / (math.sqrt(v / (1 - 0.95**step)) + 1e-8)
        assert one.objective.generator.x.item() == pytest.approx(x, rel=1e-4)


def test_gradients_are_clipped_to_their_norm():
    one = trainer(clip=0.5)
    one.advance()
    assert one.objective.generator.x.grad.item() == pytest.approx(0.5, rel=1e-4)
    other = trainer(clip=5.0)
    other.advance()
    assert other.objective.generator.x.grad.item() == 2.0


def test_players_step_in_turn_and_leave_one_another_alone():
    turns = ("critic:real", "critic:fake", "generator")
    one = trainer(Pull(turns=turns), steps=2, rate=0.1)
    one.advance()
    assert one.objective.played == list(turns)
    assert one.objective.followed == ["critic", "critic", "generator"]
    assert list(one.optimizers) == ["critic", "generator"]
    # the generator's loss pulls the critic by 3, its own by -1: two steps of the default rate
    assert one.objective.critic.x.item() == pytest.approx(1 + 2 * 2e-4)
    assert one.objective.generator.x.item() == pytest.approx(-0.1)


def test_losses_are_averaged_over_turns_and_steps():
    one = trainer(Pull(turns=("critic", "critic", "generator")), steps=4, rate=1e-9)
    one.objective.generator.x.data.fill_(5.0)
    one.config = TrainConfig(steps=4, batch=4, log_every=4, validate_every=0)
    one.run()
    (entry,) = one.history
    assert entry["step"] == 4
    assert entry["losses"]["critic"] == pytest.approx(-1, rel=2e-3)
    assert entry["losses"]["generator"] == pytest.approx(13, rel=2e-3)


def test_average_against_a_loop():
    one = trainer(Mean(), steps=300, average=0.9, rate=0.5)
    mean = 0.0
    for step in range(300):
        one.advance()
        # a young average forgets faster, so that it does not keep the first weights
        decay = min(0.9, (step + 1) / (step + 10))
        mean = decay * mean + (1 - decay) * one.objective.generator.x.item()
        assert one.averaged.x.item() == pytest.approx(mean, rel=1e-4)
    assert one.averaged.x.item() == pytest.approx(15.5, abs=1.5)
    assert not one.averaged.x.requires_grad


def test_averages_carry_buffers_along():
    one = trainer(steps=3)
    one.run()
    assert one.averaged.uses.item() == 3


def test_no_average_is_the_last_step():
    one = trainer(Mean(), steps=7, average=0.0)
    assert one.run().x.item() == one.objective.generator.x.item()


def test_the_best_step_is_chosen_by_the_figure():
    one = trainer(steps=10, rate=1.0)
    one.config = TrainConfig(steps=10, batch=4, log_every=5, validate_every=2, average=0.0)
    figures = iter([5.0, 3.0, math.nan, 3.0, 4.0])
    seen = []

    def score(generator):
        seen.append(generator.x.item())
        assert not generator.training
        return next(figures)

    best = one.run(score)
    assert (one.best_step, one.best_figure, one.figure) == (4, 3.0, 4.0)
    assert best.x.item() == seen[1]
    assert [entry.get("figure") for entry in one.history] == [3.0, 4.0]
    assert [entry["kept"] for entry in one.history] == [True, False]


def test_within_the_tolerance_the_later_step_is_chosen():
    one = trainer(steps=6)
    one.config = TrainConfig(steps=6, batch=4, log_every=1, validate_every=1, tolerance=0.1)
    # a tenth above 0.95 is 1.045
    figures = iter([2.0, 1.0, 1.05, 0.95, 1.04, 1.06])
    one.run(lambda generator: next(figures))
    assert (one.best_step, one.best_figure) == (5, 1.04)
    assert [entry["kept"] for entry in one.history] == [True] * 5 + [False]


def test_figures_between_two_entries_are_told_by_the_next():
    one = trainer(steps=8)
    one.config = TrainConfig(steps=8, batch=4, log_every=4, validate_every=3)
    figures = iter([1.0, 2.0, 3.0])
    one.run(lambda generator: next(figures))
    told = [(entry["step"], entry["figure"], entry["kept"]) for entry in one.history]
    assert told == [(4, 1.0, True), (8, 3.0, False)]


def test_without_any_figure_there_is_no_best_step():
    one = trainer(steps=4)
    one.config = TrainConfig(steps=4, batch=4, validate_every=2)
    with pytest.raises(TrainingError, match="no validation gave a figure"):
        one.run(lambda generator: math.nan)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_training_repeats_whatever_looks_on(name):
    codec = components.toy_codec()
    data = codec.encode(components.showers())

    def weights(seed, torch_seed, **options):
        torch.manual_seed(1)
        objective = OBJECTIVES[name](codec, data)
        torch.manual_seed(torch_seed)
        config = TrainConfig(steps=4, batch=8, seed=seed, **options)
        one = Trainer(objective, data, config)
        before = torch.get_rng_state()
        one.run(lambda generator: 1.0)
        assert torch.equal(torch.get_rng_state(), before)
        return torch.cat([w.detach().flatten() for w in objective.parameters()])

    first = weights(0, 0, log_every=2, validate_every=1)
    assert torch.equal(weights(0, 5, log_every=1, validate_every=4), first)
    assert not torch.equal(weights(1, 0), first)
    assert not torch.equal(weights(0, 0), torch.zeros_like(first))


def test_reports_saves_and_stops():
    one = trainer(steps=20)
    steps, saves = [], []
    one.run(None, lambda p: steps.append(p.step), lambda: saves.append(one.step), save_seconds=1e9)
    assert (steps, saves) == ([5, 10, 15, 20], [20])
    other = trainer(steps=20)
    other.run(save=lambda: saves.append(other.step), stop=lambda: other.step == 3, save_seconds=0)
    assert saves[1:] == [1, 2, 3, 3]
    assert other.step == 3


def test_divergence_is_an_error_that_says_what_to_do():
    with pytest.raises(TrainingError, match=r"diverged before step 5: losses are .*lower the"):
        trainer(Pull(slope=math.inf)).run()
    one = trainer(Pull(slope=math.nan))
    one.config = TrainConfig(steps=4, batch=4, validate_every=1)
    with pytest.raises(TrainingError, match="weights are no numbers"):
        one.run(lambda generator: 1.0)


def test_what_cannot_be_trained():
    with pytest.raises(TrainingError, match="no player 'generater'; did you mean 'generator'"):
        Trainer(Pull(), DATA, TrainConfig(players={"generater": PlayerConfig()}))
    with pytest.raises(TrainingError, match="no events"):
        trainer(data=Batch(*(part[:0] for part in DATA)))


def test_batches_are_drawn_evenly():
    seen = []

    class Look(Mean):
        def loss(self, turn, batch, rng):
            seen.append(batch.x)
            return super().loss(turn, batch, rng)

    trainer(Look(), steps=400).run()
    counts = torch.bincount(torch.cat(seen).flatten().long(), minlength=32)
    # 200 +- 14 of each
    assert np.abs(counts.numpy() - 200).max() < 70


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # of torch's own making
@pytest.mark.parametrize("option", ["bfloat16", pytest.param("compiled", marks=pytest.mark.slow)])
def test_cheaper_arithmetic_learns_the_same(option):
    def weights(**options):
        events = components.showers()
        codec = components.toy_codec(events)
        batch = codec.encode(events)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            objective = OBJECTIVES["EnergyScoring"](codec, batch)
        one = Trainer(objective, batch, TrainConfig(steps=5, batch=32, **options))
        for _ in range(5):
            one.advance()
        return torch.cat([w.detach().flatten() for w in one.objective.parameters()])

    plain, cheap = weights(), weights(**{option: True})
    assert cheap.dtype == torch.float32
    assert (cheap - plain).abs().max() < 5e-3
