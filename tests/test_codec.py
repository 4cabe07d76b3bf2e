"""The codec against numbers worked by hand, and its errors on real showers."""

import numpy as np
import pytest
import torch

import components
from cloudburst import storage
from cloudburst.codec import Batch, Codec, PhysicalFeatures, ScaledFeatures
from cloudburst.detector import Condition, Detector
from cloudburst.errors import ConditionError, SpecError
from cloudburst.experiment import load_recipe
from cloudburst.experiment.build import build_codec
from cloudburst.formats import read_events
from cloudburst.testing import check_codec
from cloudburst.transforms import Scale
from components import TOY

DEMO = load_recipe("demo")


def test_scaled_features_by_hand():
    features = ScaledFeatures.for_detector(TOY, logarithmic=["energy"], fractional=["x"])
    c = torch.tensor([[1.0, -5.0, 0.0], [10.0, 2.25, 1.0], [100.0, 5.0, 1.0]])
    # energy 1..100: 10 lies at 9/99 of the range, half way in the logarithm
    wanted = torch.tensor(
        [
            [-1.0, -1.0, -1.0, -1.0, 0.0],
            [2 * 9 / 99 - 1, 0.45, 1.0, 0.0, 0.25],
            [1.0, 1.0, 1.0, 1.0, 0.0],
        ]
    )
    assert features.size == 5
    torch.testing.assert_close(features(c), wanted)


def test_features_of_integer_ranges_are_floats():
    detector = Detector("d", (Condition("energy", "GeV", 1, 9),), TOY.readouts)
    features = ScaledFeatures.for_detector(detector)
    assert features.low.dtype == torch.float32
    assert features(torch.tensor([[3.0]])).tolist() == [[-0.5]]


def test_a_logarithmic_feature_needs_a_range_above_zero():
    with pytest.raises(SpecError, match="'x' has no logarithm: its range must lie above zero"):
        ScaledFeatures.for_detector(TOY, logarithmic=["x"])
    with pytest.raises(ConditionError, match="did you mean 'energy'"):
        ScaledFeatures.for_detector(TOY, logarithmic=["enregy"])


def test_physical_features_are_the_conditions():
    features = PhysicalFeatures.for_detector(TOY)
    c = torch.rand(4, 3)
    assert features.size == 3
    assert torch.equal(features(c), c)


def test_cells_keep_their_places():
    codec = Codec(TOY, PhysicalFeatures(3), Scale(1.0))
    events = components.showers(n=3)
    batch = codec.encode(events)
    assert isinstance(batch, Batch)
    assert torch.equal(
        batch.x[:, :12].reshape(3, 3, 4), torch.from_numpy(events.readouts["front"])
    )
    assert torch.equal(batch.x[:, 12:].reshape(3, 3, 3), torch.from_numpy(events.readouts["back"]))
    decoded = codec.decode(batch.x, batch.conditions)
    assert list(decoded) == ["front", "back"]
    for name, signal in decoded.items():
        assert np.array_equal(signal.numpy(), events.readouts[name])


def test_encoding_does_not_touch_the_events():
    events = components.showers(n=8)
    before = events.flat().copy(), events.conditions.copy()
    batch = components.toy_codec().encode(events)
    batch.x.add_(1)
    batch.c.add_(1)
    assert np.array_equal(before[0], events.flat())
    assert np.array_equal(before[1], events.conditions)


@pytest.fixture(scope="module")
def codec(geant4):
    return build_codec(DEMO, geant4.select(DEMO.data.readouts))


def test_real_showers_keep_the_laws(geant4, codec):
    # cells below 0.03 MeV are cut; the rest of their layer takes what they held
    check_codec(codec, geant4.select(DEMO.data.readouts)[:64], rtol=0.01, atol=0.04)


def test_empty_cells_and_layers_come_back_empty(codec):
    detector = codec.detector
    cells = {r.name: np.zeros((2, *r.shape), np.float32) for r in detector.readouts}
    cells["layer_1"][1, 6, 6] = 49_900.0
    conditions = np.full((2, 1), 50, np.float32)
    events = type(components.showers(n=1))(detector, conditions, cells)
    batch = codec.encode(events)
    for name, signal in codec.decode(batch.x, batch.conditions).items():
        hit = cells[name] > 0
        assert (signal.numpy()[~hit] == 0).all()
        np.testing.assert_allclose(signal.numpy()[hit], cells[name][hit], rtol=1e-5)


def errors(codec, events):
    """Decoded and real values, by readout."""
    batch = codec.encode(events)
    decoded = codec.decode(batch.x, batch.conditions)
    return {name: (signal.numpy(), events.readouts[name]) for name, signal in decoded.items()}


def test_what_the_demo_codec_loses_of_7250_geant4_showers(shared_data):
    events, _ = read_events(shared_data("calogan_eplus.h5"))
    events = events.select(DEMO.data.readouts)
    total = np.zeros((2, len(events)))
    # layer: largest and 99.9 % quantile of the relative error of a cell above threshold
    bounds = {"layer_0": (3e-3, 1e-4), "layer_1": (3e-3, 1e-4), "layer_2": (5e-2, 4e-3)}
    for name, (signal, real) in errors(build_codec(DEMO, events), events).items():
        kept = signal > 0
        relative = np.abs(signal - real)[kept] / real[kept]
        assert relative.max() < bounds[name][0]
        assert np.quantile(relative, 0.999) < bounds[name][1]
        assert real[~kept].max() < 0.031
        layer = [
            cells.reshape(len(events), -1).sum(1, dtype=np.float64) for cells in (signal, real)
        ]
        assert np.abs(layer[0] - layer[1]).max() < 0.1
        total += layer
    assert (np.abs(total[0] / total[1] - 1)).max() < 3e-5


def test_the_shipped_sample_is_encoded_whole(sample_path):
    events = storage.read(sample_path).select(DEMO.data.readouts)
    codec = build_codec(DEMO, events)
    batch = codec.encode(events)
    assert batch.x.shape == (1000, codec.values)
    assert batch.x.isfinite().all()
    torch.testing.assert_close(batch.x[:, :3].mean(0), torch.zeros(3), atol=1e-4, rtol=0)
