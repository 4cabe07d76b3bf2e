"""Several files in one, told apart by a particle, and the networks that learn from them."""

import dataclasses
import math

import numpy as np
import pytest
import torch

import components
from cloudburst import storage
from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.detectors import CALOGAN, CALOGAN_ANGLES
from cloudburst.errors import ConditionError, DataError, SpecError
from cloudburst.events import Events
from cloudburst.experiment import load_recipe, train
from cloudburst.experiment.combine import combined
from cloudburst.networks import CaloGANCritic, CaloGANFeatures, CaloGANGenerator
from cloudburst.networks.calogan import hats
from cloudburst.spec import build, describe
from cloudburst.surrogate import Surrogate
from cloudburst.transforms import Compose

AHEAD = {"x0": 0.0, "y0": 0.0, "theta": 0.0, "phi": 0.0}
LAYERS = ["layer_0", "layer_1", "layer_2"]


def part(detector=CALOGAN, n=4, seed=0):
    return components.showers(detector, n=n, seed=seed)


@pytest.fixture(scope="module")
def three():
    parts = [("e+", part(CALOGAN_ANGLES, 5)), ("gamma", part(seed=1)), ("e+", part(seed=2))]
    return parts, combined(parts, "particle", AHEAD)


def test_conditions_are_those_of_the_widest_with_the_label_second(three):
    parts, events = three
    names = [c.name for c in events.detector.conditions]
    assert names == ["energy", "particle", "x0", "y0", "theta", "phi"]
    assert events.detector.conditions[1].categories == ("e+", "gamma")
    assert events.detector.name == "calogan_angles_by_particle"
    assert events.condition("particle").tolist() == [0] * 5 + [1] * 4 + [0] * 4
    angled = parts[0][1]
    assert np.array_equal(events.conditions[:5, 2:], angled.conditions[:, 1:])
    assert not events.conditions[5:, 2:].any()
    energies = np.concatenate([e.condition("energy") for _, e in parts])
    assert np.array_equal(events.condition("energy"), energies)
    assert np.array_equal(events.flat(), np.concatenate([e.flat() for _, e in parts]))


def test_one_label_is_none():
    parts = [("e+", part()), ("e+", part(CALOGAN_ANGLES))]
    events = combined(parts, "particle", AHEAD)
    assert events.detector == CALOGAN_ANGLES
    assert np.array_equal(events.condition("x0")[: len(parts[0][1])], np.zeros(len(parts[0][1])))
    assert np.array_equal(events.flat(), np.concatenate([e.flat() for _, e in parts]))


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(DataError, match="one file alone"):
        combined([("e+", part())], "particle", {})
    with pytest.raises(ConditionError, match="have no 'y0'; say what it was, as --condition y0=0"):
        combined([("e+", part(CALOGAN_ANGLES)), ("pi+", part())], "particle", {"x0": 0})
    with pytest.raises(ConditionError, match="x0 = 80 mm is outside"):
        combined([("e+", part(CALOGAN_ANGLES)), ("pi+", part())], "particle", {**AHEAD, "x0": 80})
    with pytest.raises(ConditionError, match="did you mean 'theta'"):
        combined([("e+", part()), ("pi+", part(CALOGAN_ANGLES))], "particle", {"teta": 0})
    with pytest.raises(DataError, match="its readouts differ"):
        combined([("e+", part()), ("pi+", part().select(LAYERS))], "particle", {})
    with pytest.raises(DataError, match="is not the calorimeter of"):
        combined([("e+", part()), ("toy", components.showers())], "kind", {})


def test_the_verb(tmp_path, cloudburst):
    for name, seed in (("a", 0), ("b", 1)):
        storage.write(tmp_path / f"{name}.h5", part(seed=seed, n=30), {})
    told = cloudburst.done("combine", "both.h5", "e+=a.h5", "gamma=b.h5")
    assert "60 events" in told
    both = storage.read(tmp_path / "both.h5")
    assert both.condition("particle").sum() == 30
    # in an order that is drawn, the same for the same seed
    assert 0 < both.condition("particle")[:30].sum() < 30
    cloudburst.done("combine", "again.h5", "e+=a.h5", "gamma=b.h5")
    assert np.array_equal(storage.read(tmp_path / "again.h5").conditions, both.conditions)
    provenance = storage.read_header(tmp_path / "both.h5").provenance
    assert [p["label"] for p in provenance["combined"]] == ["e+", "gamma"]
    assert "needs a label" in cloudburst.refused("combine", "x.h5", "a.h5", "gamma=b.h5")
    assert "exists" in cloudburst.refused("combine", "both.h5", "e+=a.h5", "gamma=b.h5")


def test_features_by_hand(three):
    features = CaloGANFeatures.for_detector(three[1].detector)
    top = math.radians(20)
    c = torch.tensor(
        [[50, 1, 25, -50, top, 0], [10, 0, 0, 10, top, math.pi / 2], [1, 0, *[0] * 4]]
    )
    # 70, 160 and 350 mm deep, along x and y, in units of 100 mm
    leans = [depth * math.tan(top) / 100 for depth in (70, 160, 350)]
    places = [
        [part for lean in leans for part in (0.25 + lean, -0.5)],
        [part for lean in leans for part in (0.0, 0.1 + lean)],
        [0.0] * 6,
    ]
    wanted = torch.cat([c[:, :2], torch.tensor(places)], dim=1)
    found = features(c)
    assert features.size == found.shape[1] == 2 + 6 + 6 * 13
    torch.testing.assert_close(found[:, :8], wanted, atol=1e-6, rtol=0)
    torch.testing.assert_close(
        found[:, 8:], hats(wanted[:, 2:].view(3, 3, 2), features.reach).flatten(1)
    )
    # an azimuth that comes full circle is the same
    c = torch.tensor([[50, 1, 0, 0, 0.2, math.pi], [50, 1, 0, 0, 0.2, -math.pi]])
    torch.testing.assert_close(*features(c), atol=1e-5, rtol=0)
    assert build(describe(features), CaloGANFeatures)(c).equal(features(c))


def test_features_that_do_not_vary_are_left_out(three):
    c = torch.tensor([[50.0, 1, 25, -50, 0, 0], [10, 0, 0, 10, 0, 0]])
    everything = CaloGANFeatures.for_detector(three[1].detector)(c)
    point = CaloGANFeatures.for_detector(CALOGAN_ANGLES)
    others = [i for i in range(everything.shape[1]) if i != 1]
    assert torch.equal(point(c[:, [0, 2, 3, 4, 5]]), everything[:, others])
    assert point.size == 85
    first, particle = three[1].detector.conditions[:2]
    alone = dataclasses.replace(CALOGAN, conditions=(first, particle))
    told = CaloGANFeatures.for_detector(alone)
    assert torch.equal(told(c[:, :2]), c[:, :2])
    assert build(describe(told), CaloGANFeatures).size == 2
    half = dataclasses.replace(CALOGAN_ANGLES, conditions=CALOGAN_ANGLES.conditions[:3])
    with pytest.raises(ConditionError, match="no condition 'theta'"):
        CaloGANFeatures.for_detector(half)


def test_networks_are_told_of_particle_point_and_direction(three):
    events = three[1].select(LAYERS)
    codec = Codec(events.detector, CaloGANFeatures.for_detector(events.detector), Compose([]))
    torch.manual_seed(0)
    generator = CaloGANGenerator.for_codec(codec, latent=4, classes=2)
    critic = CaloGANCritic.for_codec(codec, classes=2)
    batch = codec.encode(events)
    z = torch.randn(len(events), 4)
    scaled = generator.scaled_noise(z, batch.c)
    torch.testing.assert_close(scaled[:, 4:], 8 * batch.c[:, 2:] * batch.c[:, :1] / 100)
    assert generator(z, batch.c).shape == (len(events), 504)
    assert critic(batch.x, batch.c).shape == (len(events), 3)
    # one weight more for each feature, and dense layer or logit
    dense = sum((r + 2) * (c + 2) * 36 for r, c in ((3, 96), (12, 12), (12, 6)))
    plain = CaloGANGenerator(4, classes=2), CaloGANCritic(classes=2)
    counts = [sum(w.numel() for w in n.parameters()) for n in (generator, critic, *plain)]
    assert counts[0] - counts[2] == 84 * dense
    assert counts[1] - counts[3] == 18 * 3


@pytest.mark.parametrize("network", [CaloGANGenerator, CaloGANCritic])
def test_another_number_of_particles_is_refused(network, three):
    detector = three[1].detector.select(LAYERS)
    codec = Codec(detector, CaloGANFeatures.for_detector(detector), Compose([]))
    with pytest.raises(SpecError, match=r"3 particles, but the conditions are of 2.* classes = 2"):
        network.for_codec(codec, classes=3)
    alone = Codec(CALOGAN.select(LAYERS), PhysicalFeatures(1), Compose([]))
    with pytest.raises(SpecError, match="classes = 1"):
        network.for_codec(alone, classes=2)


@pytest.mark.slow
def test_the_recipe_learns_from_real_showers(shared_data, tmp_path, cloudburst):
    files = [
        f"{label}={shared_data(f'calogan_{name}.h5')}"
        for label, name in (("e+", "eplus_angles"), ("gamma", "gamma"), ("pi+", "piplus"))
    ]
    fixed = [word for name in AHEAD for word in ("--condition", f"{name}=0")]
    cloudburst.done("combine", "particles.h5", *files, *fixed)
    settings = [
        *(f"training.{key}" for key in ("steps=1", "batch=8", "validate_every=1", "log_every=1")),
        *("data.events=200", "generator.latent=8", f"data.file={tmp_path / 'particles.h5'}"),
    ]
    train(load_recipe("calogan-acgan", settings), tmp_path / "run")
    asked = np.array([[50, 0, 0, 0, 0, 0], [50, 2, 30, -20, 0.3, 1]], np.float32)
    made = Surrogate.load(tmp_path / "run").sample(asked)
    assert isinstance(made, Events)
    assert made.readouts["layer_1"].shape == (2, 12, 12)
