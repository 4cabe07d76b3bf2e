"""Exported graphs: ONNX Runtime, C++ and torch agree, and cards say what hosts must know."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import components
from cloudburst import noise
from cloudburst.codec import Codec
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.engines.onnxruntime import session
from cloudburst.errors import ExistsError, FileError, FormatError, SpecError
from cloudburst.export import CARD_VERSION, HOSTS, export, read_card, resolve_host
from cloudburst.generators import LatentGenerator
from cloudburst.surrogate import Surrogate
from components import GENERATORS, TOY

ROOT = Path(__file__).parents[1]
CPP = ROOT / "examples" / "cpp"


def polar(layers=3):
    """A small detector of equal layers in alpha and r, as those of the CaloChallenge."""
    axes = Axis.regular("alpha", 4, -3.2, 3.2, "rad"), Axis.regular("r", 3, 0, 15, "mm")
    conditions = (Condition("energy", "GeV", 1.0, 100.0),)
    names = [f"layer_{i}" for i in range(layers)]
    return Detector("polar", conditions, tuple(Readout(n, axes, "MeV") for n in names))


def surrogate_of(detector, latent=20):
    events = components.showers(detector)
    transforms = [components.TRANSFORMS["LayerFractions"]]
    features = components.FEATURES["PhysicalFeatures"](detector)
    codec = Codec.fit(events, transforms, features)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Surrogate(codec, LatentGenerator.for_codec(codec, latent, [16]), {"made": "up"})


@pytest.fixture(scope="module")
def toy():
    codec = components.toy_codec()
    return Surrogate(codec, GENERATORS["ChainGenerator"](codec), {"made": "up"})


@pytest.fixture(scope="module")
def exported(toy, tmp_path_factory):
    return export(toy, tmp_path_factory.mktemp("export") / "toy.onnx", HOSTS["plain"])


def given(surrogate, n, seed=3):
    conditions = surrogate.detector.draw_conditions(n, np.random.default_rng(seed))
    return noise.normal(seed, 0, n, surrogate.generator.noise_shape), torch.from_numpy(conditions)


def reference(surrogate, z, conditions):
    with torch.inference_mode():
        return {name: r.numpy() for name, r in surrogate(z, conditions).items()}


def close(made, wanted, rtol=1e-4):
    for name, signals in wanted.items():
        scale = signals.reshape(len(signals), -1).max(1).clip(1e-3)
        difference = np.abs(made[name] - signals).reshape(len(signals), -1).max(1)
        assert (difference <= rtol * scale).all(), name


@pytest.mark.parametrize("n", [1, 2, 7, 300])
def test_a_graph_does_what_the_surrogate_does_with_any_number_of_events(toy, exported, n):
    z, conditions = given(toy, n)
    running = session(str(exported.graph))
    outputs = running.run(None, {"noise": z.numpy(), "conditions": conditions.numpy()})
    names = [output.name for output in running.get_outputs()]
    close(dict(zip(names, outputs, strict=True)), reference(toy, z, conditions))
    assert all(output.dtype == np.float32 for output in outputs)


def test_the_card_says_what_a_host_must_know(toy, exported):
    card = read_card(exported.card)
    assert card["version"] == CARD_VERSION
    assert card["noise"] == 27
    assert [p["name"] for p in card["inputs"]] == ["noise", "conditions"]
    assert card["inputs"][1]["meaning"] == "energy [GeV], x [mm], particle"
    assert card["inputs"][1]["shape"] == ["events", 3]
    assert card["outputs"][0] == {
        "name": "front",
        "shape": ["events", 3, 4],
        "unit": "MeV",
        "meaning": "cells by x, y",
        "type": "float32",
    }
    assert card["conditions"][0] == {"name": "energy", "unit": "GeV", "low": 1.0, "high": 100.0}
    assert card["thresholds"]["front"] == {"value": 0.0, "unit": "MeV"}
    assert Detector.from_dict(card["detector"]) == TOY
    assert card["surrogate"] == toy.fingerprint()
    assert card["provenance"] == {"made": "up"}
    assert {"cloudburst", "onnx", "onnxruntime", "torch"} <= card["versions"].keys()


def test_a_graph_has_no_random_operation(exported):
    onnx = pytest.importorskip("onnx")
    model = onnx.load(exported.graph)
    assert not any(node.op_type.startswith("Random") for node in model.graph.node)
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "events"


@pytest.mark.slow
@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_every_host_gets_the_same_showers(host, tmp_path):
    made = surrogate_of(polar(), latent=60)
    done = export(made, tmp_path / "m.onnx", host)
    z, conditions = given(made, 9)
    feed = host.feed(made, z, conditions)
    card = read_card(done.card)
    for port, tensor in zip(card["inputs"], feed, strict=True):
        assert port["shape"][1:] == list(tensor.shape[1:])
    names = [port["name"] for port in card["inputs"]]
    numbers = [t.contiguous().numpy() for t in feed]
    running = session(str(done.graph))
    outputs = running.run(None, dict(zip(names, numbers, strict=True)))
    close(host.cells(made, outputs, conditions), reference(made, z, conditions))


def test_fastcalosim_draws_enough_numbers():
    # 3 layers of 12 voxels are 39 numbers; 60 need one more layer of 20 empty voxels
    assert HOSTS["fastcalosim"].settings(surrogate_of(polar(), 60)) == {
        "events": 1,
        "voxels": 56,
        "layers": 4,
        "layer_boundaries": [0, 12, 24, 36, 56],
    }


def test_fastcalosim_gets_voxels_in_mev(tmp_path):
    host, made = HOSTS["fastcalosim"], surrogate_of(polar(), 30)
    assert host.settings(made)["layer_boundaries"] == [0, 12, 24, 36]
    inputs = {port.name: port.shape for port in host.inputs(made)}
    assert inputs == {
        "inn_eta_in": (1,),
        "inn_einc_in": (1,),
        "inn_z_energy": (3,),
        "cfm_z_shape": (36,),
    }
    done = export(made, tmp_path / "m.onnx", host)
    z, conditions = given(made, 1)
    numbers = np.zeros((1, 39), np.float32)
    numbers[:, :30] = z
    feed = {
        # energies in MeV, as the host has them; its eta changes nothing here
        "inn_einc_in": conditions.numpy() * 1000,
        "inn_eta_in": np.array([[2.1]], np.float32),
        "inn_z_energy": numbers[:, :3],
        "cfm_z_shape": numbers[:, 3:],
    }
    (voxels,) = session(str(done.graph)).run(None, feed)
    wanted = np.concatenate([r.reshape(1, -1) for r in reference(made, z, conditions).values()], 1)
    np.testing.assert_allclose(voxels, wanted, rtol=1e-4, atol=1e-3)


def test_par04_gets_fractions_by_r_phi_z(tmp_path):
    made = surrogate_of(polar())
    done = export(made, tmp_path / "m.onnx", HOSTS["par04"])
    z, conditions = given(made, 2)
    # E / E_max, theta / 90 degrees, geometry
    tail = np.concatenate([conditions.numpy() / 100, [[0, 0, 1]] * 2], axis=1, dtype=np.float32)
    vector = np.concatenate([z.numpy(), tail], axis=1)
    (made_of_it,) = session(str(done.graph)).run(None, {"input": vector})
    readouts = reference(made, z, conditions)
    for n in range(2):
        cpt = 0
        for r in range(3):
            for phi in range(4):
                for layer in range(3):
                    # the host multiplies by the energy, here in MeV
                    energy = made_of_it[n, cpt] * conditions[n, 0].item() * 1000
                    wanted = readouts[f"layer_{layer}"][n, phi, r]
                    assert energy == pytest.approx(wanted, rel=1e-3, abs=1e-2)
                    cpt += 1


@pytest.mark.parametrize("host", ["fastcalosim", "par04"])
def test_hosts_refuse_conditions_that_they_do_not_have(toy, host, tmp_path):
    with pytest.raises(SpecError, match=r"particle, x; export it with --host plain"):
        export(toy, tmp_path / "m.onnx", HOSTS[host])
    assert list(tmp_path.iterdir()) == []


def test_unknown_hosts_are_refused():
    with pytest.raises(SpecError, match="unknown host 'par4'; did you mean 'par04'"):
        resolve_host("par4")


def test_nothing_is_replaced_unasked(toy, exported):
    before = exported.card.read_bytes()
    with pytest.raises(ExistsError, match="already exists"):
        export(toy, exported.graph, HOSTS["plain"])
    assert exported.card.read_bytes() == before
    with pytest.raises(FileError, match=r"use \.onnx"):
        export(toy, exported.graph.with_name("m.json"), HOSTS["plain"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 0}, r"card of version 0, this program reads 1; convert it: export"),
        ({"version": 2}, r"card of version 2.*export the surrogate again"),
        ({"layout": "other"}, "not the card of a graph, but 'other'"),
        ({"sha256": "0"}, "not the graph that .* was written for; export it again"),
        ({"graph": "gone.onnx"}, r"gone\.onnx: no such file"),
        ({"detector": {}}, "not the description of a detector"),
        ({"noise": None}, "lacks noise"),
    ],
)
def test_cards_that_do_not_fit_are_refused(exported, tmp_path, change, reason):
    shutil.copy(exported.graph, tmp_path)
    card = {**json.loads(exported.card.read_text()), **change}
    card = {key: value for key, value in card.items() if value is not None}
    (tmp_path / "toy.json").write_text(json.dumps(card))
    with pytest.raises(FileError, match=reason):
        read_card(tmp_path / "toy.json")


def test_what_is_no_card(tmp_path):
    with pytest.raises(FileError, match="no such file; cloudburst export"):
        read_card(tmp_path / "m.json")
    (tmp_path / "m.json").write_text("{}")
    with pytest.raises(FormatError, match="not the card of a graph"):
        read_card(tmp_path / "m.json")


def test_the_command_line_exports_a_run(cloudburst, trained_run, tmp_path):
    out = cloudburst.done("export", trained_run, "model.onnx")
    assert "model.onnx and model.json: as torch within" in out.replace("\n", " ")
    card = read_card(tmp_path / "model.json")
    assert card["detector"]["name"] == "calogan"
