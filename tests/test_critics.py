"""Critics that are one network."""

import torch

import components
from cloudburst.critics import NetworkCritic
from cloudburst.nn import MLP
from cloudburst.testing import check_critic

CODEC = components.toy_codec()


def test_a_critic_weighs_values_and_features():
    critic = NetworkCritic(MLP(5, 1, hidden=[]))
    x, c = torch.rand(4, 3), torch.rand(4, 2)
    layer = critic.network.layers[0]
    wanted = torch.cat([x, c], 1) @ layer.weight.T + layer.bias
    torch.testing.assert_close(critic(x, c), wanted)
    assert critic.per_event


def test_sizes_follow_the_codec():
    critic = NetworkCritic.for_codec(CODEC, [7, 6])
    sizes = [tuple(w.shape) for w in critic.parameters() if w.ndim == 2]
    assert sizes == [(7, CODEC.values + CODEC.features.size), (6, 7), (1, 6)]


def test_dropout_only_acts_in_training():
    critic = NetworkCritic.for_codec(CODEC, [64], dropout=0.5)
    batch = CODEC.encode(components.showers(n=8))
    torch.manual_seed(0)
    first, second = (critic.train()(batch.x, batch.c) for _ in range(2))
    assert not torch.equal(first, second)
    first, second = (critic.eval()(batch.x, batch.c) for _ in range(2))
    assert torch.equal(first, second)


def test_several_outputs_keep_the_laws():
    batch = CODEC.encode(components.showers(n=8))
    torch.manual_seed(0)
    critic = NetworkCritic(MLP(CODEC.values + CODEC.features.size, 3, [16], norm=True))
    assert critic(batch.x, batch.c).shape == (8, 3)
    check_critic(critic, batch.x, batch.c)
