"""Bundles that are damaged, do not fit or name what must not run."""

import json
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

import components
from cloudburst.errors import FileError, FormatError, SpecError
from cloudburst.surrogate import Surrogate
from components import GENERATORS


@pytest.fixture
def bundle(tmp_path):
    """The folder of a small surrogate."""
    codec = components.toy_codec()
    Surrogate(codec, GENERATORS["LatentGenerator"](codec), {}).save(tmp_path / "s")
    return tmp_path / "s"


@pytest.fixture
def rewrite(bundle):
    """Changes a bundle's description by a function and returns the bundle."""

    def change(function):
        path = bundle / "surrogate.json"
        document = json.loads(path.read_text())
        path.write_text(json.dumps(function(document) or document))
        return bundle

    return change


@pytest.fixture
def reweigh(bundle):
    """Changes a bundle's weights by a function and returns the bundle."""

    def change(function):
        path = bundle / "weights.safetensors"
        weights = load_file(path)
        function(weights)
        save_file(weights, path)
        return bundle

    return change


BIAS = "generator.network.layers.0.bias"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda w: w.pop(BIAS), f"missing: {BIAS}"),
        (lambda w: w.update(more=torch.zeros(2)), "left over: more"),
        (lambda w: w.update({BIAS: torch.zeros(17)}), f"of another shape or type: {BIAS}"),
        (lambda w: w.update({BIAS: torch.zeros(16, 1)}), f"of another shape or type: {BIAS}"),
        (lambda w: w.update({BIAS: w[BIAS].double()}), f"of another shape or type: {BIAS}"),
        (lambda w: w.clear(), "missing: codec"),
    ],
)
def test_weights_that_do_not_fit(reweigh, change, reason):
    with pytest.raises(FormatError, match=rf"weights.safetensors: does not fit.*{reason}"):
        Surrogate.load(reweigh(change))


def test_damaged_weights(bundle):
    path = bundle / "weights.safetensors"
    data = path.read_bytes()
    for damaged in (b"", data[:7], data[: len(data) // 2], data[:-1], b"PK" + data[2:]):
        path.write_bytes(damaged)
        with pytest.raises(FormatError, match=r"weights.safetensors: not a safetensors file"):
            Surrogate.load(bundle)


@pytest.mark.parametrize("name", ["weights.safetensors", "surrogate.json"])
def test_missing_files(bundle, name):
    (bundle / name).unlink()
    with pytest.raises(FileError, match=f"{name}: no such file"):
        Surrogate.load(bundle)


def test_no_bundle_at_all(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        Surrogate.load(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"layout"', "{}", '{"layout": "x"}', "\x00"])
def test_damaged_descriptions(bundle, text):
    (bundle / "surrogate.json").write_text(text)
    with pytest.raises(FormatError, match=r"surrogate.json: not the description of a surrogate"):
        Surrogate.load(bundle)


def test_a_description_in_no_encoding(bundle):
    (bundle / "surrogate.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(FormatError, match="not the description of a surrogate"):
        Surrogate.load(bundle)


def test_another_layout_or_version(rewrite):
    for version in (3, "1", None):
        with pytest.raises(FormatError, match=f"version {version}, this program reads 1 and 2"):
            Surrogate.load(rewrite(lambda d, v=version: d.update(version=v)))
    with pytest.raises(FormatError, match="but of 'cloudburst-events'"):
        Surrogate.load(rewrite(lambda d: d.update(layout="cloudburst-events")))


@pytest.mark.parametrize("part", ["detector", "features", "transform", "generator", "provenance"])
def test_parts_that_are_missing_or_make_no_sense(bundle, rewrite, part):
    original = (bundle / "surrogate.json").read_text()
    with pytest.raises(FormatError, match=f"its description lacks {part}"):
        Surrogate.load(rewrite(lambda d: {k: v for k, v in d.items() if k != part}))
    if part == "provenance":
        return
    for nonsense in (None, 3, "os:system", [], {}, {"class": None}, {"class": ["os:system"]}):
        (bundle / "surrogate.json").write_text(original)
        with pytest.raises((SpecError, FormatError), match=r"surrogate.json: "):
            Surrogate.load(rewrite(lambda d, n=nonsense: d.update({part: n})))


HOSTILE = [
    ("os:system", "not part of cloudburst"),
    ("builtins:exec", "not part of cloudburst"),
    ("evil_nets:Net", "not part of cloudburst"),
    ("evil_nets.deeper:Net", "not part of cloudburst"),
    ("cloudburst.nn:MLP", "is not a"),
    ("cloudburst.files:write_text", "is not a"),
    ("cloudburst.files:os", "is not a"),
    ("cloudburst.experiment:train", "is not a"),
    ("cloudburst.objectives:Hinge", "is not a"),
    ("cloudburst.surrogate:Surrogate", "is not a"),
]


@pytest.fixture
def evil(tmp_path, monkeypatch):
    """A package whose import leaves a trace, and whether it did."""
    trace = tmp_path / "trace"
    package = tmp_path / "evil_nets"
    package.mkdir()
    code = f"import pathlib\npathlib.Path({str(trace)!r}).touch()\nNet = len\n"
    for name in ("__init__.py", "deeper.py"):
        (package / name).write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    yield trace.exists
    sys.modules.pop("evil_nets", None)
    sys.modules.pop("evil_nets.deeper", None)


@pytest.mark.parametrize("part", ["features", "transform", "generator"])
@pytest.mark.parametrize(("name", "reason"), HOSTILE)
def test_what_is_no_such_component_never_runs(rewrite, evil, part, name, reason):
    def poison(document):
        document[part] = {"class": name, "command": "touch trace"}

    with pytest.raises(SpecError, match=reason):
        Surrogate.load(rewrite(poison))
    assert not evil()
    assert "evil_nets" not in sys.modules


def test_nor_does_it_run_as_a_part_of_a_right_one(rewrite, evil):
    def poison(document):
        document["generator"]["network"] = {"class": "evil_nets:Net"}

    with pytest.raises(SpecError, match="--allow evil_nets"):
        Surrogate.load(rewrite(poison))
    assert not evil()


def test_a_trusted_package_is_still_held_to_the_kind(rewrite, evil):
    bundle = rewrite(lambda d: d.update(generator={"class": "evil_nets:Net"}))
    with pytest.raises(SpecError, match="is not a Generator"):
        Surrogate.load(bundle, packages=["evil_nets"])
    assert evil()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["generator"].update(latent=5),
        lambda d: d["generator"]["network"].update(outputs=7),
        lambda d: d["transform"]["transforms"][0].update(sizes=[12, 8]),
        lambda d: d["detector"].update(readouts=d["detector"]["readouts"][:1]),
        lambda d: d["detector"].update(conditions=d["detector"]["conditions"][:2]),
    ],
)
def test_parts_that_do_not_fit_together(rewrite, change):
    with pytest.raises(FormatError, match="not fit"):
        Surrogate.load(rewrite(change))


def test_weights_that_are_no_numbers(reweigh):
    with pytest.raises(FormatError, match=r"do not fit together .*front is not finite"):
        Surrogate.load(reweigh(lambda w: w[BIAS].fill_(torch.nan)))


def test_nothing_in_a_bundle_is_pickled(bundle):
    assert sorted(p.name for p in bundle.iterdir()) == ["surrogate.json", "weights.safetensors"]
    assert (bundle / "weights.safetensors").read_bytes()[8:9] == b"{"
