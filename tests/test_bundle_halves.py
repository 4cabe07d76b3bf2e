"""Bundles whose large arrays are kept in half precision."""

import json

import pytest
import torch
from safetensors.torch import load_file

import components
from cloudburst.bundle import load_weights, read_description, write_bundle
from cloudburst.errors import FormatError, SpecError
from cloudburst.surrogate import Surrogate
from components import GENERATORS

PARTS = {key: {} for key in ("detector", "features", "transform", "generator", "provenance")}


class Numbers(torch.nn.Module):
    """Large and small arrays."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.register_buffer("large", torch.randn(5000))
        self.register_buffer("huge", torch.full((5000,), 1e6))
        self.register_buffer("small", torch.randn(100))
        self.register_buffer("whole", torch.arange(5000))


@pytest.mark.parametrize(("half", "digits"), [(torch.float16, 2**-11), (torch.bfloat16, 2**-8)])
def test_only_large_arrays_are_rounded_and_come_back_as_they_were(tmp_path, half, digits):
    before, after = Numbers(), Numbers()
    write_bundle(tmp_path / "b", PARTS, before, half=half)
    for tensor in after.state_dict().values():
        tensor.zero_()
    description = read_description(tmp_path / "b" / "surrogate.json")
    load_weights(after, tmp_path / "b" / "weights.safetensors", description)
    assert all(a.dtype == b.dtype for a, b in zip(after.buffers(), before.buffers(), strict=True))
    assert torch.equal(after.large, before.large.to(half).float())
    assert torch.allclose(after.large, before.large, rtol=digits, atol=1e-7)
    assert torch.equal(after.small, before.small)
    assert torch.equal(after.whole, before.whole)


def test_what_half_precision_cannot_hold_is_kept_whole(tmp_path):
    write_bundle(tmp_path / "b", PARTS, Numbers(), half=torch.float16)
    kept = load_file(tmp_path / "b" / "weights.safetensors")
    assert kept["large"].dtype == torch.float16
    assert kept["huge"].dtype == torch.float32


def test_bundles_of_full_precision_are_those_of_before(tmp_path):
    write_bundle(tmp_path / "b", PARTS, Numbers())
    document = json.loads((tmp_path / "b" / "surrogate.json").read_text())
    assert document["version"] == 1
    assert "precision" not in document
    assert load_file(tmp_path / "b" / "weights.safetensors")["large"].dtype == torch.float32


def test_a_surrogate_makes_nearly_the_same_events(tmp_path):
    codec = components.toy_codec()
    surrogate = Surrogate(codec, GENERATORS["LatentGenerator"](codec), {})
    surrogate.save(tmp_path / "s", half=torch.float16)
    loaded = Surrogate.load(tmp_path / "s")
    conditions = [[10.0, 0.0, 0.0], [90.0, 1.0, 1.0]]
    pairs = zip(
        surrogate.sample(conditions).readouts.values(),
        loaded.sample(conditions).readouts.values(),
        strict=True,
    )
    assert all(abs(a - b).max() <= 0.01 * a.max() for a, b in pairs)


def test_other_precisions_are_refused(tmp_path):
    with pytest.raises(SpecError, match=r"torch.float64 is no half precision; choose one of"):
        write_bundle(tmp_path / "b", PARTS, Numbers(), half=torch.float64)
    write_bundle(tmp_path / "b", PARTS, Numbers(), half=torch.float16)
    path = tmp_path / "b" / "surrogate.json"
    document = json.loads(path.read_text())
    for wrong in ("float8", None, 16):
        path.write_text(json.dumps({**document, "precision": wrong}))
        with pytest.raises(FormatError, match="its precision is none of float16, bfloat16"):
            read_description(path)


def test_halves_that_nobody_announced_do_not_fit(tmp_path):
    write_bundle(tmp_path / "b", PARTS, Numbers(), half=torch.float16)
    description = {**read_description(tmp_path / "b" / "surrogate.json")}
    del description["precision"]
    with pytest.raises(FormatError, match="of another shape or type: large"):
        load_weights(Numbers(), tmp_path / "b" / "weights.safetensors", description)
