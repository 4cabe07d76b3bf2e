"""CaloGAN's networks against the published counts, shapes and formulas."""

import dataclasses
import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.critics import Critic
from cloudburst.detector import Condition
from cloudburst.detectors import CALOGAN
from cloudburst.errors import SpecError
from cloudburst.generators import Generator
from cloudburst.networks import CaloGANCritic, CaloGANFeatures, CaloGANGenerator
from cloudburst.networks.calogan import (
    Attention,
    LayerFeatures,
    energy_features,
    resized,
)
from cloudburst.spec import build, describe
from cloudburst.transforms import Compose

SMALL = 8


def count(module):
    return sum(weight.numel() for weight in module.parameters())


def statistics(module):
    return sum(b.numel() for name, b in module.named_buffers() if "running" in name)


def noise(n, latent=SMALL, seed=1):
    return torch.randn(n, latent, generator=torch.Generator().manual_seed(seed))


def energies(n):
    return torch.linspace(1, 100, n)[:, None]


def showers(n, seed=2):
    """Non-negative values of various energy and sparsity, in GeV."""
    rng = torch.Generator().manual_seed(seed)
    scale = torch.linspace(0.2, 1, n)[:, None]
    return (scale * (torch.randn(n, 504, generator=rng) - 1 + scale)).relu()


@pytest.fixture
def generator():
    torch.manual_seed(0)
    return CaloGANGenerator(SMALL)


@pytest.fixture
def critic():
    torch.manual_seed(0)
    return CaloGANCritic()


def test_generator_has_the_published_size():
    generator = CaloGANGenerator()
    assert generator.noise_shape == (1024,)
    assert count(generator) == 29_726_280
    assert statistics(generator) == 96
    assert [count(s) for s in generator.streams] == [18_241_584, 7_304_118, 4_172_370]
    assert [count(a) for a in generator.attentions] == [5_472, 2_736]


def test_critic_has_the_published_size(critic):
    assert count(critic) == 2_744_332
    assert statistics(critic) == 192
    assert [count(layer.image) for layer in critic.layers] == [1_464_712, 727_192, 370_864]
    assert [layer.size for layer in critic.layers] == [1000 + 21, 448 + 21, 336 + 21]
    assert critic.head.in_features == 1863


def test_several_particles_add_an_embedding_and_logits():
    one, three = CaloGANGenerator(SMALL), CaloGANGenerator(SMALL, classes=3)
    assert count(three) - count(one) == 3 * SMALL
    critic = CaloGANCritic(classes=3)
    assert count(critic) == 2_744_332 + 3 * 1864
    c = torch.cat([energies(4), torch.arange(4.0)[:, None] % 3], dim=1)
    assert three(noise(4), c).shape == (4, 504)
    assert critic(showers(4), c).shape == (4, 4)


def test_normalisation_has_the_published_constants(generator, critic):
    norms = [m for net in (generator, critic) for m in net.modules() if hasattr(m, "running_var")]
    assert len(norms) == 3 + 9
    assert {(m.eps, m.momentum) for m in norms} == {(1e-3, 0.01)}


def test_leaks_are_the_published_ones(generator, critic):
    leaks = [m for net in (generator, critic) for m in net.modules() if type(m) is nn.LeakyReLU]
    assert len(leaks) == 6 + 12
    assert {m.negative_slope for m in leaks} == {0.3}


def test_weights_start_as_published():
    torch.manual_seed(0)
    stream = CaloGANGenerator(64).streams[2]
    inner, _, outer = stream.local
    bounds = [
        (stream.dense.weight, math.sqrt(6 / (64 + 4032))),
        (stream.convolution[1].weight, math.sqrt(6 / (4 * 36))),
        (inner.weight, math.sqrt(6 / (64 * 13 * 7))),
    ]
    for weight, bound in bounds:
        assert 0.98 * bound < weight.abs().max() <= bound
    deviation = math.sqrt(2 / ((24 + 1) * 72))
    assert outer.weight.std().item() == pytest.approx(deviation, rel=0.05)
    assert outer.bias is None


def test_generated_values_are_energies_with_exact_zeros(generator):
    x = generator(noise(16), energies(16))
    assert x.shape == (16, 504)
    assert x.min() == 0
    assert 0.2 < (x == 0).double().mean() < 0.8
    assert torch.isfinite(x).all()


def test_noise_is_scaled_by_the_energy(generator):
    z, c = noise(3), torch.tensor([[1.0], [50.0], [100.0]])
    torch.testing.assert_close(
        generator.scaled_noise(z, c), z * torch.tensor([[0.01], [0.5], [1]])
    )
    full = torch.full_like(c, 100)
    assert torch.equal(generator.eval()(z, c), generator(z * (c / 100), full))


def test_noise_is_multiplied_by_the_particles_embedding():
    generator = CaloGANGenerator(2, classes=2)
    generator.particles.weight.data = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    c = torch.tensor([[100.0, 1.0], [50.0, 0.0]])
    assert generator.scaled_noise(torch.ones(2, 2), c).tolist() == [[3, 4], [0.5, 1]]


def test_embeddings_start_as_wide_as_they_are_asked_to():
    particle = Condition("particle", "", 0, 2, ("e+", "gamma", "pi+"))
    detector = dataclasses.replace(
        CALOGAN.select(["layer_0", "layer_1", "layer_2"]),
        conditions=(*CALOGAN.conditions, particle),
    )
    codec = Codec(detector, CaloGANFeatures.for_detector(detector), Compose([]))
    torch.manual_seed(0)
    for spread, wanted in ((None, math.sqrt(2 / 1027)), (0.7, 0.7)):
        generator = CaloGANGenerator.for_codec(codec, classes=3, spread=spread)
        assert generator.particles.weight.std().item() == pytest.approx(wanted, rel=0.1)


def test_the_particle_may_stand_beside_the_noise():
    generator = CaloGANGenerator(SMALL, classes=3, told=True)
    z, c = noise(2), torch.tensor([[50.0, 0], [100, 2]])
    scaled = generator.scaled_noise(z, c)
    assert scaled[:, SMALL:].tolist() == [[4, 0, 0], [0, 0, 8]]
    plain = CaloGANGenerator(SMALL, classes=3)
    dense = sum((r + 2) * (c + 2) * 36 for r, c in ((3, 96), (12, 12), (12, 6)))
    assert count(generator) - count(plain) == 3 * dense
    assert generator(z, c).shape == (2, 504)
    alone = CaloGANGenerator(SMALL, told=True)
    assert alone.scaled_noise(z, c[:, :1])[:, SMALL:].tolist() == [[4], [8]]


def test_attention_is_a_mask_that_starts_at_the_own_map():
    attention = Attention((4, 5))
    own, carried = torch.randn(2, 4, 5, 1, 3)
    mask = attention.mask(own, carried)
    assert mask.shape == (4, 5, 2, 3)
    torch.testing.assert_close(mask.sum(2), torch.ones(4, 5, 3))
    assert mask[:, :, 0].min() > 0.99
    assert set(attention.local.bias[:, 0].tolist()) == {0}
    assert set(attention.local.bias[:, 1].tolist()) == {-10}
    expected = mask[:, :, :1] * own + mask[:, :, 1:] * carried
    torch.testing.assert_close(attention(own, carried), expected)


def test_maps_are_resized_by_repetition_and_averages():
    first = torch.arange(3 * 96.0).view(3, 96, 1, 1)
    # rows 0 to 3 repeat row 0, column j averages columns 8 j to 8 j + 7
    second = resized(first, (12, 12))
    assert second[:5, :2, 0, 0].tolist() == [[3.5, 11.5]] * 4 + [[99.5, 107.5]]
    third = resized(second, (12, 6))
    assert third[[0, 4, 11], 0, 0, 0].tolist() == [7.5, 103.5, 199.5]


def test_what_is_carried_over_is_not_yet_cut_at_zero(generator):
    for attention in generator.attentions:
        nn.init.zeros_(attention.local.weight)
        attention.local.bias.data[:] = torch.tensor([-1e3, 1e3])
    z, c = noise(4), energies(4)
    x = generator.eval()(z, c)
    first = generator.streams[0](generator.scaled_noise(z, c))
    second = resized(first, (12, 12))
    third = resized(second, (12, 6))
    maps = [m.flatten(0, 2).T.relu() for m in (first, second, third)]
    torch.testing.assert_close(x, torch.cat(maps, dim=1))


def test_values_are_ordered_by_layer_row_and_column(generator):
    for stream in generator.streams:
        nn.init.zeros_(stream.local[2].weight)
    generator.streams[1].local[2].weight.data[5 * 12 + 7] = 1.0
    nn.init.constant_(generator.attentions[1].local.bias, 0.0)
    x = generator(noise(64), energies(64))
    assert set(x.nonzero()[:, 1].tolist()) <= {288 + 5 * 12 + 7, 288 + 144 + 5 * 6 + 3}
    assert x[:, 288 + 5 * 12 + 7].any()


def test_generator_repeats_itself_and_ignores_its_batch(generator):
    with torch.no_grad():
        generator(noise(32), energies(32))
    z, c = noise(6), energies(6)
    x = generator.eval()(z, c)
    assert torch.equal(generator(z, c), x)
    torch.testing.assert_close(generator(z[2:3], c[2:3]), x[2:3], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("network", "kind"),
    [(CaloGANGenerator(SMALL, classes=2), Generator), (CaloGANCritic(classes=2), Critic)],
)
def test_networks_are_rebuilt_from_their_description(network, kind):
    twin = build(describe(network), kind)
    twin.load_state_dict(network.state_dict())
    c = torch.cat([energies(4), torch.arange(4.0)[:, None] % 2], dim=1)
    x = noise(4) if kind is Generator else showers(4)
    assert torch.equal(twin.eval()(x, c), network.eval()(x, c))


def test_energy_features_by_hand():
    layers = torch.tensor([[10.0, 30.0, 5.0]]).expand(4, 3)
    requested = torch.tensor([[45.0], [50.0], [50.5], [39.0]])
    common = [1.0, 3.0, 0.5, 0.45]
    expected = [[*common, 0, 0], [*common, 5, 0], [*common, 5.5, 10], [*common, 6, 10]]
    torch.testing.assert_close(energy_features(layers, requested), torch.tensor(expected))


def test_critic_weighs_what_was_published(critic):
    x, c = showers(5), energies(5)
    vector = critic.vector(x, c)
    assert vector.shape == (5, 1863)
    parts = x.split([288, 144, 72], dim=1)
    sparsity = torch.stack([(p > 0).float().mean(1) for p in parts], dim=1)
    torch.testing.assert_close(vector[:, [1010, 1021 + 458, 1490 + 346]], sparsity)
    total = x.sum(1)
    torch.testing.assert_close(
        vector[:, 1847:1850] * 10, torch.stack([p.sum(1) for p in parts], 1)
    )
    torch.testing.assert_close(vector[:, 1850] * 100, total)
    torch.testing.assert_close(vector[:, 1851], (total - c[:, 0]).abs())
    assert vector[:, 1853:].shape == (5, 10)
    torch.testing.assert_close(critic(x, c), critic.head(vector))


def test_layer_features_see_neighbouring_cells_only():
    features = LayerFeatures((3, 96)).eval()
    x = torch.zeros(1, 288)
    near = x.clone()
    near[0, 96 + 40] = 1.0
    changed = (features(near) - features(x))[0, :1000].view(5, 25, 8).abs().sum((0, 2)).nonzero()
    # column 40 is halved twice, with a few cells of reach and padding
    assert 9 <= changed.min() <= changed.max() <= 12


def test_critic_looks_at_the_whole_batch(critic):
    x, c = showers(6), energies(6)
    assert not critic.per_event
    alone, together = critic.eval()(x[:2], c[:2]), critic(x, c)[:2]
    assert not torch.allclose(alone, together)


@pytest.mark.parametrize("network", [CaloGANGenerator, CaloGANCritic])
def test_a_codec_of_other_values_is_refused(network):
    codec = Codec(CALOGAN, PhysicalFeatures(1), Compose([]))
    with pytest.raises(SpecError, match=r"504 values, the cells of its three layers.* has 507"):
        network.for_codec(codec)


def test_gradients_reach_every_weight():
    torch.manual_seed(0)
    generator, critic = CaloGANGenerator(SMALL), CaloGANCritic()
    c = energies(4)
    fake = generator(noise(4), c)
    functional.softplus(-critic(fake, c)).mean().backward()
    functional.softplus(-critic(10 * showers(4), c)).mean().backward()
    for name, weight in [*generator.named_parameters(), *critic.named_parameters()]:
        assert torch.isfinite(weight.grad).all(), name
        assert weight.grad.any() or name.endswith("_batch.bias"), name
