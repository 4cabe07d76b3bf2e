"""Components to plain data and back, and what may not be built from data."""

import json
import sys

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from cloudburst.classes import construct, resolve
from cloudburst.errors import CloudburstError, SpecError
from cloudburst.generators import Generator, LatentGenerator
from cloudburst.nn import MLP
from cloudburst.spec import Component, build, describe
from cloudburst.transforms import Compose, LogScale, Standardize, Transform

GENERATOR = {
    "class": "cloudburst.generators:LatentGenerator",
    "network": {"class": "cloudburst.nn:MLP", "inputs": 3, "outputs": 2, "hidden": [4]},
    "latent": 1,
}


class Defaults(Component):
    """Remembers arguments that were not given."""

    def __init__(self, first, second=2, *, third=(3, 4)):
        self.sum = first + second


class Child(Defaults):
    def __init__(self, first):
        super().__init__(first, second=5)


class Heir(Defaults):
    """Has no constructor of its own."""


class Plain(torch.nn.Identity, Component):
    """Has no constructor at all."""


class Nest:
    class Inner(Component):
        pass


def test_descriptions_hold_every_argument_and_nothing_else():
    name = f"{__name__}:Defaults"
    assert describe(Defaults(1)) == {"class": name, "first": 1, "second": 2, "third": [3, 4]}
    assert describe(Child(1)) == {"class": f"{__name__}:Child", "first": 1}
    assert describe(Heir(1, 3)) == {
        "class": f"{__name__}:Heir",
        "first": 1,
        "second": 3,
        "third": [3, 4],
    }


def test_a_description_survives_json_and_gives_the_same_component():
    transform = Compose([LogScale(0.1), Standardize(torch.ones(3), torch.full((3,), 2.0))])
    description = json.loads(json.dumps(describe(transform)))
    twin = build(description, Transform)
    assert describe(twin) == description == describe(transform)
    twin.load_state_dict(transform.state_dict())
    x, c = torch.rand(5, 3), torch.rand(5, 1)
    assert torch.equal(twin(x, c), transform(x, c))


def test_tensors_are_described_by_their_shape():
    assert describe(torch.rand(2, 3)) == {"tensor": [2, 3]}
    assert describe(torch.tensor(1.0)) == {"tensor": []}
    assert build({"class": f"{__name__}:Heir", "first": {"tensor": [2]}}, Heir, [__name__])


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", len, torch.nn.Identity()])
def test_what_is_no_plain_data_is_refused(value):
    with pytest.raises(SpecError, match="cannot be written down as plain data"):
        describe(Defaults(0, third=value))


def test_a_class_that_could_not_be_found_again_is_refused():
    with pytest.raises(SpecError, match=r"'Nest.Inner' must be defined at the top"):
        describe(Nest.Inner())


def test_a_class_without_a_constructor_has_no_arguments():
    assert describe(Plain()) == {"class": f"{__name__}:Plain"}
    assert type(build(describe(Plain()), Component, [__name__])) is Plain


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("os:system", "not part of cloudburst"),
        ("builtins:eval", "not part of cloudburst"),
        ("cloudburst_evil.nets:Net", "not part of cloudburst"),
        ("cloudburstnets:Net", "not part of cloudburst"),
        ("", "not part of cloudburst"),
        (":LatentGenerator", "not part of cloudburst"),
        ("cloudburst", "is not a Generator"),
        ("cloudburst:", "is not a Generator"),
        ("cloudburst.nn:MLP", "is not a Generator"),
        ("cloudburst.files:write_text", "is not a Generator"),
        ("cloudburst.files:os.system", "is not a Generator"),
        ("cloudburst.files:shutil", "is not a Generator"),
        ("cloudburst.spec:Component", "is not a Generator"),
        ("cloudburst.critics:NetworkCritic", "is not a Generator"),
        ("cloudburst.generators:Generator", "is abstract"),
        ("cloudburst.generators:LatentGenerater", "is not a Generator"),
        ("cloudburst.nowhere:Net", "cannot be imported"),
        ("cloudburst..nn:MLP", "cannot be imported"),
        ("cloudburst.generators.latent.LatentGenerator", "cannot be imported"),
    ],
)
def test_only_generators_of_trusted_packages_are_named(name, reason):
    with pytest.raises(SpecError, match=reason):
        resolve(name, Generator)


def test_an_untrusted_package_is_told_how_to_be_trusted():
    with pytest.raises(SpecError, match=r"if you trust the package 'mylab'.*--allow mylab"):
        resolve("mylab.nets:Net", Generator)


@pytest.fixture
def evil(tmp_path, monkeypatch):
    """Modules whose import leaves a trace, and whether it did."""
    trace = tmp_path / "trace"
    code = f"import pathlib\npathlib.Path({str(trace)!r}).touch()\nclass Net: pass\n"
    for name in ("evil_nets", "cloudburst_evil"):
        (tmp_path / f"{name}.py").write_text(code)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    yield trace.exists
    for name in ("evil_nets", "cloudburst_evil"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("module", ["evil_nets", "cloudburst_evil"])
@pytest.mark.parametrize("nested", [False, True])
def test_nothing_of_an_untrusted_package_runs(evil, module, nested):
    hostile = {"class": f"{module}:Net"}
    with pytest.raises(SpecError, match=f"trust the package '{module}'"):
        build({**GENERATOR, "network": hostile} if nested else hostile, Generator)
    assert not evil()
    with pytest.raises(SpecError, match="is not a Generator"):
        build(hostile, Generator, [module])
    assert evil()


def test_arguments_are_built_only_for_a_class_of_the_right_kind(evil):
    hostile = {"class": "cloudburst.critics:NetworkCritic", "network": {"class": "evil_nets:Net"}}
    with pytest.raises(SpecError, match="NetworkCritic' is not a Generator"):
        build(hostile, Generator, ["evil_nets"])
    assert not evil()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "described by a table"),
        ("cloudburst.generators:LatentGenerator", "described by a table"),
        ([], "described by a table"),
        ({}, "described by a table"),
        ({**GENERATOR, "latnet": 1}, "no argument 'latnet'; did you mean 'latent'"),
        ({**GENERATOR, "network": {"width": 1}}, "described by a table"),
        ({"class": GENERATOR["class"], "latent": 1}, "missing.*'network'"),
        ({**GENERATOR, "network": {**GENERATOR["network"], "hidden": 4}}, "MLP: "),
        ({**GENERATOR, "network": {**GENERATOR["network"], "inputs": "3"}}, "MLP: "),
        ({**GENERATOR, "network": {**GENERATOR["network"], "inputs": -3}}, "MLP: "),
        ({**GENERATOR, "network": {**GENERATOR["network"], "dropout": 2.0}}, "MLP: .*dropout"),
        ({**GENERATOR, "network": {**GENERATOR["network"], "activation": "rellu"}}, "'relu'"),
        ({**GENERATOR, "network": {"tensor": [-1]}}, "tensor"),
        ({**GENERATOR, "network": {"tensor": "all"}}, "tensor"),
        ({**GENERATOR, "network": {"tensor": [10**15]}}, "tensor"),
    ],
)
def test_malformed_descriptions_are_one_clear_error(data, reason):
    with pytest.raises(SpecError, match=reason):
        build(data, Generator)


def test_construct_passes_our_own_errors_on():
    def refuse():
        raise SpecError("as it is")

    with pytest.raises(SpecError, match=r"^as it is$"):
        construct(refuse, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.text() | st.builds("cloudburst{}:{}".format, st.text(max_size=8), st.text(max_size=8))


@given(name=NAMES, arguments=st.dictionaries(st.text(max_size=8), JSON))
@example(name="cloudburst.\x00:x", arguments={})
@example(name="cloudburst.nn:\ud800", arguments={})
def test_any_description_is_built_or_refused_with_our_error(name, arguments):
    with pytest.raises(CloudburstError):
        build({**arguments, "class": name}, Generator)


def test_a_right_description_is_built():
    assert type(build(GENERATOR, Generator)) is LatentGenerator
    assert type(build(GENERATOR["network"], Component)) is MLP
