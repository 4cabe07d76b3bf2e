"""The chain of copulas as a whole: mirrors, and single values put right."""

import copy

import pytest
import torch

from cloudburst.codec import Codec, ScaledFeatures
from cloudburst.generators import CopulaChain
from cloudburst.streams import Stream
from cloudburst.transforms import ConditionalQuantiles, LayerFractions, TotalFirst
from components import TOY, showers

N = 400


@pytest.fixture(scope="module")
def encoded():
    events = showers(n=N)
    steps = [_layers]
    codec = Codec.fit(events, steps, ScaledFeatures.for_detector(TOY, ["energy"], []))
    return codec, codec.encode(events)


def _layers(x, c, detector):
    ranks = [ConditionalQuantiles.fit]
    return LayerFractions.fit(x, c, detector, ranks, ranks)


def _total(x, c, detector):
    by_energy, by_total = (_given(name) for name in ("energy", "total"))
    return TotalFirst.fit(x, c, detector, [by_energy], [by_total])


def _given(condition):
    return lambda x, c, d: ConditionalQuantiles.fit(x, c, d, condition=condition, knots=4)


def chain(encoded, mirror=()):
    torch.manual_seed(0)
    return CopulaChain.for_data(*encoded, 2, [8], 4, [16], factors=2, mirror=mirror)


def test_a_coin_mirrors_each_event(encoded):
    first = TOY.readouts[0]
    made = chain(encoded, [first.axes[0].name])
    z = torch.randn(N, *made.noise_shape)
    heads, tails = z.clone(), z.clone()
    heads[:, -1], tails[:, -1] = 1.0, -1.0
    one, other = (
        made(part, encoded[1].c)[:, 2 : 2 + first.size].unflatten(1, first.shape)
        for part in (heads, tails)
    )
    assert torch.equal(one.flip(1), other)
    assert not torch.equal(one, other)


def test_without_mirrors_no_coin_is_tossed(encoded):
    made, mirrored = chain(encoded), chain(encoded, [TOY.readouts[0].axes[0].name])
    assert mirrored.noise_shape[0] == made.noise_shape[0] + 1


def test_finishing_puts_occupancies_right(encoded):
    codec, batch = encoded
    made = chain(encoded)
    with torch.no_grad():
        made.fine.mean.bias += 0.5
    finished = copy.deepcopy(made)
    finished.finish(codec, batch, Stream(1))
    z = torch.randn(N, *made.noise_shape)
    real, off, right = (
        torch.cat([r.flatten(1) for r in codec.decode(x, batch.conditions).values()], 1) > 0
        for x in (batch.x, made(z, batch.c), finished(z, batch.c))
    )
    wrong = (off.float().mean(0) - real.float().mean(0)).abs().mean()
    assert (right.float().mean(0) - real.float().mean(0)).abs().mean() < 0.5 * wrong


def test_cells_ranked_given_a_sum_are_empty_below_an_edge_that_follows_it():
    events = showers(n=N)
    codec = Codec.fit(events, [_total], ScaledFeatures.for_detector(TOY, ["energy"], []))
    batch = codec.encode(events)
    made = CopulaChain.for_data(codec, batch, 1, [8], 4, [16], factors=2)
    made.finish(codec, batch, Stream(1))
    z = torch.randn(N, *made.noise_shape)
    real, drawn = (
        torch.cat([r.flatten(1) for r in codec.decode(x, batch.conditions).values()], 1) > 0
        for x in (batch.x, made(z, batch.c))
    )
    share = drawn.float().mean() / real.float().mean()
    assert 0.9 < share < 1.1
