"""Generators against their formulas."""

import pytest
import torch
from torch import nn
from torch.nn import functional

import components
from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.generators import ChainGenerator, LatentGenerator, ScatterGenerator
from cloudburst.transforms import Compose

CODEC = Codec(components.TOY, PhysicalFeatures(3), Compose([]))


class Both(nn.Module):
    """Gives back what it is given, side by side."""

    def forward(self, *x):
        return torch.cat(x, dim=1)


class Fixed(nn.Module):
    """The same numbers for every event."""

    def __init__(self, *values):
        super().__init__()
        self.values = torch.tensor(values)
        self.heard = None

    def forward(self, *x):
        self.heard = torch.cat(x, dim=1)
        return self.values.expand(len(x[0]), -1)


def drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_latent_generator_is_its_network():
    z, c = drawn(5, 4), drawn(5, 3)
    generator = LatentGenerator(Both(), 4)
    assert generator.noise_shape == (4,)
    assert torch.equal(generator(z, c), torch.cat([z, c], 1))


def test_scatter_generator_adds_noise_to_each_value():
    network = Fixed(1.0, 2.0, 0.0, -100.0)
    generator = ScatterGenerator(network, latent=3, values=2)
    assert generator.noise_shape == (5,)
    z, c = drawn(6, 5), drawn(6, 2)
    x = generator(z, c)
    # the network sees the first three numbers and the features, and gives means and widths
    assert torch.equal(network.heard, torch.cat([z[:, :3], c], 1))
    torch.testing.assert_close(x[:, 0], 1 + functional.softplus(torch.zeros(1)) * z[:, 3])
    torch.testing.assert_close(x[:, 1], torch.full((6,), 2.0))


def test_chain_generator_makes_fine_values_to_its_coarse_ones():
    coarse = LatentGenerator(Fixed(7.0, 8.0), 2)
    fine = LatentGenerator(Both(), 1)
    generator = ChainGenerator(coarse, fine, split=2)
    assert generator.noise_shape == (3,)
    z, c = drawn(4, 3), drawn(4, 1)
    x = generator(z, c)
    assert torch.equal(coarse.network.heard, torch.cat([z[:, :2], c], 1))
    sevens = torch.tensor([7.0, 8.0]).expand(4, 2)
    assert torch.equal(x, torch.cat([sevens, z[:, 2:], c, sevens], 1))
    # trained on real coarse values, it still tells its own
    real = drawn(4, 2)
    own, guided = generator.guided(z, c, real)
    assert torch.equal(own, sevens)
    assert torch.equal(guided, torch.cat([z[:, 2:], c, real], 1))


@pytest.mark.parametrize("make", [LatentGenerator, ScatterGenerator])
def test_sizes_follow_the_codec(make):
    generator = make.for_codec(CODEC, latent=5, hidden=[7])
    values = CODEC.values * (2 if make is ScatterGenerator else 1)
    sizes = [tuple(w.shape) for w in generator.parameters() if w.ndim == 2]
    assert sizes == [(7, 5 + 3), (values, 7)]
    assert generator(drawn(2, *generator.noise_shape), drawn(2, 3)).shape == (2, CODEC.values)


def test_sizes_of_a_chain_follow_the_codec():
    generator = ChainGenerator.for_codec(CODEC, 3, 2, [4], latent=5, hidden=[7])
    fine = CODEC.values - 3
    sizes = [tuple(w.shape) for w in generator.parameters() if w.ndim == 2]
    assert sizes == [(4, 2 + 3), (3, 4), (7, 5 + 3 + 3), (2 * fine, 7)]
    assert generator.noise_shape == (2 + 5 + fine,)
    assert generator(drawn(2, *generator.noise_shape), drawn(2, 3)).shape == (2, CODEC.values)
