"""Engines: the same showers as float32 torch on equal noise, and the same bytes in any batch."""

import json

import numpy as np
import pytest
import torch
from scipy import stats

import components
from cloudburst import storage
from cloudburst.engines import ENGINES, Engine, parity, resolve_engine, stored_choice
from cloudburst.engines.eager import Eager
from cloudburst.engines.half import HalfLinear, halved
from cloudburst.engines.store import cache_folder, kept
from cloudburst.errors import SpecError
from cloudburst.experiment import load_recipe
from cloudburst.experiment.build import build_codec
from cloudburst.generators import ChainGenerator
from cloudburst.surrogate import Surrogate
from components import GENERATORS

SLOW = {"compiled", "compiled-bfloat16"}
NAMES = [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in ENGINES]
DEMO = load_recipe("demo")


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUDBURST_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def surrogate(sample_path):
    """As the demo's, with the widths at which engines differ, before training."""
    events = storage.read(sample_path, slice(0, 400)).select(DEMO.data.readouts)
    codec = build_codec(DEMO, events)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        # an odd count of numbers for an event: the noise then lies in memory with gaps
        made = ChainGenerator.for_codec(codec, 3, latent=31, hidden=[256, 128])
    return Surrogate(codec, made, {"made": "up"})


@pytest.fixture(scope="module")
def toy():
    codec = components.toy_codec()
    return Surrogate(codec, GENERATORS["ChainGenerator"](codec), {"made": "up"})


def engine_or_skip(name):
    reason = ENGINES[name].missing()
    if reason:
        pytest.skip(f"{name}: {reason}")
    return ENGINES[name]


def conditions_of(surrogate, n, seed=1):
    return surrogate.detector.draw_conditions(n, np.random.default_rng(seed))


@pytest.mark.parametrize("name", NAMES)
def test_every_engine_makes_the_showers_of_float32_on_equal_noise(name, surrogate):
    engine = engine_or_skip(name)
    conditions = conditions_of(surrogate, 700)
    wanted = surrogate.sample(conditions, seed=4)
    made = surrogate.sample(conditions, seed=4, engine=name).check()
    agreement = parity(wanted.readouts, made.readouts)
    assert agreement.reason(engine.exact) == ""
    # layer energies, as shares of all: six digits where float32 is promised, else three
    total = wanted.flat().sum(1)
    for readout, signals in wanted.readouts.items():
        moved = made.readouts[readout].reshape(700, -1).sum(1) - signals.reshape(700, -1).sum(1)
        assert (np.abs(moved) / total).max() < (1e-5 if engine.exact else 1e-3)
    assert (made.flat() == wanted.flat()).all() == (name == "eager")


@pytest.mark.parametrize("name", NAMES)
def test_same_bytes_in_any_batch_whatever_the_threads(name, surrogate, threads):
    engine_or_skip(name)
    conditions = conditions_of(surrogate, 600)
    threads(1)
    whole = surrogate.sample(conditions, 5, batch=600, engine=name).flat()
    for batch in (1, 64, 250):
        made = surrogate.sample(conditions[:260], 5, 0, batch, engine=name)
        assert made.flat().tobytes() == whole[:260].tobytes(), batch
    for first in (3, 70, 333):
        part = surrogate.sample(conditions[first:], 5, first, engine=name)
        assert part.flat().tobytes() == whole[first:].tobytes(), first
    threads(2)
    # as many as fill a block or two, then all
    for n in (1, 90, 600):
        made = surrogate.sample(conditions[:n], 5, engine=name)
        assert made.flat().tobytes() == whole[:n].tobytes(), n


@pytest.mark.parametrize("name", [n for n in ENGINES if n != "eager" and n not in SLOW])
def test_showers_cannot_be_told_from_those_of_float32(name, surrogate):
    """Two samples of other noise: no figure of showers tells the engines apart."""
    engine_or_skip(name)
    conditions = conditions_of(surrogate, 6000)
    wanted = surrogate.sample(conditions, seed=1)
    made = surrogate.sample(conditions, seed=2, engine=name)
    assert differing(wanted, made) == []
    assert abs(linear_auc(wanted, made) - 0.5) < 0.025


def figures(events):
    """Numbers of each event that physics looks at, energies as shares of the incident one."""
    parts = {}
    for name, signals in events.readouts.items():
        flat = signals.reshape(len(signals), -1) / events.conditions[:, :1]
        parts[f"{name} sum"] = flat.sum(1)
        parts[f"{name} largest"] = flat.max(1)
        parts[f"{name} hits"] = (flat > 0).sum(1)
        parts[f"{name} centre"] = flat @ np.arange(flat.shape[1]) / np.maximum(flat.sum(1), 1e-9)
        core = np.argsort(flat.mean(0))[-4:]
        parts |= {f"{name} cell {k}": flat[:, k] for k in core}
    return parts


def differing(wanted, made):
    a, b = figures(wanted), figures(made)
    level = 1e-3 / len(a)
    return [name for name in a if stats.ks_2samp(a[name], b[name]).pvalue < level]


def linear_auc(wanted, made):
    """AUC of a linear classifier of logarithms of cells, on the half that it has not seen."""
    x = np.concatenate([np.log1p(wanted.flat()), np.log1p(made.flat())]).astype(np.float64)
    y = np.repeat([-1.0, 1.0], len(wanted))
    x = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    train = np.arange(len(x)) % 2 == 0
    a, b = x[train], y[train]
    weights = np.linalg.solve(a.T @ a + 1.0 * np.eye(a.shape[1]), a.T @ b)
    score, side = x[~train] @ weights, y[~train] > 0
    return stats.mannwhitneyu(score[side], score[~side]).statistic / (side.sum() * (~side).sum())


def test_the_two_sample_test_sees_what_is_different(surrogate):
    conditions = conditions_of(surrogate, 6000)
    wanted, other = surrogate.sample(conditions, 1), surrogate.sample(conditions, 2)
    for readout in other.readouts.values():
        readout *= 1.03
    assert differing(wanted, other)


def test_unknown_engines_are_refused(toy):
    with pytest.raises(SpecError, match="unknown engine 'openvno'; did you mean 'openvino'"):
        toy.sample(conditions_of(toy, 2), engine="openvno")
    assert resolve_engine(ENGINES["eager"]) is ENGINES["eager"]


def test_changed_weights_are_seen_by_a_started_engine(toy):
    engine_or_skip("onnxruntime")
    conditions = conditions_of(toy, 64)
    before = toy.sample(conditions, engine="onnxruntime").flat()
    weight = toy.generator.fine.network.layers[-1].bias
    with torch.no_grad():
        weight += 0.5
    try:
        after = toy.sample(conditions, engine="onnxruntime")
        assert not np.array_equal(after.flat(), before)
        assert parity(toy.sample(conditions).readouts, after.readouts).reason(True) == ""
    finally:
        with torch.no_grad():
            weight -= 0.5


class Wrong(Eager):
    """An engine that loses a tenth of the energy."""

    def start(self, task, workers):
        return lambda z, c: [0.9 * r for r in task.module(z, c)]


def test_parity_is_the_energy_that_lies_elsewhere():
    a = {"x": np.array([[[3.0, 1.0]], [[2.0, 2.0]]]), "y": np.array([[4.0], [4.0]])}
    b = {"x": np.array([[[2.0, 2.0]], [[2.0, 2.0]]]), "y": np.array([[4.0], [2.0]])}
    # one MeV moved between two cells of eight; two MeV lost of eight
    assert parity(a, b) == (0.25, 0.25, 0.25)
    assert "of the energy lies in other cells" in parity(a, b).reason(False)
    assert parity(a, a).reason(True) == ""


def test_the_fastest_engine_is_chosen_once_and_explained(toy, monkeypatch):
    names = ("eager", "bfloat16", "onnxruntime")
    chosen = {n: ENGINES[n] for n in names} | {"wrong": Wrong()}
    chosen["wrong"].name = "wrong"
    for name in list(ENGINES):
        monkeypatch.delitem(ENGINES, name)
    for name, engine in chosen.items():
        monkeypatch.setitem(ENGINES, name, engine)
    assert stored_choice(toy.fingerprint()) is None
    choice = toy.choose_engine()
    assert set(choice.times) | set(choice.refused) == {*names, "wrong"}
    assert "1.0e-01 of the energy lies in other cells" in choice.refused["wrong"]
    assert choice.engine == min(choice.times, key=choice.times.get)
    assert stored_choice(toy.fingerprint()) == choice == toy.choose_engine()
    conditions = conditions_of(toy, 100)
    auto = toy.sample(conditions, 1, engine="auto")
    assert (
        auto.flat().tobytes() == toy.sample(conditions, 1, engine=choice.engine).flat().tobytes()
    )
    explained = choice.explain()
    assert explained["chosen"].startswith(f"{choice.engine}, the fastest of those measured on 20")
    assert json.loads(json.dumps(explained)) == explained


def test_fingerprints_follow_weights_and_settings_but_not_provenance(toy):
    codec = toy.codec
    other = Surrogate(codec, toy.generator, {"made": "elsewhere"})
    assert other.fingerprint() == toy.fingerprint()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(99)
        assert (
            Surrogate(codec, GENERATORS["ChainGenerator"](codec), {}).fingerprint()
            != toy.fingerprint()
        )


def test_only_wide_layers_are_halved(surrogate):
    wide = [m for m in halved(surrogate).modules() if isinstance(m, HalfLinear)]
    assert sorted(tuple(m.weight.shape) for m in wide) == [(128, 256), (1008, 128)]
    assert not any(isinstance(m, HalfLinear) for m in surrogate.modules())
    layer = torch.nn.Linear(64, 256)
    x = torch.randn(5, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        error = (HalfLinear(layer)(x) - layer(x)).abs().max()
    assert 0 < error < 0.02


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOUDBURST_CACHE", str(tmp_path / "file" / "below"))
    (tmp_path / "file").write_text("in the way")
    assert kept("a/b", lambda: b"made") == b"made"
    monkeypatch.setenv("CLOUDBURST_CACHE", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache"
    assert kept("a/b", lambda: b"first") == kept("a/b", lambda: b"second") == b"first"


def test_an_engine_of_ones_own(toy):
    class Mine(Engine):
        name = "mine"

        def start(self, task, workers):
            return task.module

    conditions = conditions_of(toy, 200)
    made = toy.sample(conditions, engine=Mine())
    assert made.flat().tobytes() == toy.sample(conditions).flat().tobytes()
