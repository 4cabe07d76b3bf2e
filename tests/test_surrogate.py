"""Surrogates: same seed, same bytes, and only where they were trained."""

import numpy as np
import pytest
import torch

import components
from cloudburst import noise
from cloudburst.errors import ConditionError, DataError, ExistsError, ShapeError
from cloudburst.experiment import load_recipe
from cloudburst.experiment.build import build_codec
from cloudburst.generators import ChainGenerator, Generator, LatentGenerator
from cloudburst.nn import MLP
from cloudburst.surrogate import Surrogate
from components import GENERATORS, TOY

CODEC = components.toy_codec()
CONDITIONS = TOY.draw_conditions(1100, np.random.default_rng(0))
DEMO = load_recipe("demo")


def surrogate(make=GENERATORS["LatentGenerator"], codec=CODEC):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Surrogate(codec, make(codec), {"made": "up"})


def content(events):
    return events.flat().tobytes(), events.conditions.tobytes()


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


# widths at which matrix products take different paths
WIDTHS = {
    "narrow": lambda k: LatentGenerator.for_codec(k, 3, [8]),
    "odd": lambda k: LatentGenerator.for_codec(k, 5, [17, 33], norm=True),
    "demo": lambda k: ChainGenerator.for_codec(k, 3, latent=32, hidden=[256, 256]),
}


@pytest.mark.parametrize("name", WIDTHS)
def test_same_seed_same_bytes_whatever_the_batch_and_threads(name, geant4, threads):
    geant4 = geant4.select(DEMO.data.readouts)
    made = surrogate(WIDTHS[name], build_codec(DEMO, geant4))
    conditions = geant4.detector.draw_conditions(1100, np.random.default_rng(1))
    threads(1)
    whole = made.sample(conditions, seed=5, batch=1024)
    for batch in (7, 64, 100, 1000, 2048):
        assert content(made.sample(conditions, 5, 0, batch)) == content(whole)
    few = made.sample(conditions[:70], 5, 0, 1)
    assert content(few) == content(whole[:70])
    for first in (1, 36, 64, 100, 777):
        part = made.sample(conditions[first:], 5, first, 300)
        assert content(part) == content(whole[first:])
    threads(2)
    assert content(made.sample(conditions, 5)) == content(whole)
    assert content(made.sample(conditions[100:], 5, 100, 777)) == content(whole[100:])


def test_an_event_far_into_a_run():
    made = surrogate()
    far = 10**15 + 3
    whole = made.sample(CONDITIONS, seed=2**63, first=far)
    assert content(made.sample(CONDITIONS[500:], 2**63, far + 500)) == content(whole[500:])
    assert content(made.sample(CONDITIONS, 2**63)) != content(whole)


def test_a_sample_is_the_forward_of_counted_noise():
    made = surrogate()
    events = made.sample(CONDITIONS[:64], seed=3)
    z = noise.normal(3, 0, 64, made.generator.noise_shape)
    with torch.no_grad():
        readouts = made(z, torch.from_numpy(CONDITIONS[:64]))
    assert {name: tuple(r.shape[1:]) for name, r in readouts.items()} == {
        "front": (3, 4),
        "back": (3, 3),
    }
    for name, signals in readouts.items():
        assert signals.numpy().tobytes() == events.readouts[name].tobytes()


def test_events_are_physical():
    events = surrogate().sample(CONDITIONS, seed=1).check()
    assert events.detector == TOY
    assert np.array_equal(events.conditions, CONDITIONS)
    assert all(array.dtype == np.float32 for array in events.readouts.values())
    assert not np.array_equal(events.flat()[0], events.flat()[1])


def test_batches_are_made_one_by_one():
    parts = surrogate().iterate(CONDITIONS, batch=500)
    assert [len(part) for part in parts] == [500, 500, 100]
    first = next(surrogate().iterate(CONDITIONS, batch=10))
    assert content(first) == content(surrogate().sample(CONDITIONS)[:10])


def test_plain_lists_are_conditions_too():
    made = surrogate()
    wanted = made.sample(np.array([[50.0, 1.0, 0.0]], np.float32))
    assert content(made.sample([[50, 1, 0]])) == content(wanted)


def altered(column, value):
    conditions = CONDITIONS[:5].copy()
    conditions[2, column] = value
    return conditions


@pytest.mark.parametrize(
    ("conditions", "error", "reason"),
    [
        (altered(0, 100.5), ConditionError, r"energy = 100.5 GeV is outside .*1 of 5 values"),
        (altered(0, 0.0), ConditionError, "energy = 0 GeV is outside"),
        (altered(1, -5.25), ConditionError, "x = -5.25 mm is outside"),
        (altered(0, np.nan), ConditionError, "finite"),
        (altered(0, np.inf), ConditionError, "finite"),
        (CONDITIONS[:, :2], ShapeError, r"needs conditions of shape \(N, 3\) \(energy, x, partic"),
        (CONDITIONS[0], ShapeError, "got"),
        (CONDITIONS[:0], DataError, "no events"),
    ],
)
def test_conditions_that_were_never_learned_are_refused(conditions, error, reason):
    with pytest.raises(error, match=reason):
        surrogate().sample(conditions)


def test_extrapolation_is_asked_for():
    made = surrogate()
    with pytest.raises(ConditionError, match="--extrapolate"):
        made.sample(altered(0, 120.0))
    events = made.sample(altered(0, 120.0), extrapolate=True)
    assert events.conditions[2, 0] == 120
    inside = made.sample(CONDITIONS[:5])
    assert np.array_equal(events.flat()[[0, 1, 3, 4]], inside.flat()[[0, 1, 3, 4]])
    for value in (np.nan, np.inf):
        with pytest.raises(ConditionError, match="finite"):
            made.sample(altered(0, value), extrapolate=True)


def test_what_is_not_finite_is_never_passed_on():
    # the logarithm of a negative energy is no number
    with pytest.raises(DataError, match=r"front is not finite at conditions between \[-3"):
        surrogate().sample(altered(0, -3.0), extrapolate=True)


@pytest.mark.parametrize("batch", [0, -1])
def test_batches_hold_events(batch):
    with pytest.raises(DataError, match=f"at least one event, got {batch}"):
        surrogate().sample(CONDITIONS, batch=batch)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_saved_surrogate_is_loaded_as_it_was(name, tmp_path):
    made = surrogate(GENERATORS[name])
    made.save(tmp_path / "run" / "surrogate")
    for folder in ("run", "run/surrogate"):
        loaded = Surrogate.load(tmp_path / folder)
        assert content(loaded.sample(CONDITIONS, 4)) == content(made.sample(CONDITIONS, 4))
        assert loaded.provenance == {"made": "up"}
        assert loaded.detector == TOY
        assert not loaded.training
    loaded.save(tmp_path / "again")
    for file in ("surrogate.json", "weights.safetensors"):
        saved = (tmp_path / "run" / "surrogate" / file).read_bytes()
        assert (tmp_path / "again" / file).read_bytes() == saved


def test_a_surrogate_is_kept_unless_told(tmp_path):
    surrogate().save(tmp_path / "s")
    before = (tmp_path / "s" / "weights.safetensors").read_bytes()
    other = surrogate(GENERATORS["ChainGenerator"])
    with pytest.raises(ExistsError, match="already exists"):
        other.save(tmp_path / "s")
    assert (tmp_path / "s" / "weights.safetensors").read_bytes() == before
    other.save(tmp_path / "s", overwrite=True)
    assert isinstance(Surrogate.load(tmp_path / "s").generator, ChainGenerator)
    assert [p.name for p in tmp_path.iterdir()] == ["s"]


class Tied(Generator):
    """Two layers that share their weights."""

    def __init__(self):
        super().__init__()
        self.noise_shape = (4,)
        self.first = MLP(4, 4, [])
        self.second = MLP(4, 4, [])
        self.second.layers[0].weight = self.first.layers[0].weight
        self.out = MLP(4, CODEC.values, [])

    def forward(self, z, c):
        return self.out(self.second(self.first(z)))


def test_weights_may_be_shared(tmp_path):
    made = surrogate(lambda codec: Tied())
    made.save(tmp_path / "s")
    loaded = Surrogate.load(tmp_path / "s", packages=[__name__])
    assert content(loaded.sample(CONDITIONS)) == content(made.sample(CONDITIONS))


def test_a_surrogate_is_never_in_training():
    generator = GENERATORS["LatentGenerator"](CODEC).train()
    assert not Surrogate(CODEC, generator, {}).generator.training
