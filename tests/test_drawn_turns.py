"""Steps that are one turn each, drawn from those of the objective."""

import copy
import dataclasses

import pytest
import torch

import components
from cloudburst.streams import Stream
from cloudburst.training import TrainConfig, Trainer

CODEC = components.toy_codec()
DATA = CODEC.encode(components.showers())
CONFIG = TrainConfig(steps=30, batch=8, drawn_turns=True, log_every=10, validate_every=0)


def trainer(config=CONFIG):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Trainer(components.OBJECTIVES["WassersteinGP"](CODEC, DATA), DATA, config)


def weights(player):
    return [w.clone() for w in player.parameters()]


def moved(player, before):
    return any(not torch.equal(a, b) for a, b in zip(player.parameters(), before, strict=True))


def test_a_step_is_one_turn_of_one_player():
    learning = trainer()
    objective, steps = learning.objective, []
    for _ in range(30):
        before = weights(objective.critic), weights(objective.generator)
        learning.advance()
        steps.append((moved(objective.critic, before[0]), moved(objective.generator, before[1])))
    assert set(steps) == {(True, False), (False, True)}


def test_turns_come_as_often_as_they_are_listed():
    drawn = [Stream(seed).choice(9) for seed in range(3000)]
    share = drawn.count(8) / 3000
    assert set(drawn) == set(range(9))
    # four deviations
    assert share == pytest.approx(1 / 9, abs=4 * (8 / 81 / 3000) ** 0.5)


def test_all_processes_draw_the_same_turn():
    numbers = [
        [Stream(seed, rank=rank, count=3).choice(9) for seed in range(20)] for rank in (0, 2)
    ]
    assert numbers[0] == numbers[1]


def test_losses_are_means_over_the_turns_that_were_played():
    losses = {"critic": [], "generator": []}
    single = trainer(dataclasses.replace(CONFIG, log_every=1))
    single.run()
    for entry in single.history[:10]:
        ((turn, loss),) = entry["losses"].items()
        losses[turn].append(loss)
    whole = trainer()
    whole.run()
    for turn, loss in whole.history[0]["losses"].items():
        assert loss == pytest.approx(sum(losses[turn]) / len(losses[turn]), rel=1e-5)


def test_a_stopped_training_goes_on_to_the_same_weights():
    whole = trainer()
    whole.run()
    first = trainer()
    first.run(stop=lambda: first.step == 13)
    second = trainer()
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    second.run()
    assert second.history == whole.history
    for a, b in zip(second.objective.parameters(), whole.objective.parameters(), strict=True):
        assert torch.equal(a, b)
