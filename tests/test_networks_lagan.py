"""LAGAN's networks: published counts, shapes, what they see, and label flips by hand."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import components
from cloudburst import storage
from cloudburst.codec import Batch, Codec, PhysicalFeatures, ScaledFeatures
from cloudburst.detectors import JET_IMAGE
from cloudburst.errors import SpecError
from cloudburst.experiment import load_recipe, train
from cloudburst.networks import LAGANCritic, LAGANGenerator
from cloudburst.objectives import AuxiliaryClass, NonSaturating
from cloudburst.streams import Stream
from cloudburst.surrogate import Surrogate
from cloudburst.testing import check_critic, check_generator
from cloudburst.transforms import Compose


def count(module):
    return sum(weight.numel() for weight in module.parameters())


def images(n, seed=0):
    """Sparse images, never negative."""
    return torch.randn(n, 625, generator=torch.Generator().manual_seed(seed)).sub(1).relu()


def processes(n):
    return torch.arange(float(n))[:, None] % 2


def test_generator_has_the_published_size():
    generator = LAGANGenerator()
    assert generator.noise_shape == (200,)
    assert count(generator) == 3_586_932
    locals_ = (generator.first, generator.second, generator.third)
    assert [count(layer) for layer in locals_] == [1_882_776, 223_080, 15_000]


def test_critic_has_the_published_size():
    critic = LAGANCritic()
    assert count(critic) == 1_398_986
    assert critic.eval().features(images(3)).shape == (3, 72)


def test_networks_obey_the_laws():
    torch.manual_seed(0)
    check_generator(LAGANGenerator(4), processes(8), 625)
    torch.manual_seed(0)
    check_critic(LAGANCritic(), images(8), processes(8), components.IDLE["LAGANCritic"])


def test_settings_of_keras():
    for network, leaks in ((LAGANGenerator(4), 2), (LAGANCritic(), 4)):
        found = [m for m in network.modules() if type(m) is nn.LeakyReLU]
        assert len(found) == leaks
        assert {m.negative_slope for m in found} == {0.3}
        norms = [m for m in network.modules() if hasattr(m, "running_var")]
        assert {(m.eps, m.momentum) for m in norms} == {(1e-3, 0.01)}


def test_pixels_are_never_negative_and_some_are_empty():
    torch.manual_seed(0)
    x = LAGANGenerator(8)(torch.randn(16, 8), processes(16))
    assert x.min() == 0
    assert 0.2 < (x == 0).double().mean() < 0.8


def test_noise_is_multiplied_by_the_embedding_of_the_process():
    torch.manual_seed(0)
    generator = LAGANGenerator(2).eval()
    generator.processes.weight.data = torch.tensor([[1.0, 1.0], [2.0, -1.0]])
    x = generator(torch.tensor([[1.0, 3.0], [2.0, -3.0]]), torch.tensor([[1.0], [0.0]]))
    torch.testing.assert_close(x[0], x[1])


def test_pixels_are_ordered_by_row_and_column():
    torch.manual_seed(0)
    generator = LAGANGenerator(4)
    nn.init.zeros_(generator.third.weight)
    generator.third.weight.data[3 * 25 + 8] = 1.0
    x = generator(torch.randn(32, 4), processes(32))
    assert set(x.nonzero()[:, 1].tolist()) == {3 * 25 + 8}


def test_critic_sees_the_batch_and_is_told_of_no_process():
    torch.manual_seed(0)
    critic = LAGANCritic().eval()
    x = images(6)
    assert torch.equal(critic(x, processes(6)), critic(x, 1 - processes(6)))
    assert not torch.allclose(critic(x[:2], processes(2)), critic(x, processes(6))[:2])
    assert set(critic(x, processes(6))[:, 1].tolist()) == {0}


def test_two_logits_are_one_sigmoid():
    scores = torch.tensor([[0.0, 0.0, math.log(3)]])
    auxiliary = AuxiliaryClass(column=0, weight=1.0)
    for process, probability in ((1.0, 3 / 4), (0.0, 1 / 4)):
        c = torch.tensor([[process]])
        loss = auxiliary(scores, Batch(scores, c, c), Stream())
        assert loss.item() == pytest.approx(-math.log(probability))


def test_labels_are_turned_for_their_share():
    x, c = torch.zeros(100, 625), processes(100)
    generator = LAGANGenerator(2)

    class Sure(LAGANCritic):
        """Calls everything real, and of the process with index one."""

        def forward(self, x, c):
            return torch.tensor([[20.0, 0.0, 0.0]]).expand(len(x), 3)

    codec = Codec(JET_IMAGE.select(["image"]), PhysicalFeatures(1), Compose([]))
    for flips in (0.0, 0.25, 1.0):
        players = NonSaturating(codec, generator, Sure(), separate=True, flips=flips)
        real, fake, _ = (players.loss(t, Batch(x, c, c), Stream()).item() for t in players.turns)
        # being sure and wrong costs 20
        assert real == pytest.approx(20 * flips, abs=3)
        assert fake == pytest.approx(20 * (1 - flips), abs=3)


def test_the_generator_is_told_wrong_classes_for_its_own_share():
    class Certain(LAGANCritic):
        """Sees the true class, here the first, with certainty."""

        def forward(self, x, c):
            return torch.tensor([[40.0, 40.0, 0.0]]).expand(len(x), 3)

    c = torch.zeros(100, 1)
    batch = Batch(torch.zeros(100, 625), c, c)
    codec = Codec(JET_IMAGE.select(["image"]), PhysicalFeatures(1), Compose([]))
    for own, wanted in ((0.0, 0.0), (0.5, 10.0)):
        auxiliary = AuxiliaryClass(column=0, weight=1.0, flips=0.0, own_flips=own)
        players = NonSaturating(codec, LAGANGenerator(2), Certain(), auxiliary=auxiliary)
        with torch.no_grad():
            loss = players.loss("generator", batch, Stream())
            told = players.loss("critic", batch, Stream())
        assert loss.item() == pytest.approx(wanted, abs=3)
        assert told.item() == pytest.approx(40)


@pytest.mark.parametrize("network", [LAGANGenerator, LAGANCritic])
def test_other_codecs_are_refused(network):
    image = JET_IMAGE.select(["image"])
    for codec in (
        Codec(JET_IMAGE, PhysicalFeatures(1), Compose([])),
        Codec(image, ScaledFeatures.for_detector(image, fractional=["process"]), Compose([])),
    ):
        with pytest.raises(SpecError, match="625 values, the pixels of one image, and 1 feature"):
            network.for_codec(codec)


def test_embeddings_start_as_wide_as_they_are_asked_to():
    image = JET_IMAGE.select(["image"])
    codec = Codec(image, PhysicalFeatures(1), Compose([]))
    torch.manual_seed(0)
    for spread, wanted in ((None, math.sqrt(2 / 202)), (0.7, 0.7)):
        generator = LAGANGenerator.for_codec(codec, spread=spread)
        assert generator.processes.weight.std().item() == pytest.approx(wanted, rel=0.15)


def test_the_process_may_stand_beside_the_noise():
    torch.manual_seed(0)
    generator = LAGANGenerator(4, told=True).eval()
    assert generator.dense.in_features == 6
    # without noise, what is told is all that is left
    asked = torch.zeros(2, 4), torch.tensor([[0.0], [1.0]])
    with torch.no_grad():
        generator.dense.weight[:, 4:] = 0
        first, second = generator(*asked)
        assert torch.equal(first, second)
        generator.dense.weight[:, 5] = 1.0
        first, second = generator(*asked)
        assert not torch.equal(first, second)


@pytest.mark.slow
def test_the_recipe_learns_from_simulated_jets(tmp_path, cloudburst):
    pytest.importorskip("pythia8mc", reason="needs the extra jets")
    pytest.importorskip("fastjet", reason="needs the extra jets")
    cloudburst.done("simulate", "jet_image", "jets.h5", "--simulator", "jets", "--events", "40")
    jets = storage.read(tmp_path / "jets.h5")
    settings = [
        *(f"training.{key}" for key in ("steps=2", "batch=8", "validate_every=2", "log_every=1")),
        f"data.file={tmp_path / 'jets.h5'}",
    ]
    train(load_recipe("lagan", settings), tmp_path / "run")
    made = Surrogate.load(tmp_path / "run").sample(np.array([[0.0], [1.0]], np.float32))
    assert made.detector == jets.detector.select(["image"])
    assert made.readouts["image"].shape == (2, 25, 25)
