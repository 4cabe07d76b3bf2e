"""The LHCb calorimeter's networks: published counts, shapes, and what they see."""

import pytest
import torch
from torch import nn

from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.detectors import CALOGAN, LHCB_ECAL
from cloudburst.errors import SpecError
from cloudburst.networks import EcalCritic, EcalGenerator, EcalRegressor, EcalVGGRegressor
from cloudburst.networks.lhcb_ecal import padded
from cloudburst.testing import check_critic, check_generator
from cloudburst.transforms import Compose

CODEC = Codec(LHCB_ECAL, PhysicalFeatures(5), Compose([]))


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def values(n, size=900, seed=0):
    return torch.randn(n, size, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("network", "weights"),
    [
        (EcalGenerator, 697_632),
        (EcalCritic, 660_928),
        (EcalVGGRegressor, 20_025_797),
        # the critic's with five outputs, each with a bias
        (EcalRegressor, 660_928 + 4 * 4096 + 5),
    ],
)
def test_sizes_are_the_published_ones(network, weights):
    assert count(network()) == weights


def test_generator_obeys_the_laws():
    torch.manual_seed(0)
    generator = EcalGenerator.for_codec(CODEC, latent=8)
    check_generator(generator, values(6, 5), 900)


@pytest.mark.parametrize("told", [False, True])
def test_critics_obey_the_laws_and_see_what_they_are_told(told):
    torch.manual_seed(0)
    critic = EcalCritic.for_codec(CODEC, told=told)
    nn.init.normal_(critic.network[1].weight)
    check_critic(critic, values(6), values(6, 5))
    same = torch.equal(critic(values(6), values(6, 5)), critic(values(6), values(6, 5, seed=1)))
    assert same is not told


def test_values_stay_within_their_limit():
    generator = EcalGenerator(latent=8, limit=3.0).eval()
    nn.init.normal_(generator.image[-1].weight, std=300.0)
    x = generator(values(20, 8), values(20, 5))
    assert 2.9 < x.abs().max() <= 3.0
    floored = EcalGenerator(latent=8, limit=3.0, low=0.0).eval()
    floored.load_state_dict(generator.state_dict())
    assert torch.equal(floored(values(20, 8), values(20, 5)), x.relu())


def test_images_have_a_frame_of_zeros_and_x_comes_first():
    x = torch.zeros(1, 900)
    x[0, 2 * 30 + 7] = 1.0
    assert padded(x).nonzero().tolist() == [[0, 0, 3, 8]]


def test_weights_start_narrow():
    torch.manual_seed(0)
    for network in (EcalGenerator(), EcalCritic(), EcalRegressor()):
        for layer in network.modules():
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                assert layer.weight.std().item() == pytest.approx(0.02, rel=0.15)


def test_vgg_reads_every_event_by_itself():
    torch.manual_seed(0)
    network = EcalVGGRegressor(outputs=3).eval()
    with torch.no_grad():
        both = network(values(2))
        torch.testing.assert_close(network(values(2)[1:]), both[1:])
    assert both.shape == (2, 3)
    assert not torch.allclose(both[0], both[1])


@pytest.mark.parametrize("network", [EcalGenerator, EcalCritic])
def test_a_codec_of_other_values_is_refused(network):
    with pytest.raises(SpecError, match=r"900 values, an image of 30 x 30 cells, but .* 507"):
        network.for_codec(Codec(CALOGAN, PhysicalFeatures(1), Compose([])))
