"""Where particles cross CaloGAN's layers, and what generator and critic make of it."""

import numpy as np
import pytest
import torch

from cloudburst.codec import Batch, Codec, PhysicalFeatures
from cloudburst.detectors import CALOGAN, CALOGAN_ANGLES
from cloudburst.errors import SpecError
from cloudburst.formats import read_events
from cloudburst.networks import CaloGANCritic, CaloGANFeatures, CaloGANGenerator
from cloudburst.networks.calogan import crossings, hats, pointing_features
from cloudburst.objectives import PointingPenalty
from cloudburst.transforms import Compose


def test_places_by_hand():
    point, slopes = torch.tensor([[10.0, -20.0]]), torch.tensor([[0.1, 0.0]])
    place = crossings(point, slopes)
    # 70, 160 and 350 mm deep, in units of 100 mm
    expected = torch.tensor([[[0.17, -0.2], [0.26, -0.2], [0.45, -0.2]]])
    torch.testing.assert_close(place, expected)


def test_hats_are_linear_between_knots():
    place = torch.linspace(-1, 1, 50)[:, None, None].expand(-1, 3, 2)
    reach = torch.full((3, 2), 1.0)
    weights = hats(place, reach)
    assert weights.shape == (50, 3, 2, 13)
    torch.testing.assert_close(weights.sum(-1), torch.ones(50, 3, 2))
    assert (weights > 0).sum(-1).max() == 2
    torch.testing.assert_close(weights @ torch.linspace(-1, 1, 13), place.contiguous())
    torch.testing.assert_close(hats(5 * place, reach)[-1, 0, 0], torch.eye(13)[-1])


def test_pointing_by_hand():
    # 2 GeV in the cell of layer_1 whose centre is at (20, 60) mm, nothing elsewhere
    x = torch.zeros(1, 504)
    x[0, 288 + 6 * 12 + 7] = 2.0
    place = torch.tensor([[[0.1, 0.0], [0.12, 0.56], [0.2, 0.3]]])
    size, by_place, by_slope = pointing_features(x, place).view(3, 6)
    share = 2 / 2.01
    assert size.tolist() == pytest.approx([0, 0, 2 * share, share, 0, 0])
    assert by_place.tolist() == pytest.approx([0, 0, 0.2 * share, 0, 0, 0], abs=1e-6)
    assert by_slope.tolist() == pytest.approx([0, 0, 0.2 * share, 0.3 * share, 0, 0], abs=1e-6)


def test_the_critic_sees_showers_that_stand_elsewhere():
    detector = CALOGAN_ANGLES.select(["layer_0", "layer_1", "layer_2"])
    codec = Codec(detector, CaloGANFeatures.for_detector(detector), Compose([]))
    torch.manual_seed(0)
    critic = CaloGANCritic.for_codec(codec).eval()
    x = torch.rand(2, 504, generator=torch.Generator().manual_seed(2))
    told = [codec.features(torch.tensor([[50.0, x0, 0, 0.1, 0]] * 2)) for x0 in (0.0, 30.0)]
    vectors = [critic.vector(x, c) for c in told]
    assert vectors[0].shape == (2, 1881)
    assert torch.equal(vectors[0][:, :1863], vectors[1][:, :1863])
    assert not torch.equal(critic(x, told[0]), critic(x, told[1]))


def test_other_features_besides_are_refused():
    detector = CALOGAN_ANGLES.select(["layer_0", "layer_1", "layer_2"])
    codec = Codec(detector, PhysicalFeatures(5), Compose([]))
    with pytest.raises(SpecError, match="CaloGANFeatures"):
        CaloGANGenerator.for_codec(codec)


def test_pointing_penalty_asks_for_no_more_than_real_showers_show():
    detector = CALOGAN_ANGLES.select(["layer_0", "layer_1", "layer_2"])
    codec = Codec(detector, CaloGANFeatures.for_detector(detector), Compose([]))
    penalty = PointingPenalty.for_codec(codec, weight=2.0)
    conditions = torch.tensor([[50.0, 20.0, 20.0, 0.0, 0.0]])
    told = codec.features(conditions)
    x, far = torch.zeros(1, 504), torch.zeros(1, 504)
    x[0, 288 + 6 * 12 + 6] = 2.0  # at (20, 20) mm, where the particle crosses
    far[0, 288 + 7 * 12 + 5] = 2.0  # at (60, -20) mm: 40 off along both, 10 times the scatter
    assert penalty(far, Batch(x, told, conditions)).item() == pytest.approx(20 * 2 / 2.01)
    assert penalty(x, Batch(far, told, conditions)).item() == 0
    far.requires_grad_()
    penalty(far, Batch(x, told, conditions)).backward()
    assert far.grad.any()
    plain = CALOGAN.select(["layer_0", "layer_1", "layer_2"])
    with pytest.raises(SpecError, match="needs conditions x0"):
        PointingPenalty.for_codec(Codec(plain, PhysicalFeatures(1), Compose([])))


def test_depths_are_those_of_geant4(shared_data):
    """Of the training showers alone: centroids by least squares against where they crossed."""
    events, _ = read_events(shared_data("calogan_eplus_angles.h5"), slice(1000))
    theta, phi = events.condition("theta"), events.condition("phi")
    for layer, depth in ((0, 70), (1, 160), (2, 350)):
        image = events.readouts[f"layer_{layer}"].astype(float)
        centers = np.asarray(events.detector.readout(f"layer_{layer}").axes[1].centers)
        energy = image.sum((1, 2))
        hit = energy > 50
        found = (image.sum(1) @ centers)[hit] / energy[hit] - events.condition("y0")[hit]
        slope = (np.tan(theta) * np.sin(phi))[hit]
        assert slope @ found / (slope @ slope) == pytest.approx(depth, rel=0.05)
